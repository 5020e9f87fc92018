/**
 * Owns that Slack's rate limit on one method holds up what met it and nobody else. Each pause lasts for ten minutes:
 * whoever waited for it would not be answered within the test.
 */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { openDesk, read, type TestDesk } from './desk.ts';
import { approvalIdOf, askToCancel } from './steps.ts';

let desk: TestDesk;
afterEach(() => desk.close());

const PAUSE = { kind: 'rate_limited', retryAfterS: 600 } as const;
const DIRECTORY_FORGETS_MS = 6 * 60_000;

/** What somebody does that calls the method. */
const MEETINGS: Record<string, () => Promise<unknown>> = {
  'users.info': () => desk.say(desk.people.secondApprover, 'list'),
  'usergroups.users.list': () => desk.say(desk.people.secondApprover, 'list'),
  'views.open': () => desk.say(desk.people.secondApprover, `cancel ${WELL_KNOWN.issuedExpiring}`),
  'views.publish': async () => {
    await desk.people.secondApprover.openHome();
    await desk.slack.waitFor(() => desk.slack.callsTo('views.publish').length === 1);
  },
  'chat.postMessage': () => desk.say(desk.people.secondApprover, `cancel ${WELL_KNOWN.issuedExpiring} twice`),
  'chat.update': async () => {
    const answer = await desk.say(desk.people.secondApprover, `cancel ${WELL_KNOWN.issuedExpiring} twice`);
    await desk.done(() => desk.people.secondApprover.click(answer, 'Withdraw'));
  },
  'chat.getPermalink': () =>
    desk.say(desk.people.secondApprover, `cancel ${WELL_KNOWN.issuedExpiring} twice`),
  'chat.postEphemeral': () => {
    desk.slack.faults.set('response_url', { kind: 'status', status: 404 }, 1);
    return desk.say(desk.people.secondApprover, 'list');
  },
  response_url: () => desk.say(desk.people.secondApprover, 'list'),
  'conversations.open': () => desk.say(desk.people.admin, 'audit csv'),
  'conversations.history': async () => {
    desk.slack.faults.set('chat.postMessage', { kind: 'lose_answer' }, 1);
    await desk.say(desk.people.secondApprover, `cancel ${WELL_KNOWN.issuedExpiring} twice`);
    await desk.pass(60_000);
    await desk.pass(60_000);
  },
  'files.getUploadURLExternal': () => desk.say(desk.people.admin, 'audit csv'),
  'files.completeUploadExternal': () => desk.say(desk.people.admin, 'audit csv'),
};

test.each(Object.entries(MEETINGS))('%s: everybody else is answered', async (method, meet) => {
  desk = await openDesk({
    env: { VIEWERS: 'U0ASHA,U0VIKRAM,U0KAVYA,S0APPROVERS', OPERATORS: 'U0ASHA,U0VIKRAM,U0MEERA' },
  });
  const { operator, approver } = desk.people;
  const { card, linkId } = await askToCancel(desk, { linkId: WELL_KNOWN.issuedLarge });
  desk.skip(DIRECTORY_FORGETS_MS);
  desk.slack.faults.set(method, PAUSE, 1);
  await meet();
  const limited = (): number => desk.slack.callsTo(method).filter(({ status }) => status === 429).length;
  await desk.slack.waitFor(() => limited() === 1, { what: `${method} to be rate-limited` });

  expect(read(await desk.say(operator, `track ${WELL_KNOWN.issued}`))).toContain('ISSUED');
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  await operator.modal();
  await desk.done(() => approver.click(card, 'Approve'));
  expect(desk.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(limited()).toBe(1);
});

test('a group that Slack does not tell is said at once, and asked about again by the next person', async () => {
  desk = await openDesk({ env: { VIEWERS: 'S0APPROVERS' } });
  desk.slack.faults.set('usergroups.users.list', PAUSE, 1);
  expect(read(await desk.say(desk.people.approver, 'list'))).toContain('user group');
  expect(read(await desk.say(desk.people.secondApprover, 'list'))).toContain('Payout links');
});

test('the approval channel asks for a pause: its cards follow after it, once, and the requester reads for how long', async () => {
  desk = await openDesk();
  const cards = (): number => desk.slack.messages(desk.channels.approvals).length;
  desk.slack.faults.set('chat.postMessage', { kind: 'rate_limited', retryAfterS: 30 }, 1);
  const told = await desk.say(desk.people.operator, `cancel ${WELL_KNOWN.issued} twice`);
  expect(read(told)).toContain('30 s');
  const tries = (): number => desk.slack.callsTo('chat.postMessage').length;
  const before = tries();
  for (const stepMs of [6_000, 10_000, 13_000]) await desk.pass(stepMs);
  expect(tries()).toBe(before);
  await desk.pass(2_000);
  expect(cards()).toBe(1);
  expect(approvalIdOf(desk.slack.messages(desk.channels.approvals)[0] ?? told)).toBeTruthy();
});

test('the token is revoked: not ready, with what is wrong', async () => {
  desk = await openDesk();
  const ready = async () => (await fetch(`http://127.0.0.1:${desk.app.port}/readyz`)).json();
  expect(await ready()).toMatchObject({ ready: true });
  desk.slack.faults.set('users.info', { kind: 'error', error: 'token_revoked' }, 1);
  await desk.done(() => desk.people.operator.command('/payout', 'list'));
  expect(await ready()).toEqual({ ready: false, problems: ['Slack refuses the bot token (token_revoked)'] });
  expect(desk.entries().some(({ level, msg }) => level === 'error' && msg.includes('bot token'))).toBe(true);
});
