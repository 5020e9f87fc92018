/** Owns whose names stand in what is drawn: people and channels as this workspace calls them. */

import type { SlackMessage, SlackView } from '../../fakes/slack/board.ts';
import type { LocalSlack } from '../../fakes/slack/slack.ts';
import { readMrkdwn } from '../../fakes/slack/mrkdwn.ts';
import { BOT, type PersonProfile } from '../../fakes/slack/workspace.ts';
import { drawMessage, drawView, type DrawNames } from './render/draw.ts';

export interface Drawn {
  message(message: SlackMessage): string;
  view(view: SlackView): string;
  /** The text of its notification, with names for IDs. */
  words(message: SlackMessage): string;
}

export function createDrawn({ people, channels, groups }: LocalSlack): Drawn {
  const everybody: readonly PersonProfile[] = Object.values(people);
  const rooms: readonly { id: string; name: string }[] = Object.values(channels);
  const names: DrawNames = {
    user: (id) => (id === BOT.userId ? BOT.name : (everybody.find((one) => one.id === id)?.name ?? id)),
    channel: (id) => rooms.find((one) => one.id === id)?.name ?? id,
    group: (id) => groups.list.find((one) => one.id === id)?.handle ?? id,
    // Whom Slack offers in a menu of people.
    people: everybody.filter(({ kind }) => kind === 'member' || kind === 'guest'),
    channels: rooms,
  };
  return {
    message: (message) => drawMessage(message, names),
    view: (view) => drawView(view, names),
    words: ({ text }) => readMrkdwn(text, names),
  };
}
