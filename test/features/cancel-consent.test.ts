/** Owns cancellations whose approval no longer holds when the money would move: too old, another amount, an approver without the right. */

import { APPROVAL_NOT_SAVED } from '../../src/slack/views/approval-answers.ts';
import { OUTCOME_REASONS, OUTCOME_TITLES } from '../../src/slack/views/outcome-words.ts';
import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { decide } from '../../src/payouts/cancel/decision.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { requestIdOf, approve, askToCancel, toldDirectly } from './steps.ts';
import { NO_LONGER_APPROVER } from '../../src/slack/views/approval-parts.ts';

let bot: TestBot;
afterEach(() => bot.close());

const cancels = () => bot.instantpay.callsOf('cancel');

/** Approves in the store of a stopped replica, as one that is killed right after. */
async function approvedAndKilled() {
  bot = await openBot();
  const asked = await askToCancel(bot);
  const id = requestIdOf(asked.card);
  await bot.stop();
  await bot.onStore(async (store) => {
    const pending = await store.requests.find(id);
    if (!pending) throw new Error('no request');
    const decided = decide(pending, { kind: 'approve', by: bot.people.approver.id }, bot.clock());
    if (!decided.ok) throw new Error(decided.why);
    await store.requests.save([{ before: pending, after: decided.next, audit: [] }]);
  });
  return asked;
}

test.each([
  ['31 minutes', 31 * MINUTE_MS],
  ['nine hours', 9 * HOUR_MS],
])(
  'killed after Approve and started %s later: nothing is sent, and it can be asked again',
  async (_n, ms) => {
    const { linkId, card } = await approvedAndKilled();
    bot.skip(ms);
    await bot.start();
    await bot.pass(MINUTE_MS);
    expect(cancels()).toHaveLength(0);
    expect(bot.instantpay.link(linkId)?.status).toBe('ISSUED');
    expect(read(card)).toContain(OUTCOME_REASONS.tooLate);
    expect(read(card)).not.toContain('[Approve]');
    expect(toldDirectly(bot, bot.people.operator).map(read).join()).toContain(OUTCOME_TITLES.too_late);
    const again = await askToCancel(bot, { linkId });
    await approve(bot, again.card);
    expect(cancels()).toHaveLength(1);
  },
);

test('frozen for two hours before Approve was stored: consent counts from the click, and nothing is sent', async () => {
  bot = await openBot();
  const { linkId, card } = await askToCancel(bot);
  bot.skip(6 * MINUTE_MS);
  // Payout Desk asks who pressed, and is frozen as it waits for the answer.
  bot.slack.faults.set('users.info', { kind: 'hold' });
  const asked = bot.slack.callsTo('users.info').length;
  const clicked = bot.done(() => bot.people.approver.click(card, 'Approve'));
  await bot.slack.waitFor(() => bot.slack.callsTo('users.info').length > asked, {
    what: 'Payout Desk to ask who pressed',
  });
  bot.skip(2 * HOUR_MS);
  bot.slack.faults.clear();
  await clicked;
  expect(cancels()).toHaveLength(0);
  expect(bot.instantpay.link(linkId)?.status).toBe('ISSUED');
  expect(read(card)).toContain(OUTCOME_REASONS.tooLate);
  expect(read(card)).not.toContain('[Approve]');
});

test('another amount than the approved one: nothing is sent, and the card says both', async () => {
  bot = await openBot();
  const { linkId, card } = await askToCancel(bot);
  const link = bot.instantpay.link(linkId);
  if (!link) throw new Error('no link');
  const approvedPaise = link.amountPaise;
  link.amountPaise = 99_00_000_00;
  await approve(bot, card);
  expect(cancels()).toHaveLength(0);
  expect(read(card)).toContain(OUTCOME_TITLES.link_changed);
  expect(read(card)).toContain(OUTCOME_REASONS.amountChanged(99_00_000_00, approvedPaise));
});

test('one of two approvers leaves the approvers’ group: the approval does not count, and the card says so', async () => {
  bot = await openBot({ env: { APPROVERS: 'S0APPROVERS', APPROVALS_REQUIRED_ABOVE: '1' } });
  const { approver, secondApprover } = bot.people;
  const { card } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  await approve(bot, card);
  expect(read(card)).toContain('1 of 2 approvals');
  bot.slack.groups.list = [{ id: 'S0APPROVERS', handle: 'approvers', members: [secondApprover.id] }];
  // What is remembered of the group for five minutes does not count for the last approval.
  bot.skip(1_000);
  await approve(bot, card, secondApprover);
  expect(cancels()).toHaveLength(0);
  expect(read(card)).toContain('1 of 2 approvals');
  expect(read(card)).toMatch(new RegExp(`Not counted[\\s\\S]*${approver.id}[\\s\\S]*${NO_LONGER_APPROVER}`));
});

test('Slack does not tell whether the first approver may still approve: the last approval is not taken, and nothing is lost', async () => {
  bot = await openBot({ env: { APPROVALS_REQUIRED_ABOVE: '1' } });
  const { approver, secondApprover } = bot.people;
  const { card } = await askToCancel(bot);
  await approve(bot, card);
  bot.skip(6 * MINUTE_MS);
  // The second approver is known by now; Slack is asked again about the first.
  await bot.say(secondApprover, 'approvals');
  bot.slack.faults.set('users.info', { kind: 'error', error: 'fatal_error' });
  const answer = await bot.answerTo(secondApprover, () => secondApprover.click(card, 'Approve'));
  expect(read(answer)).toContain(APPROVAL_NOT_SAVED);
  expect(cancels()).toHaveLength(0);
  bot.slack.faults.clear();
  await approve(bot, card, secondApprover);
  expect(cancels()).toHaveLength(1);
  expect(read(card)).toContain(`@${approver.id}`);
});
