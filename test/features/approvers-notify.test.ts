/** Owns how approvers learn of a request: mentioned, by direct message, both or not at all; and whom that never reaches. */

import { afterEach, expect, test } from 'vitest';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel, mentionsIn, the, toldDirectly } from './steps.ts';
import { EMERGENCY_APPROVAL } from '../../src/slack/views/approval-parts.ts';
import { POSTED_SHORTLY } from '../../src/slack/views/approval-answers.ts';

let bot: TestBot;
afterEach(() => bot.close());

const GROUP = { APPROVERS: 'S0APPROVERS' };

test.each([
  ['mention', { APPROVERS_NOTIFY: 'mention' }, true, false],
  ['both', { APPROVERS_NOTIFY: 'both' }, true, true],
  ['dm', { APPROVERS_NOTIFY: 'dm' }, false, true],
  ['none', { APPROVERS_NOTIFY: 'none' }, false, false],
  ['nothing set', {}, true, false],
])('%s: card and nudge', async (_name, env, mentioned, direct) => {
  bot = await openBot({ env: { ...GROUP, ...env, APPROVAL_TTL: '2h' } });
  const { operator, approver, secondApprover } = bot.people;
  const { card } = await askToCancel(bot);
  await bot.pass(HOUR_MS);
  const inChannel = bot.slack.messages(bot.channels.approvals);
  expect(inChannel).toHaveLength(2);
  for (const message of inChannel) expect(mentionsIn(message)).toEqual(mentioned ? ['S0APPROVERS'] : []);
  for (const person of [approver, secondApprover]) {
    const got = bot.slack.messages(person.directMessages);
    expect(got.map(read).filter((text) => text.includes('[Approve]'))).toHaveLength(direct ? 1 : 0);
    expect(got.map(read).filter((text) => text.includes('Approval pending'))).toHaveLength(direct ? 1 : 0);
    for (const message of got) {
      expect(mentionsIn(message)).toEqual([]);
      for (const fact of ['₹12,500.50', 'duplicate of bill 118', operator.name])
        expect(message.text).toContain(fact);
    }
  }
  expect(bot.slack.messages(operator.directMessages)).toEqual([]);
  await approve(bot, card);
});

test('decided in a direct message: every copy shows it, and no live button is left', async () => {
  bot = await openBot({ env: { APPROVERS_NOTIFY: 'both' } });
  const { operator, approver, secondApprover } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  const own = the(toldDirectly(bot, approver));
  await bot.done(() => approver.click(own, 'Approve'));
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  for (const copy of [card, own, the(toldDirectly(bot, secondApprover))]) {
    expect(read(copy)).toContain('Link cancelled');
    expect(read(copy)).not.toMatch(/\[Approve\]|\[Reject\]/);
    expect(mentionsIn(copy)).not.toContain(secondApprover.id);
  }
  expect(toldDirectly(bot, operator)).toHaveLength(1);
});

test('the emergency approval is offered on the card of the channel, not in direct messages to approvers', async () => {
  bot = await openBot({ env: { APPROVERS_NOTIFY: 'both', BREAK_GLASS: 'true' } });
  const { approver } = bot.people;
  const { card } = await askToCancel(bot);
  expect(read(card)).toContain(`[${EMERGENCY_APPROVAL}]`);
  const own = the(toldDirectly(bot, approver));
  expect(read(own)).toContain('[Approve]');
  expect(read(own)).not.toContain(EMERGENCY_APPROVAL);
});

test('the requester is neither mentioned nor told to decide, also as an approver', async () => {
  bot = await openBot({ env: { APPROVERS_NOTIFY: 'both', APPROVAL_TTL: '2h' } });
  const { approver, secondApprover } = bot.people;
  const { card } = await askToCancel(bot, { by: approver });
  await bot.pass(HOUR_MS);
  expect(mentionsIn(card)).toEqual([secondApprover.id]);
  expect(bot.slack.messages(approver.directMessages)).toEqual([]);
  expect(bot.slack.messages(secondApprover.directMessages)).toHaveLength(2);
  expect(read(card)).toContain(approver.name);
});

test('an approver without direct messages: the others and the channel have the card, and nobody hammers Slack', async () => {
  bot = await openBot({ env: { APPROVERS_NOTIFY: 'dm' } });
  const { approver, secondApprover } = bot.people;
  bot.slack.faults.set('conversations.open', { kind: 'error', error: 'user_disabled' }, 1);
  const { answer, card } = await askToCancel(bot);
  expect(read(answer)).not.toContain(POSTED_SHORTLY);
  expect([approver, secondApprover].flatMap((person) => toldDirectly(bot, person))).toHaveLength(1);
  const opened = bot.slack.callsTo('conversations.open').length;
  for (let hours = 0; hours < 5; hours += 1) await bot.pass(HOUR_MS);
  expect(bot.slack.callsTo('conversations.open')).toHaveLength(opened);
  await approve(bot, card);
  expect(read(card)).toContain('Link cancelled');
});

test('a group that cannot be read is mentioned instead, and the request stands', async () => {
  bot = await openBot({ env: { ...GROUP, APPROVERS_NOTIFY: 'dm' } });
  bot.slack.faults.set('usergroups.users.list', { kind: 'error', error: 'internal_error' });
  const { card } = await askToCancel(bot);
  expect(read(card)).toContain('[Approve]');
  expect(mentionsIn(card)).toEqual(['S0APPROVERS']);
});
