/** Owns the steps that many tests begin with: a link, a cancel that waits for its approval. */

import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { SlackMessage, SlackView } from '../../fakes/slack/board.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { BLOCK_IDS, INPUT_IDS } from '../../src/slack/block-kit/ids.ts';
import { read, type TestBot } from './bot.ts';

export interface Asked {
  linkId: string;
  /** What the asker was told. */
  answer: SlackMessage;
  /** The card the approvers see; live. */
  card: SlackMessage;
}

export interface Ask {
  by?: Person;
  linkId?: string;
  reason?: string;
  channel?: { id: string };
}

/** Somebody requests a cancellation, and its card is in the approval channel. */
export async function askToCancel(bot: TestBot, ask: Ask = {}): Promise<Asked> {
  const { by = bot.people.operator, linkId = WELL_KNOWN.issued, reason = 'duplicate of bill 118' } = ask;
  const before = new Set(bot.slack.messages(bot.channels.approvals));
  const answer = await bot.say(by, `cancel ${linkId} ${reason}`, ask.channel);
  const card = await bot.slack.message(
    bot.channels.approvals,
    (message) => !before.has(message) && read(message).includes(linkId),
    { what: `a card for ${linkId} after: ${read(answer)}` },
  );
  return { linkId, answer, card };
}

/** The id that a card's buttons carry. */
export function requestIdOf(card: SlackMessage): string {
  const id = /"value":"([0-9a-f-]{36})"/.exec(JSON.stringify(card.blocks))?.[1];
  if (!id) throw new Error(`no button with a request id on: ${read(card)}`);
  return id;
}

/** Presses Approve and waits until Payout Desk is done with it. */
export async function approve(bot: TestBot, card: SlackMessage, by: Person = bot.people.approver) {
  return bot.done(() => by.click(card, 'Approve'));
}

/** What a person was told by direct message about a request of theirs, or one they may decide. */
export function toldDirectly(bot: TestBot, person: Person): SlackMessage[] {
  return bot.slack
    .messages(person.directMessages)
    .filter((message) => !message.deleted && /Request C-\d{4}/.test(read(message)));
}

/** Whom a message notifies: the user and group IDs mentioned in its blocks. */
export function mentionsIn(message: SlackMessage): string[] {
  const words = JSON.stringify(message.blocks);
  return [...words.matchAll(/<(?:@|!subteam\^)([A-Z0-9]+)>/g)].flatMap(([, id]) => id ?? []);
}

/** The nth of these, counted from the end when negative; a test must not go on without it. */
export function the<Item>(items: readonly Item[], nth = 0): Item {
  const item = items.at(nth);
  if (item === undefined) throw new Error(`there is no item ${nth} among ${items.length}`);
  return item;
}

/** The form that requests a cancellation, once everything is looked up. */
export async function cancelFormOf(bot: TestBot, person: Person): Promise<SlackView> {
  const form = await person.modal();
  await bot.idle();
  return form;
}

/** What is filled in to give a reason in one's own words. */
export const because = (text: string): Record<string, string> => ({
  [INPUT_IDS.reasonPreset]: 'other',
  [BLOCK_IDS.reason]: text,
});
