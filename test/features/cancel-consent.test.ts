/** Owns cancels whose consent does not hold any more when the money would move: too old, another amount, a voter without the right. */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { decide } from '../../src/payouts/cancel/request.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { openDesk, read, type TestDesk } from './desk.ts';
import { approvalIdOf, approve, askToCancel, toldDirectly } from './steps.ts';

let desk: TestDesk;
afterEach(() => desk.close());

const cancels = () => desk.instantpay.callsOf('cancel');

/** Approves in the records of a stopped desk, as one that is killed right after. */
async function approvedAndKilled() {
  desk = await openDesk();
  const asked = await askToCancel(desk);
  const id = approvalIdOf(asked.card);
  await desk.stop();
  await desk.records(async (store) => {
    const pending = await store.approvals.find(id);
    if (!pending) throw new Error('no request');
    const decided = decide(pending, { kind: 'approve', by: desk.people.approver.id }, desk.clock());
    if (!decided.ok) throw new Error(decided.why);
    await store.approvals.save(pending, decided.next, []);
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
    desk.skip(ms);
    await desk.start();
    await desk.pass(MINUTE_MS);
    expect(cancels()).toHaveLength(0);
    expect(desk.instantpay.link(linkId)?.status).toBe('ISSUED');
    expect(read(card)).toContain('not carried out within 30 minutes of the approval. Nothing was sent');
    expect(read(card)).not.toContain('[Approve]');
    expect(toldDirectly(desk, desk.people.operator).map(read).join()).toContain('Too late');
    const again = await askToCancel(desk, { linkId });
    await approve(desk, again.card);
    expect(cancels()).toHaveLength(1);
  },
);

test('frozen for two hours before Approve was stored: consent counts from the click, and nothing is sent', async () => {
  desk = await openDesk();
  const { linkId, card } = await askToCancel(desk);
  desk.skip(6 * MINUTE_MS);
  // The desk asks who pressed, and is frozen as it waits for the answer.
  desk.slack.faults.set('users.info', { kind: 'hold' });
  const asked = desk.slack.callsTo('users.info').length;
  const clicked = desk.done(() => desk.people.approver.click(card, 'Approve'));
  await desk.slack.waitFor(() => desk.slack.callsTo('users.info').length > asked, {
    what: 'the desk to ask who pressed',
  });
  desk.skip(2 * HOUR_MS);
  desk.slack.faults.clear();
  await clicked;
  expect(cancels()).toHaveLength(0);
  expect(desk.instantpay.link(linkId)?.status).toBe('ISSUED');
  expect(read(card)).toContain('not carried out within 30 minutes of the approval. Nothing was sent');
  expect(read(card)).not.toContain('[Approve]');
});

test('another amount than the approved one: nothing is sent, and the card says both', async () => {
  desk = await openDesk();
  const { linkId, card } = await askToCancel(desk);
  const link = desk.instantpay.link(linkId);
  if (!link) throw new Error('no link');
  link.amountPaise = 99_00_000_00;
  await approve(desk, card);
  expect(cancels()).toHaveLength(0);
  expect(read(card)).toContain('the link had changed');
  expect(read(card)).toMatch(/amount is now ₹99,00,000\.00; ₹[\d,.]+ was approved\. Nothing was sent/);
});

test('one of two voters leaves the approvers’ group: the vote does not count, and the card says so', async () => {
  desk = await openDesk({ env: { APPROVERS: 'S0APPROVERS', APPROVALS_REQUIRED_ABOVE: '1' } });
  const { approver, secondApprover } = desk.people;
  const { card } = await askToCancel(desk, { linkId: WELL_KNOWN.issuedLarge });
  await approve(desk, card);
  expect(read(card)).toContain('1 of 2 approvals');
  desk.slack.groups.list = [{ id: 'S0APPROVERS', handle: 'approvers', members: [secondApprover.id] }];
  // What is remembered of the group for five minutes does not count for the last vote.
  desk.skip(1_000);
  await approve(desk, card, secondApprover);
  expect(cancels()).toHaveLength(0);
  expect(read(card)).toContain('1 of 2 approvals');
  expect(read(card)).toMatch(new RegExp(`Not counted[\\s\\S]*${approver.id}[\\s\\S]*no longer an approver`));
});

test('Slack does not tell whether the first voter may still approve: the last vote is not taken, and nothing is lost', async () => {
  desk = await openDesk({ env: { APPROVALS_REQUIRED_ABOVE: '1' } });
  const { approver, secondApprover } = desk.people;
  const { card } = await askToCancel(desk);
  await approve(desk, card);
  desk.skip(6 * MINUTE_MS);
  // The second voter is known by now, the first one is asked about again.
  await desk.say(secondApprover, 'approvals');
  desk.slack.faults.set('users.info', { kind: 'error', error: 'fatal_error' });
  const answer = await desk.answerTo(secondApprover, () => secondApprover.click(card, 'Approve'));
  expect(read(answer)).toContain('Your approval is not recorded yet');
  expect(cancels()).toHaveLength(0);
  desk.slack.faults.clear();
  await approve(desk, card, secondApprover);
  expect(cancels()).toHaveLength(1);
  expect(read(card)).toContain(`@${approver.id}`);
});
