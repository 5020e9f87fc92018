/** Owns deputies over HTTP: an approver is away, a deputy decides, and the right ends when it was said to. */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { countedFor, DEPUTY_ENDED } from '../../src/slack/views/approval-answers.ts';
import { actionLabel } from '../../src/slack/views/audit-labels.ts';
import { BACK, endedFor, NO_DEPUTY } from '../../src/slack/views/away.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel, mentionsIn, toldDirectly } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

const cancels = () => bot.instantpay.callsOf('cancel');
const mention = (person: Person): string => `<@${person.id}|${person.handle}>`;
/** The admin is no approver by the settings of `openBot`, so she has no right but a lent one. */
const nameDeputy = (approver: Person, deputy: Person, until = 'tomorrow') =>
  bot.say(approver, `away ${mention(deputy)} until ${until}`);
/** As a person reads a mention. */
const shown = (words: string): string => words.replace(/[<>]/g, '');
const direct = (person: Person): string[] => bot.slack.messages(person.directMessages).map(read);

test('a deputy approves: told, mentioned, named on the card and in the audit', async () => {
  bot = await openBot();
  const { approver, secondApprover, admin, operator } = bot.people;
  const early = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  expect(read(await bot.answerTo(admin, () => admin.click(early.card, 'Approve')))).toContain(
    notPermitted('approve'),
  );
  const answer = read(await nameDeputy(approver, admin));
  expect(answer).toContain(`@${admin.id}`);
  expect(answer).toContain('21 Nov 2026');
  expect(direct(admin).join()).toContain(`@${approver.id} is away`);
  const told = direct(admin).length;
  await nameDeputy(approver, admin);
  expect(direct(admin)).toHaveLength(told);
  expect(read(await bot.say(operator, 'away'))).toContain(`@${approver.id} until the end of 21 Nov 2026`);
  const { card } = await askToCancel(bot);
  expect(mentionsIn(card).toSorted()).toEqual([admin.id, secondApprover.id].toSorted());
  await approve(bot, card, admin);
  expect(cancels()).toHaveLength(1);
  expect(read(card)).toContain(`@${admin.id} for @${approver.id}`);
  const audit = read(await bot.say(admin, 'audit'));
  expect(audit).toContain(`@${admin.id} for @${approver.id}`);
  expect(audit).toContain(actionLabel('delegation.lent'));
});

test('a deputy who takes no direct messages stands in all the same', async () => {
  bot = await openBot();
  const { approver, admin } = bot.people;
  bot.slack.faults.set('conversations.open', { kind: 'error', error: 'user_disabled' });
  expect(read(await nameDeputy(approver, admin))).toContain(`@${admin.id}`);
  expect(direct(admin)).toEqual([]);
  const { card } = await askToCancel(bot);
  await approve(bot, card, admin);
  expect(cancels()).toHaveLength(1);
});

test('a deputy rejects, also without the permission to look', async () => {
  bot = await openBot({ env: { VIEWERS: 'U0ASHA,U0VIKRAM' } });
  const { approver, admin } = bot.people;
  await nameDeputy(approver, admin);
  const { card } = await askToCancel(bot);
  await admin.click(card, 'Reject');
  const modal = await admin.modal();
  await bot.done(() => admin.submit(modal, { reason: 'not a duplicate' }));
  expect(read(card)).toContain(`Rejected by @${admin.id}`);
  expect(cancels()).toHaveLength(0);
});

test('back: the deputy is told and decides no more', async () => {
  bot = await openBot();
  const { approver, admin } = bot.people;
  await nameDeputy(approver, admin);
  const { card } = await askToCancel(bot);
  expect(read(await bot.say(approver, 'back'))).toContain(BACK);
  expect(direct(admin).join()).toContain(shown(endedFor({ userId: approver.id })));
  const refused = await bot.answerTo(admin, () => admin.click(card, 'Approve'));
  expect(read(refused)).toContain(notPermitted('approve'));
  expect(read(await bot.say(approver, 'back'))).toContain(NO_DEPUTY);
  await approve(bot, card, approver);
  expect(cancels()).toHaveLength(1);
});

test('ends by itself at the end of the day', async () => {
  bot = await openBot({ env: { APPROVAL_TTL: '3d' } });
  const { approver, admin } = bot.people;
  await nameDeputy(approver, admin, 'today');
  const { card } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  // From 11:00 to midnight.
  bot.skip(13 * HOUR_MS);
  const refused = await bot.answerTo(admin, () => admin.click(card, 'Approve'));
  expect(read(refused)).toContain(notPermitted('approve'));
  expect(read(card)).toContain('[Approve]');
});

test('the time of a deputy ends while the click is under way: refused, and nothing is sent', async () => {
  bot = await openBot();
  const { approver, admin } = bot.people;
  await nameDeputy(approver, admin, 'today');
  bot.skip(12 * HOUR_MS + 59 * MINUTE_MS);
  const { card } = await askToCancel(bot);
  await approve(bot, card, bot.people.operator);
  // The policy lets the deputy through; then the approver's own right is asked for, and Slack takes its time.
  const askedBefore = bot.slack.callsTo('users.info').length;
  bot.skip(6 * MINUTE_MS - 5.5 * MINUTE_MS);
  bot.slack.faults.set('users.info', { kind: 'hold' });
  const clicked = bot.answerTo(admin, () => admin.click(card, 'Approve'));
  await bot.slack.waitFor(() => bot.slack.callsTo('users.info').length > askedBefore, {
    what: 'Payout Desk to ask who pressed',
  });
  bot.skip(2 * MINUTE_MS);
  bot.slack.faults.clear();
  const refused = read(await clicked);
  expect([String(DEPUTY_ENDED), notPermitted('approve')].some((why) => refused.includes(why))).toBe(true);
  expect(cancels()).toHaveLength(0);
  expect(read(card)).toContain('[Approve]');
});

test('two are needed: the deputy and the approver count once, the deputy and another approve', async () => {
  bot = await openBot({ env: { APPROVALS_REQUIRED_ABOVE: '10000' } });
  const { approver, secondApprover, admin } = bot.people;
  await nameDeputy(approver, admin);
  const { card } = await askToCancel(bot);
  await approve(bot, card, admin);
  const once = await bot.answerTo(approver, () => approver.click(card, 'Approve'));
  const approvals = [{ userId: admin.id, at: 0, onBehalfOf: approver.id }];
  expect(read(once)).toContain(shown(countedFor(approvals, approver.id)));
  expect(cancels()).toHaveLength(0);
  await approve(bot, card, secondApprover);
  expect(cancels()).toHaveLength(1);
});

test('two are needed, and the time of the deputy ends between the votes: it does not count, and the card says so', async () => {
  bot = await openBot({ env: { APPROVALS_REQUIRED_ABOVE: '10000', APPROVAL_TTL: '3d' } });
  const { approver, secondApprover, admin } = bot.people;
  await nameDeputy(approver, admin, 'today');
  const { card } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  await approve(bot, card, admin);
  bot.skip(DAY_MS);
  await approve(bot, card, secondApprover);
  expect(cancels()).toHaveLength(0);
  expect(read(card)).toContain(`@${admin.id} for @${approver.id}`);
  await approve(bot, card, approver);
  expect(cancels()).toHaveLength(1);
});

test('never for the own request, and not by the right of the requester', async () => {
  bot = await openBot({ env: { OPERATORS: '*' } });
  const { approver, secondApprover, admin, operator } = bot.people;
  await nameDeputy(approver, admin);
  const own = await askToCancel(bot, { by: admin });
  expect(read(await bot.answerTo(admin, () => admin.click(own.card, 'Approve')))).toContain('own request');
  expect(mentionsIn(own.card)).not.toContain(admin.id);
  const lenders = await askToCancel(bot, { by: approver, linkId: WELL_KNOWN.issuedLarge });
  expect(read(await bot.answerTo(admin, () => admin.click(lenders.card, 'Approve')))).toContain(
    `You stand in for @${approver.id}`,
  );
  expect(mentionsIn(lenders.card)).toEqual([secondApprover.id]);
  expect(cancels()).toHaveLength(0);
  expect(read(await bot.say(operator, `away ${mention(secondApprover)} until tomorrow`))).toContain(
    'Only approvers',
  );
});

test('by direct message: the deputy gets the card in place of the approver, and one named later at the nudge', async () => {
  bot = await openBot({ env: { APPROVERS_NOTIFY: 'both', APPROVAL_TTL: '2h' } });
  const { approver, secondApprover, admin, operator } = bot.people;
  await nameDeputy(approver, admin);
  await askToCancel(bot);
  const cards = (person: Person): number =>
    toldDirectly(bot, person).filter((message) => read(message).includes('[Approve]')).length;
  expect([approver, admin, secondApprover].map(cards)).toEqual([0, 1, 1]);
  await bot.say(secondApprover, `away ${mention(approver)} until tomorrow`);
  await bot.say(approver, 'back');
  await bot.pass(HOUR_MS);
  expect([approver, secondApprover].map(cards)).toEqual([1, 1]);
  expect(toldDirectly(bot, secondApprover)).toHaveLength(1);
  expect(toldDirectly(bot, operator)).toEqual([]);
});

test('nobody decides: deputies named since the nudge, then the administrators, once each', async () => {
  bot = await openBot({ env: { APPROVAL_TTL: '8h' } });
  const { approver, admin, operator } = bot.people;
  const { card } = await askToCancel(bot);
  await bot.pass(4 * HOUR_MS);
  bot.skip(MINUTE_MS);
  await nameDeputy(approver, operator);
  const inChannel = () => bot.slack.messages(bot.channels.approvals);
  expect(inChannel()).toHaveLength(2);
  await bot.say(approver, `away ${mention(bot.people.admin)} until tomorrow`);
  await bot.pass(2 * HOUR_MS - MINUTE_MS);
  expect(inChannel()).toHaveLength(3);
  expect(mentionsIn(inChannel()[2] ?? card)).toEqual([admin.id]);
  await bot.pass(HOUR_MS);
  await bot.pass(MINUTE_MS);
  expect(inChannel()).toHaveLength(4);
  const last = inChannel()[3] ?? card;
  expect(mentionsIn(last)).toEqual([admin.id]);
  expect(read(last)).toContain('No approver has decided');
  expect(last.threadTs).toBe(card.ts);
  await bot.pass(HOUR_MS);
  expect(read(card)).toContain('expired');
  expect(inChannel()).toHaveLength(4);
});
