/** Owns what the person at the prompt is shown: their channel in full, one line of what happens elsewhere. */

import type { SlackMessage } from '../../fakes/slack/board.ts';
import type { LocalSlack } from '../../fakes/slack/slack.ts';
import type { ChannelProfile } from '../../fakes/slack/workspace.ts';
import { CAST, type Role } from './cast.ts';
import type { Numbers } from './numbers.ts';
import { createPage } from './page.ts';
import type { Paint } from './paint.ts';
import { createWatch, type Shown, versionOf } from './watch.ts';

export interface Screen {
  /** Everything that happened since: in full, or as one line. */
  news(role: Role, channel: ChannelProfile): string[];
  /** The messages of the channel that this person has not seen as they are now. */
  unread(role: Role, channel: ChannelProfile): string[];
  /** The last messages of the channel once more. */
  look(role: Role, channel: ChannelProfile, count: number): string[];
}

/** How many messages are shown on return to a busy channel. */
const UNREAD = 4;

export function createScreen(slack: LocalSlack, numbers: Numbers, paint: Paint): Screen {
  const page = createPage(slack, paint);
  const watch = createWatch(slack);
  const shownTo = new Map<string, Map<SlackMessage, string>>();

  const memoryOf = (role: Role): Map<SlackMessage, string> => {
    const memory = shownTo.get(role.name) ?? new Map<SlackMessage, string>();
    shownTo.set(role.name, memory);
    return memory;
  };
  const inFull = (role: Role, shown: Shown): string => {
    memoryOf(role).set(shown.message, versionOf(shown.message));
    return page.message(shown, numbers.give(shown.message));
  };
  const again = (role: Role, messages: readonly SlackMessage[]): string[] =>
    messages.map((message) => inFull(role, { message, what: 'new' }));

  /** Somebody else's, or of another channel: one line, and how to get there. */
  const wordOf = (role: Role, { message, what }: Shown): string => {
    const reader = CAST.find((one) => {
      const { id, directMessages } = slack.people[one.person];
      return message.ephemeralFor === id || message.channel === directMessages;
    });
    const there = CAST.find(
      (one) => slack.channels[one.channel].id === message.channel && one.person !== role.person,
    );
    const name = Object.values(slack.channels).find(({ id }) => id === message.channel)?.name;
    const how = reader ?? (name === 'payout-approvals' ? there : undefined);
    const go = how ? `as ${how.name}` : `in #${name ?? message.channel}`;
    const news = what === 'new' ? page.glimpse(message) : `${what}: ${page.glimpse(message)}`;
    return `    ${paint.dim(`* ${page.place(message)}:`)} ${news}  ${paint.dim(`(${go})`)}`;
  };

  return {
    news(role, channel) {
      const person = slack.people[role.person];
      const { messages, notices } = watch.next();
      const here = (message: SlackMessage): boolean =>
        message.ephemeralFor === person.id ||
        message.channel === person.directMessages ||
        (message.channel === channel.id && message.ephemeralFor === undefined);
      return [
        ...messages.map((shown) => (here(shown.message) ? inFull(role, shown) : wordOf(role, shown))),
        ...notices.filter(({ personId }) => personId === person.id).map(({ text }) => `    Slack: ${text}`),
      ];
    },
    unread(role, channel) {
      const memory = memoryOf(role);
      const waiting = slack.people[role.person]
        .sees()
        .filter((message) => message.channel === channel.id || message.channel.startsWith('D'))
        .filter((message) => memory.get(message) !== versionOf(message));
      const earlier = waiting.length - UNREAD;
      return [
        ...(earlier > 0 ? [`    ${paint.dim(`(${earlier} earlier ones: look ${waiting.length})`)}`] : []),
        ...again(role, waiting.slice(-UNREAD)),
      ];
    },
    look: (role, channel, count) => again(role, slack.people[role.person].sees(channel).slice(-count)),
  };
}
