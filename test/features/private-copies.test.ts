/** Owns the copies of a request that one person alone sees: the outcome replaces them, and none keeps a live button. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { openDesk, read, type TestDesk } from './desk.ts';
import { approve, askToCancel } from './steps.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const LIVE = /\[(Approve|Reject|Withdraw|Break glass)\]/;
const standing = (person: Person) => person.ephemerals().filter((message) => !message.deleted);

/** The private card of an open request, as `Show request` gives it. */
async function shownTo(person: Person, linkId: string): Promise<SlackMessage> {
  const again = await desk.say(person, `cancel ${linkId} once more`);
  return desk.answerTo(person, () => person.click(again, 'Show request'));
}

test('approved on a private card: it shows the outcome itself, and nothing is added', async () => {
  const { approver } = desk.people;
  const { linkId, card } = await askToCancel(desk);
  const own = await shownTo(approver, linkId);
  const before = standing(approver).length;
  await desk.done(() => approver.click(own, 'Approve'));
  expect(desk.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  for (const copy of [own, card]) {
    expect(read(copy)).toContain('Link cancelled');
    expect(read(copy)).not.toMatch(LIVE);
  }
  expect(standing(approver)).toHaveLength(before);
  expect(desk.slack.messages(approver.directMessages)).toEqual([]);
});

test('rejected in the form of a private card, and in that of a row', async () => {
  const { approver } = desk.people;
  const one = await askToCancel(desk);
  const other = await askToCancel(desk, { linkId: WELL_KNOWN.issuedLarge });
  const own = await shownTo(approver, one.linkId);
  await approver.click(own, 'Reject');
  await desk.done(async () => approver.submit(await approver.modal(), { reason: 'pay it after all' }));
  expect(read(own)).toContain('pay it after all');
  expect(read(own)).not.toMatch(LIVE);
  const list = await desk.say(approver, 'approvals');
  await approver.click(list, 'Reject');
  await desk.done(async () => approver.submit(await approver.modal(), { reason: 'the order stands' }));
  expect(read(list)).toContain('Rejected');
  expect(read(list)).toContain('Nothing waits for a decision');
  expect(read(list)).not.toMatch(LIVE);
  for (const { card } of [one, other]) expect(read(card)).toContain('Rejected');
  expect(desk.instantpay.callsOf('cancel')).toHaveLength(0);
});

test('withdrawn on the answer to the request', async () => {
  const { operator } = desk.people;
  const { answer, card } = await askToCancel(desk);
  const before = standing(operator).length;
  await desk.done(() => operator.click(answer, 'Withdraw'));
  for (const copy of [answer, card]) {
    expect(read(copy)).toContain('Withdrawn');
    expect(read(copy)).not.toMatch(LIVE);
  }
  expect(standing(operator)).toHaveLength(before);
});

test('decided elsewhere: a click on the stale copy replaces it with what is so now', async () => {
  const { approver, secondApprover } = desk.people;
  const { linkId, card } = await askToCancel(desk);
  const own = await shownTo(secondApprover, linkId);
  const list = await desk.say(secondApprover, 'approvals');
  await approve(desk, card, approver);
  for (const copy of [own, list]) {
    expect(read(copy)).toMatch(LIVE);
    await desk.done(() => secondApprover.click(copy, 'Approve'));
    expect(read(copy)).toContain('Link cancelled');
    expect(read(copy)).not.toMatch(LIVE);
  }
  expect(desk.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('the first of two approvals in the list: the row has no buttons any more, the others do', async () => {
  await desk.close();
  desk = await openDesk({ env: { APPROVALS_REQUIRED_ABOVE: '1' } });
  const { approver } = desk.people;
  await askToCancel(desk);
  desk.skip(1_000);
  await askToCancel(desk, { linkId: WELL_KNOWN.issuedLarge });
  const list = await desk.say(approver, 'approvals');
  await desk.done(() => approver.click(list, 'Approve', { nth: 1 }));
  expect(read(list).match(/\[Approve\]/g)).toHaveLength(1);
  expect(read(list)).toContain('You have approved');
  expect(desk.instantpay.callsOf('cancel')).toHaveLength(0);
});

test('the same click delivered five times leaves one outcome', async () => {
  const { approver } = desk.people;
  const { linkId } = await askToCancel(desk);
  const own = await shownTo(approver, linkId);
  await desk.done(() => approver.click(own, 'Approve', { copies: 5 }));
  expect(desk.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(read(own)).not.toMatch(LIVE);
});
