/** Owns what many clicks, many copies and many people at once must not do: a second cancel call. */

import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { ALREADY_APPROVED, CLOSED } from '../../src/slack/views/approval-answers.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBot, read, type TestBot } from './bot.ts';
import { askToCancel, toldDirectly } from './steps.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot();
});
afterEach(() => bot.close());

test('fifty identical deliveries of one Approve click make one call', async () => {
  const { approver, operator } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  const clicked = await bot.done(() => approver.click(card, 'Approve', { copies: 50 }));
  expect(clicked.acks.filter((ack) => ack.acknowledged)).toHaveLength(50);
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(read(card)).toContain('Link cancelled');
  expect(toldDirectly(bot, operator)).toHaveLength(1);
  // A second click of the person whose first one counted must not alarm them.
  const late = approver.ephemerals().map(read);
  expect(late).toHaveLength(49);
  for (const text of late) expect(text).toContain(ALREADY_APPROVED);
  // Slack's own retries, a minute and five minutes later.
  for (const number of [1, 2]) {
    await bot.pass(number * 60_000);
    await bot.done(() => clicked.again({ retry: { number, reason: 'http_timeout' } }));
  }
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
  expect(toldDirectly(bot, operator)).toHaveLength(1);
});

test('two approvers at once: one call, and the slower one is told who decided', async () => {
  const { approver, secondApprover } = bot.people;
  for (const linkId of bot.instantpay
    .links('ISSUED')
    .slice(0, 5)
    .map((link) => link.linkId)) {
    const { card } = await askToCancel(bot, { linkId });
    const before = [approver, secondApprover].map((person) => person.ephemerals().length);
    await Promise.all([approver.click(card, 'Approve'), secondApprover.click(card, 'Approve')]);
    await bot.idle();
    expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
    const told = [approver, secondApprover].map((person, index) => person.ephemerals().slice(before[index]));
    expect(told.flat()).toHaveLength(1);
    const winner = told[0]?.length === 0 ? approver : secondApprover;
    const [text = ''] = told.flat().map(read);
    expect(text).toContain(CLOSED);
    expect(text).toContain(`@${winner.id}`);
    expect(read(card)).toContain(`Approved by @${winner.id}`);
  }
});

test('approve and reject at once: one of them counts, and the card, the link and the record agree', async () => {
  const { approver, secondApprover } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  await secondApprover.click(card, 'Reject');
  const modal = await secondApprover.modal();
  await bot.idle();
  await Promise.all([
    approver.click(card, 'Approve'),
    secondApprover.submit(modal, { reason: 'not this one' }),
  ]);
  await bot.idle();
  const cancelled = bot.instantpay.callsOf('cancel', linkId).length;
  expect(cancelled).toBeLessThanOrEqual(1);
  expect(read(card)).toContain(cancelled === 1 ? 'Link cancelled' : 'Rejected by');
  expect(bot.instantpay.link(linkId)?.status).toBe(cancelled === 1 ? 'CANCELLED' : 'ISSUED');
});

test('the second of two required approvals, fifty times', async () => {
  await bot.close();
  bot = await openBot({ env: { APPROVALS_REQUIRED_ABOVE: '1' } });
  const { approver, secondApprover } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  await bot.done(() => approver.click(card, 'Approve', { copies: 10 }));
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
  expect(read(card)).toContain('1 of 2 approvals');
  await bot.done(() => secondApprover.click(card, 'Approve', { copies: 50 }));
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(read(card)).toContain('Link cancelled');
});

test('the job runs while the call is under way: no second call, no early word', async () => {
  const { approver, operator } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  bot.instantpay.fault({ operation: 'cancel', effect: { kind: 'delay', delayMs: 300 } });
  const clicked = approver.click(card, 'Approve');
  await bot.slack.waitFor(() => read(card).includes(STATE_TITLES.executing));
  expect(toldDirectly(bot, operator)).toHaveLength(0);
  await Promise.all([bot.app.runApprovals(), bot.app.runApprovals(), bot.app.runApprovals()]);
  await clicked;
  await bot.idle();
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(read(card)).toContain('Link cancelled');
  expect(toldDirectly(bot, operator)).toHaveLength(1);
});
