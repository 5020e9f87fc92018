/** Owns cancels that a stop or a crash interrupts: the next life of the desk reaches the true outcome, without a second call. */

import { afterEach, expect, test } from 'vitest';
import { type Approval, decide } from '../../src/payouts/cancel/request.ts';
import { begin, lose } from '../../src/payouts/cancel/transitions.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { openDesk, read, type TestDesk } from './desk.ts';
import { approvalIdOf, askToCancel, toldDirectly } from './steps.ts';

let desk: TestDesk;
afterEach(() => desk.close());

const LEASE_MS = 15_000;

/** What a desk leaves behind that dies right after storing this state; its cards show what was before. */
async function diesAs(state: 'approved' | 'executing' | 'unknown') {
  desk = await openDesk();
  const asked = await askToCancel(desk);
  const id = approvalIdOf(asked.card);
  await desk.stop();
  await desk.records(async (store) => {
    const now = desk.clock();
    const move = async (
      before: Approval,
      step: { next: Approval; audit: [] | object[] },
    ): Promise<Approval> => {
      expect(await store.approvals.save(before, step.next, [])).toBe(true);
      return step.next;
    };
    const pending = await store.approvals.find(id);
    if (!pending) throw new Error('no request');
    const decided = decide(pending, { kind: 'approve', by: desk.people.approver.id }, now);
    if (!decided.ok) throw new Error(decided.why);
    const approved = await move(pending, decided);
    if (state === 'approved') return;
    const executing = await move(approved, begin(approved, now, LEASE_MS, 'holder-1'));
    if (state === 'executing') return;
    await move(executing, lose(executing, 'No answer.', now));
  });
  return asked;
}

const cancels = () => desk.instantpay.callsOf('cancel');
const told = () => toldDirectly(desk, desk.people.operator);

test('approved and not carried out: the next life does it, once', async () => {
  const { linkId, card } = await diesAs('approved');
  await desk.start();
  // Another desk may still be at it: not before its time.
  expect(cancels()).toHaveLength(0);
  expect(read(card)).toContain('Approved, not sent yet');
  await desk.pass(MINUTE_MS);
  expect(cancels()).toHaveLength(1);
  expect(desk.instantpay.link(linkId)?.status).toBe('CANCELLED');
  expect(read(card)).toContain('Link cancelled');
  expect(told()).toHaveLength(1);
});

test('approved, down for a minute: carried out at the start', async () => {
  const { card } = await diesAs('approved');
  desk.skip(MINUTE_MS);
  await desk.start();
  expect(cancels()).toHaveLength(1);
  expect(read(card)).toContain('Link cancelled');
});

test('approved, and claimed while the desk was down: nothing is sent', async () => {
  const { linkId, card } = await diesAs('approved');
  desk.instantpay.setStatus(linkId, 'CLAIMED');
  desk.skip(MINUTE_MS);
  await desk.start();
  expect(cancels()).toHaveLength(0);
  expect(read(card)).toContain('the link had changed');
  expect(told()).toHaveLength(1);
});

test.each([
  ['CANCELLED', 'Link cancelled'],
  ['CLAIMED', 'the recipient was faster'],
  ['ISSUED', 'Outcome unknown, checking'],
])('executing, and the link is %s: looked up, never called again', async (status, words) => {
  const { linkId, card } = await diesAs('executing');
  if (status !== 'ISSUED') desk.instantpay.setStatus(linkId, status);
  await desk.start();
  expect(read(card)).toContain('Cancellation started, no answer yet');
  await desk.pass(LEASE_MS);
  expect(read(card)).toContain(words);
  expect(told().map(read).join()).toContain(words);
  expect(cancels()).toHaveLength(0);
});

test('unknown: looked up at the start', async () => {
  const { linkId, card } = await diesAs('unknown');
  desk.instantpay.setStatus(linkId, 'CANCELLED');
  desk.skip(5_000);
  await desk.start();
  expect(read(card)).toContain('Link cancelled');
  expect(cancels()).toHaveLength(0);
  expect(told()).toHaveLength(1);
});

test('a stop waits for the cancel that is under way, and the card is right when it ends', async () => {
  desk = await openDesk();
  const { approver } = desk.people;
  const { card } = await askToCancel(desk);
  desk.instantpay.fault({ operation: 'cancel', effect: { kind: 'delay', delayMs: 400 } });
  const clicked = approver.click(card, 'Approve');
  await desk.slack.waitFor(() => cancels().length === 1);
  await desk.stop();
  await clicked;
  expect(read(card)).toContain('Link cancelled');
  await desk.start();
  await desk.pass(MINUTE_MS);
  expect(cancels()).toHaveLength(1);
  expect(told()).toHaveLength(1);
});

test('a request that waits survives a restart with its buttons', async () => {
  desk = await openDesk();
  const { approver } = desk.people;
  const { linkId, card } = await askToCancel(desk);
  await desk.restart();
  await desk.done(() => approver.click(card, 'Approve'));
  expect(desk.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(read(card)).toContain('Link cancelled');
});

test('a form opened before a restart still works: its metadata is sealed with what does not change', async () => {
  desk = await openDesk();
  const { operator } = desk.people;
  await operator.command('/payout', 'cancel 6570a0000000000000000001');
  const modal = await operator.modal();
  await desk.idle();
  await desk.restart();
  const answer = await desk.answerTo(operator, () => operator.submit(modal, { reason: 'paid twice' }));
  expect(read(answer)).toContain('Approval asked for');
});
