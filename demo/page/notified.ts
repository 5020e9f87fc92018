/** Owns who gets a message as a push notification: by default Slack notifies of direct messages and mentions, of nothing else. */

import type { SlackMessage } from '../../fakes/slack/board.ts';
import { isObject, textOf } from '../../fakes/slack/json.ts';
import type { LocalSlack } from '../../fakes/slack/slack.ts';

/** User IDs. What one person alone sees in a channel notifies nobody, and neither does what people write to the bot. */
export function whoIsNotified(message: SlackMessage, { people, groups }: LocalSlack): string[] {
  if (message.ephemeralFor !== undefined || message.deleted) return [];
  const members = Object.values(people).filter(({ kind }) => kind === 'member' || kind === 'guest');
  const direct = members.find(({ directMessages }) => directMessages === message.channel);
  if (direct) return message.author === undefined ? [direct.id] : [];
  const text = [message.text, ...markupIn(message.blocks)].join('\n');
  const mentioned = new Set([...text.matchAll(/<@([UW][A-Z0-9]+)/g)].map(([, id]) => id));
  for (const [, id] of text.matchAll(/<!subteam\^([A-Z0-9]+)/g))
    for (const member of groups.list.find((group) => group.id === id)?.members ?? []) mentioned.add(member);
  return members.map(({ id }) => id).filter((id) => mentioned.has(id) && id !== message.author);
}

/** Every text that Slack reads as markup, however deep it lies. */
function markupIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(markupIn);
  if (!isObject(value)) return [];
  const own = value.type === 'mrkdwn' ? [textOf(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(markupIn)];
}
