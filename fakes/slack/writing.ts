/** Owns what Slack does with what a person writes: it stands in the channel, and the app hears of what concerns it. */

import { randomUUID } from 'node:crypto';
import type { Board, SlackMessage } from './board.ts';
import type { Delivered } from './deliveries.ts';
import type { JsonObject } from './json.ts';
import { textOf } from './json.ts';
import type { Upstream } from './upstream.ts';
import { BOT, TEAM, UNFURL_DOMAINS, type ChannelProfile, type PersonProfile } from './workspace.ts';

export interface Written {
  message: SlackMessage;
  /** What the app was told, in this order: the mention, the direct message, the addresses. */
  delivered: Delivered[];
}

export interface Writing {
  /** Default: the conversation with the bot. */
  channel?: string | { id: string };
  /** The first message of the thread. */
  thread?: Pick<SlackMessage, 'ts'>;
}

interface WritingContext {
  board: Board;
  upstream: Upstream;
  botToken: string;
}

/** `text`: as a person types it, such as "@Payout Desk track 98200 11101". */
export async function write(
  { board, upstream, botToken }: WritingContext,
  person: PersonProfile,
  place: { channel: ChannelProfile; threadTs: string | undefined },
  typed: string,
  tell: (event: JsonObject) => Promise<Delivered>,
): Promise<Written> {
  const { channel, threadTs } = place;
  const text = asSent(typed);
  // Emulate knows the messages of its own alone, and an answer in a thread needs one.
  const kept = await upstream.call('chat.postMessage', botToken, { channel: channel.id, text });
  const ts = textOf(kept.ts) || board.mintTs();
  const message = board.post({
    channel: channel.id,
    ts,
    via: 'person',
    author: person.id,
    text,
    blocks: [],
    threadTs,
  });
  const shared = {
    user: person.id,
    ts,
    client_msg_id: randomUUID(),
    text,
    team: TEAM.id,
    channel: channel.id,
    event_ts: ts,
    ...(threadTs && { thread_ts: threadTs }),
  };
  const isDirect = channel.id.startsWith('D');
  const hasBot = channel.hasBot !== false;
  const events: JsonObject[] = [];
  if (!isDirect && hasBot && text.includes(`<@${BOT.userId}>`))
    events.push({ type: 'app_mention', ...shared });
  if (isDirect) events.push({ type: 'message', channel_type: 'im', ...shared });
  const links = addressesIn(text);
  if (links.length > 0) events.push(linkShared(message, person, links, hasBot));
  const delivered: Delivered[] = [];
  for (const event of events) delivered.push(await tell(event));
  return { message, delivered };
}

function linkShared(
  { channel, ts }: SlackMessage,
  { id: user }: PersonProfile,
  links: JsonObject[],
  hasBot: boolean,
): JsonObject {
  return {
    type: 'link_shared',
    channel,
    user,
    message_ts: ts,
    is_bot_user_member: hasBot,
    links,
    source: 'conversations_history',
    unfurl_id: `${channel}-${ts}`,
    event_ts: ts,
  };
}

/** Mentions of the bot, addresses and emails become Slack's own signs; what is a sign already stays. */
function asSent(typed: string): string {
  return typed
    .replaceAll(`@${BOT.name}`, `<@${BOT.userId}>`)
    .split(/(<[^<>]+>)/)
    .map((piece) => (/^<[^<>]+>$/.test(piece) ? piece : signs(piece)))
    .join('');
}

function signs(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/https?:\/\/[^\s<>]+/g, (url) => `<${url}>`)
    .replace(/(?<![\w./:])instant\.pe\/[\w-]+/g, (url) => `<http://${url}|${url}>`)
    .replace(/[\w.+-]+@[\w-]+\.[\w.-]+\w/g, (email) => `<mailto:${email}|${email}>`);
}

/** Those whose domain the manifest names. */
function addressesIn(text: string): JsonObject[] {
  return [...text.matchAll(/<(https?:\/\/([^/|<>\s]+)[^|<>\s]*)(?:\|[^<>]*)?>/g)].flatMap(
    ([, url = '', domain = '']) =>
      UNFURL_DOMAINS.some((known) => domain === known || domain.endsWith(`.${known}`))
        ? [{ domain: domain.replace(/^www\./, ''), url }]
        : [],
  );
}
