/**
 * Owns that Slack's rate limit on one method holds up what met it and nobody else. Each pause lasts for ten minutes:
 * a call that waited for it would not be answered within the test.
 */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { requestIdOf, askToCancel } from './steps.ts';
import { tokenProblem } from '../../src/slack/api/token-watch.ts';

let bot: TestBot;
afterEach(() => bot.close());

const PAUSE = { kind: 'rate_limited', retryAfterS: 600 } as const;
const DIRECTORY_FORGETS_MS = 6 * 60_000;

/** What somebody does that calls the method. */
const MEETINGS: Record<string, () => Promise<unknown>> = {
  'users.info': () => bot.say(bot.people.secondApprover, 'list'),
  'usergroups.users.list': () => bot.say(bot.people.secondApprover, 'list'),
  'views.open': () => bot.say(bot.people.secondApprover, `cancel ${WELL_KNOWN.issuedExpiring}`),
  'views.publish': async () => {
    await bot.people.secondApprover.openHome();
    await bot.slack.waitFor(() => bot.slack.callsTo('views.publish').length === 1);
  },
  'chat.postMessage': () => bot.say(bot.people.secondApprover, `cancel ${WELL_KNOWN.issuedExpiring} twice`),
  'chat.update': async () => {
    const answer = await bot.say(bot.people.secondApprover, `cancel ${WELL_KNOWN.issuedExpiring} twice`);
    await bot.done(() => bot.people.secondApprover.click(answer, 'Withdraw'));
  },
  'chat.getPermalink': () => bot.say(bot.people.secondApprover, `cancel ${WELL_KNOWN.issuedExpiring} twice`),
  'chat.postEphemeral': () => {
    bot.slack.faults.set('response_url', { kind: 'status', status: 404 }, 1);
    return bot.say(bot.people.secondApprover, 'list');
  },
  response_url: () => bot.say(bot.people.secondApprover, 'list'),
  'conversations.open': () => bot.say(bot.people.admin, 'audit csv'),
  'conversations.history': async () => {
    bot.slack.faults.set('chat.postMessage', { kind: 'lose_answer' }, 1);
    await bot.say(bot.people.secondApprover, `cancel ${WELL_KNOWN.issuedExpiring} twice`);
    await bot.pass(60_000);
    await bot.pass(60_000);
  },
  'files.getUploadURLExternal': () => bot.say(bot.people.admin, 'audit csv'),
  'files.completeUploadExternal': () => bot.say(bot.people.admin, 'audit csv'),
};

test.each(Object.entries(MEETINGS))('%s: everybody else is answered', async (method, meet) => {
  bot = await openBot({
    env: { VIEWERS: 'U0ASHA,U0VIKRAM,U0KAVYA,S0APPROVERS', OPERATORS: 'U0ASHA,U0VIKRAM,U0MEERA' },
  });
  const { operator, approver } = bot.people;
  const { card, linkId } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  bot.skip(DIRECTORY_FORGETS_MS);
  bot.slack.faults.set(method, PAUSE, 1);
  await meet();
  const limited = (): number => bot.slack.callsTo(method).filter(({ status }) => status === 429).length;
  await bot.slack.waitFor(() => limited() === 1, { what: `${method} to be rate-limited` });

  expect(read(await bot.say(operator, `track ${WELL_KNOWN.issued}`))).toContain('ISSUED');
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  await operator.modal();
  await bot.done(() => approver.click(card, 'Approve'));
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(limited()).toBe(1);
});

test('a group that Slack does not tell is said at once, and asked about again by the next person', async () => {
  bot = await openBot({ env: { VIEWERS: 'S0APPROVERS' } });
  bot.slack.faults.set('usergroups.users.list', PAUSE, 1);
  expect(read(await bot.say(bot.people.approver, 'list'))).toContain('user group');
  expect(read(await bot.say(bot.people.secondApprover, 'list'))).toContain('Payout links');
});

test('the approval channel asks for a pause: its cards follow after it, once, and the requester reads for how long', async () => {
  bot = await openBot();
  const cards = (): number => bot.slack.messages(bot.channels.approvals).length;
  bot.slack.faults.set('chat.postMessage', { kind: 'rate_limited', retryAfterS: 30 }, 1);
  const told = await bot.say(bot.people.operator, `cancel ${WELL_KNOWN.issued} twice`);
  expect(read(told)).toContain('30 s');
  const tries = (): number => bot.slack.callsTo('chat.postMessage').length;
  const before = tries();
  for (const stepMs of [6_000, 10_000, 13_000]) await bot.pass(stepMs);
  expect(tries()).toBe(before);
  await bot.pass(2_000);
  expect(cards()).toBe(1);
  expect(requestIdOf(bot.slack.messages(bot.channels.approvals)[0] ?? told)).toBeTruthy();
});

test('the token is revoked: not ready, with what is wrong', async () => {
  bot = await openBot();
  const ready = async () => (await fetch(`http://127.0.0.1:${bot.app.port}/readyz`)).json();
  expect(await ready()).toMatchObject({ ready: true });
  bot.slack.faults.set('users.info', { kind: 'error', error: 'token_revoked' }, 1);
  await bot.done(() => bot.people.operator.command('/payout', 'list'));
  expect(await ready()).toEqual({ ready: false, problems: [tokenProblem('token_revoked')] });
  expect(bot.entries().some(({ level, msg }) => level === 'error' && msg.includes('bot token'))).toBe(true);
});
