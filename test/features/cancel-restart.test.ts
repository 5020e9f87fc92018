/** Owns cancels that a stop or a crash interrupts: the next life of Payout Desk reaches the true outcome, without a second call. */

import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { OUTCOME_TITLES } from '../../src/slack/views/outcome-words.ts';
import { afterEach, expect, test } from 'vitest';
import {
  type CancelRequest,
  type In,
  isIn,
  type RequestStatus,
  type Step,
} from '../../src/payouts/cancel/request.ts';
import { decide } from '../../src/payouts/cancel/decision.ts';
import { startExecution, markUnknown } from '../../src/payouts/cancel/transitions.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { because, requestIdOf, askToCancel, toldDirectly } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

const LEASE_MS = 15_000;

/** What a replica leaves behind that dies right after storing this state; its cards show what was before. */
async function diesAs(state: 'approved' | 'executing' | 'unknown') {
  bot = await openBot();
  const asked = await askToCancel(bot);
  const id = requestIdOf(asked.card);
  await bot.stop();
  await bot.onStore(async (store) => {
    const now = bot.clock();
    const move = async <S extends RequestStatus>(before: CancelRequest, step: Step<S>): Promise<In<S>> => {
      expect(await store.requests.save([{ before: before, after: step.next, audit: [] }])).toBe(true);
      return step.next;
    };
    const pending = await store.requests.find(id);
    if (!pending) throw new Error('no request');
    const decided = decide(pending, { kind: 'approve', by: bot.people.approver.id }, now);
    if (!decided.ok) throw new Error(decided.why);
    const approved = await move(pending, decided);
    if (state === 'approved' || !isIn(approved, 'approved')) return;
    const executing = await move(approved, startExecution(approved, now, LEASE_MS, 'holder-1'));
    if (state === 'executing') return;
    await move(executing, markUnknown(executing, 'No answer.', now));
  });
  return asked;
}

const cancels = () => bot.instantpay.callsOf('cancel');
const told = () => toldDirectly(bot, bot.people.operator);

test('approved and not carried out: the next life does it, once', async () => {
  const { linkId, card } = await diesAs('approved');
  await bot.start();
  // Another replica may still be at it: not before its time.
  expect(cancels()).toHaveLength(0);
  expect(read(card)).toContain(STATE_TITLES.approved);
  await bot.pass(MINUTE_MS);
  expect(cancels()).toHaveLength(1);
  expect(bot.instantpay.link(linkId)?.status).toBe('CANCELLED');
  expect(read(card)).toContain('Link cancelled');
  expect(told()).toHaveLength(1);
});

test('approved, down for a minute: carried out at the start', async () => {
  const { card } = await diesAs('approved');
  bot.skip(MINUTE_MS);
  await bot.start();
  expect(cancels()).toHaveLength(1);
  expect(read(card)).toContain('Link cancelled');
});

test('approved, and claimed while Payout Desk was down: nothing is sent', async () => {
  const { linkId, card } = await diesAs('approved');
  bot.instantpay.setStatus(linkId, 'CLAIMED');
  bot.skip(MINUTE_MS);
  await bot.start();
  expect(cancels()).toHaveLength(0);
  expect(read(card)).toContain(OUTCOME_TITLES.link_changed);
  expect(told()).toHaveLength(1);
});

test.each([
  ['CANCELLED', 'Link cancelled'],
  ['CLAIMED', OUTCOME_TITLES.recipient_won],
  ['ISSUED', STATE_TITLES.unknown],
])('executing, and the link is %s: looked up, never called again', async (status, words) => {
  const { linkId, card } = await diesAs('executing');
  if (status !== 'ISSUED') bot.instantpay.setStatus(linkId, status);
  await bot.start();
  expect(read(card)).toContain(STATE_TITLES.executing);
  await bot.pass(LEASE_MS);
  expect(read(card)).toContain(words);
  expect(told().map(read).join()).toContain(words);
  expect(cancels()).toHaveLength(0);
});

test('unknown: looked up at the start', async () => {
  const { linkId, card } = await diesAs('unknown');
  bot.instantpay.setStatus(linkId, 'CANCELLED');
  bot.skip(5_000);
  await bot.start();
  expect(read(card)).toContain('Link cancelled');
  expect(cancels()).toHaveLength(0);
  expect(told()).toHaveLength(1);
});

test('a stop waits for the cancel that is under way, and the card is right when it ends', async () => {
  bot = await openBot();
  const { approver } = bot.people;
  const { card } = await askToCancel(bot);
  bot.instantpay.fault({ operation: 'cancel', effect: { kind: 'delay', delayMs: 400 } });
  const clicked = approver.click(card, 'Approve');
  await bot.slack.waitFor(() => cancels().length === 1);
  await bot.stop();
  await clicked;
  expect(read(card)).toContain('Link cancelled');
  await bot.start();
  await bot.pass(MINUTE_MS);
  expect(cancels()).toHaveLength(1);
  expect(told()).toHaveLength(1);
});

test('a request that waits survives a restart with its buttons', async () => {
  bot = await openBot();
  const { approver } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  await bot.restart();
  await bot.done(() => approver.click(card, 'Approve'));
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(read(card)).toContain('Link cancelled');
});

test('a form opened before a restart still works: its metadata is sealed with what does not change', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  await operator.command('/payout', 'cancel 6570a0000000000000000001');
  const modal = await operator.modal();
  await bot.idle();
  await bot.restart();
  const answer = await bot.answerTo(operator, () => operator.submit(modal, because('paid twice')));
  expect(read(answer)).toContain(STATE_TITLES.pending);
});
