/** Owns how approvers learn of a request: mentioned, by direct message, both or not at all; and whom that never reaches. */

import { afterEach, expect, test } from 'vitest';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { openDesk, read, type TestDesk } from './desk.ts';
import { approve, askToCancel, mentionsIn, the, toldDirectly } from './steps.ts';

let desk: TestDesk;
afterEach(() => desk.close());

const GROUP = { APPROVERS: 'S0APPROVERS' };

test.each([
  ['mention', { APPROVERS_NOTIFY: 'mention' }, true, false],
  ['both', { APPROVERS_NOTIFY: 'both' }, true, true],
  ['dm', { APPROVERS_NOTIFY: 'dm' }, false, true],
  ['none', { APPROVERS_NOTIFY: 'none' }, false, false],
  ['nothing set', {}, true, false],
])('%s: card and nudge', async (_name, env, mentioned, direct) => {
  desk = await openDesk({ env: { ...GROUP, ...env, APPROVAL_TTL: '2h' } });
  const { operator, approver, secondApprover } = desk.people;
  const { card } = await askToCancel(desk);
  await desk.pass(HOUR_MS);
  const inChannel = desk.slack.messages(desk.channels.approvals);
  expect(inChannel).toHaveLength(2);
  for (const message of inChannel) expect(mentionsIn(message)).toEqual(mentioned ? ['S0APPROVERS'] : []);
  for (const person of [approver, secondApprover]) {
    const got = desk.slack.messages(person.directMessages);
    expect(got.map(read).filter((text) => text.includes('[Approve]'))).toHaveLength(direct ? 1 : 0);
    expect(got.map(read).filter((text) => text.includes('Approval pending'))).toHaveLength(direct ? 1 : 0);
    for (const message of got) {
      expect(mentionsIn(message)).toEqual([]);
      for (const fact of ['₹12,500.50', 'duplicate of bill 118', operator.name])
        expect(message.text).toContain(fact);
    }
  }
  expect(desk.slack.messages(operator.directMessages)).toEqual([]);
  await approve(desk, card);
});

test('decided in a direct message: every copy shows it, and no live button is left', async () => {
  desk = await openDesk({ env: { APPROVERS_NOTIFY: 'both' } });
  const { operator, approver, secondApprover } = desk.people;
  const { linkId, card } = await askToCancel(desk);
  const own = the(toldDirectly(desk, approver));
  await desk.done(() => approver.click(own, 'Approve'));
  expect(desk.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  for (const copy of [card, own, the(toldDirectly(desk, secondApprover))]) {
    expect(read(copy)).toContain('Link cancelled');
    expect(read(copy)).not.toMatch(/\[Approve\]|\[Reject\]/);
    expect(mentionsIn(copy)).not.toContain(secondApprover.id);
  }
  expect(toldDirectly(desk, operator)).toHaveLength(1);
});

test('the requester is neither mentioned nor told to decide, also as an approver', async () => {
  desk = await openDesk({ env: { APPROVERS_NOTIFY: 'both', APPROVAL_TTL: '2h' } });
  const { approver, secondApprover } = desk.people;
  const { card } = await askToCancel(desk, { by: approver });
  await desk.pass(HOUR_MS);
  expect(mentionsIn(card)).toEqual([secondApprover.id]);
  expect(desk.slack.messages(approver.directMessages)).toEqual([]);
  expect(desk.slack.messages(secondApprover.directMessages)).toHaveLength(2);
  expect(read(card)).toContain(approver.name);
});

test('an approver without direct messages: the others and the channel have the card, and nobody hammers Slack', async () => {
  desk = await openDesk({ env: { APPROVERS_NOTIFY: 'dm' } });
  const { approver, secondApprover } = desk.people;
  desk.slack.faults.set('conversations.open', { kind: 'error', error: 'user_disabled' }, 1);
  const { answer, card } = await askToCancel(desk);
  expect(read(answer)).not.toContain('could not be posted');
  expect([approver, secondApprover].flatMap((person) => toldDirectly(desk, person))).toHaveLength(1);
  const opened = desk.slack.callsTo('conversations.open').length;
  for (let hours = 0; hours < 5; hours++) await desk.pass(HOUR_MS);
  expect(desk.slack.callsTo('conversations.open')).toHaveLength(opened);
  await approve(desk, card);
  expect(read(card)).toContain('Link cancelled');
});

test('a group that cannot be read is mentioned instead, and the request stands', async () => {
  desk = await openDesk({ env: { ...GROUP, APPROVERS_NOTIFY: 'dm' } });
  desk.slack.faults.set('usergroups.users.list', { kind: 'error', error: 'internal_error' });
  const { card } = await askToCancel(desk);
  expect(read(card)).toContain('[Approve]');
  expect(mentionsIn(card)).toEqual(['S0APPROVERS']);
});
