/** Owns the outcome in the thread of a shared card: status and amount, edited until it is final, never in the channel itself. */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import { CANCEL_REASON } from '../../src/slack/views/cancel-form.ts';
import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { OUTCOME_TITLES } from '../../src/slack/views/outcome-words.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, cancelFormOf, the } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

const inPayouts = () => bot.slack.messages(bot.channels.payouts).filter(({ deleted }) => !deleted);

/** The operator shares the link's card, and another person requests its cancellation on it. */
async function requestOnShared(
  linkId: string = WELL_KNOWN.issued,
): Promise<{ shared: SlackMessage; card: SlackMessage }> {
  const { operator, secondApprover } = bot.people;
  const own = await bot.say(operator, `track ${linkId}`);
  await bot.done(() => operator.click(own, 'Share here'));
  const shared = the(inPayouts());
  await secondApprover.click(shared, 'Cancel link');
  const form = await cancelFormOf(bot, secondApprover);
  await bot.answerTo(secondApprover, () => secondApprover.submit(form, { [CANCEL_REASON]: 'Duplicate' }));
  return { shared, card: the(bot.slack.messages(bot.channels.approvals)) };
}

test('cancelled: one line below the shared card, without reason, people or recipient; nothing in the channel', async () => {
  bot = await openBot();
  const { shared, card } = await requestOnShared();
  expect(inPayouts()).toEqual([shared]);
  await approve(bot, card);
  const [first, outcome, ...more] = inPayouts();
  expect([first, more]).toEqual([shared, []]);
  expect(outcome?.threadTs).toBe(shared.ts);
  const words = outcome ? read(outcome) : '';
  expect(words).toContain(`${OUTCOME_TITLES.cancelled} · ₹12,500.50`);
  const { approver, operator, secondApprover } = bot.people;
  const { name } = WELL_KNOWN_PEOPLE.issued;
  for (const hidden of ['Duplicate', name, approver.id, operator.id, secondApprover.id])
    expect(`${words}${outcome?.text}`).not.toContain(hidden);
});

test('not confirmed at first: the line is edited to its end', async () => {
  bot = await openBot();
  const { card } = await requestOnShared();
  bot.instantpay.fault({ operation: 'cancel', effect: { kind: 'reset', when: 'after' } });
  await approve(bot, card);
  const outcome = the(inPayouts(), 1);
  expect(read(outcome)).toContain(STATE_TITLES.unknown);
  await bot.pass(10_000);
  expect(read(outcome)).toContain(OUTCOME_TITLES.cancelled);
  expect(inPayouts()).toHaveLength(2);
});

test('rejected: that it was, and not why', async () => {
  bot = await openBot();
  const { approver } = bot.people;
  const { card } = await requestOnShared();
  await approver.click(card, 'Reject');
  const modal = await approver.modal();
  await bot.done(() => approver.submit(modal, { reason: 'the vendor waits' }));
  const outcome = read(the(inPayouts(), 1));
  expect(outcome).toContain(STATE_TITLES.rejected);
  expect(outcome).not.toContain('vendor waits');
});

test('requested on a private card: the channel hears nothing', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const own = await bot.say(operator, `track ${WELL_KNOWN.issued}`);
  await operator.click(own, 'Cancel link');
  const form = await cancelFormOf(bot, operator);
  await bot.answerTo(operator, () => operator.submit(form, { [CANCEL_REASON]: 'Duplicate' }));
  await approve(bot, the(bot.slack.messages(bot.channels.approvals)));
  expect(inPayouts().filter(({ ephemeralFor }) => ephemeralFor === undefined)).toEqual([]);
});

test('Payout Desk is no member of that channel any more: it gives up, and the card has its outcome', async () => {
  bot = await openBot();
  const { shared, card } = await requestOnShared();
  await bot.slack.removeBot(bot.channels.payouts);
  await approve(bot, card);
  expect(read(card)).toContain(OUTCOME_TITLES.cancelled);
  const posts = () => bot.slack.callsTo('chat.postMessage').length;
  const before = posts();
  await bot.pass(60_000);
  expect(posts()).toBe(before);
  expect(inPayouts()).toEqual([shared]);
});

test('the answer to the post is lost: it is found in the thread, not posted again', async () => {
  bot = await openBot();
  const { shared, card } = await requestOnShared();
  bot.slack.faults.set('chat.postMessage', { kind: 'lose_answer' }, 9);
  await approve(bot, card);
  bot.slack.faults.clear();
  await bot.pass(60_000);
  await bot.pass(60_000);
  expect(inPayouts()).toHaveLength(2);
  expect(the(inPayouts(), 1).threadTs).toBe(shared.ts);
});
