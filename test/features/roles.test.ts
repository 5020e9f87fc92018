/** Owns what each role is shown: help, cards and lists offer only what the person may do, and a refusal names whom to ask. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { NOT_A_MEMBER, notPermitted } from '../../src/payouts/access-words.ts';
import { openBot, read, type TestBot } from './bot.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await openBot();
});
afterAll(() => bot.close());

test('an operator is offered reminders and cancellation, a viewer is not', async () => {
  const { operator, admin } = bot.people;
  for (const text of [`track ${WELL_KNOWN.issued}`, 'list issued']) {
    expect(read(await bot.say(operator, text))).toContain('Cancel link');
    const viewed = read(await bot.say(admin, text));
    expect(viewed).not.toContain('Cancel link');
    expect(viewed).not.toContain('Send reminder');
  }
});

test('a card that a viewer shares has its buttons: the reader may be an operator', async () => {
  const { admin, operator } = bot.people;
  const card = await bot.say(admin, `track ${WELL_KNOWN.issuedLarge}`);
  await bot.done(() => admin.click(card, 'Share here'));
  const shared = await bot.slack.message(bot.channels.payouts, (message) =>
    read(message).includes('Shared by'),
  );
  expect(read(shared)).toContain('[Cancel link]');
  expect(read(shared)).not.toContain('[Reveal]');
  const refusal = await bot.answerTo(admin, () => admin.click(shared, 'Send reminder'));
  expect(refusal.ephemeralFor).toBe(admin.id);
  expect(read(refusal)).toContain(notPermitted('operate'));
  await bot.answerTo(operator, () => operator.click(shared, 'Send reminder'));
});

test('help and its buttons are those of the reader', async () => {
  const { operator, admin, outsider } = bot.people;
  expect(read(await bot.say(operator, 'help'))).not.toContain('/payout audit');
  const ofAdmin = read(await bot.say(admin, ''));
  expect(ofAdmin).toContain(`@${bot.people.approver.id}`);
  expect(ofAdmin).toContain('/payout audit');
  expect(ofAdmin).not.toContain('/payout cancel');
  const help = await bot.say(outsider, 'help');
  expect(read(help)).not.toContain('[List links]');
  expect(read(help)).not.toContain('@');
  const shown = await bot.say(operator, 'help');
  const words = await bot.answerTo(operator, () => operator.choose(shown, 'help.command', 'words'));
  expect(read(words)).toContain('Statuses and terms');
});

test('only those whose right to approve is their own are offered to lend it', async () => {
  const { operator, approver, admin } = bot.people;
  const ofApprover = read(await bot.say(approver, 'help'));
  for (const command of ['/payout away', '/payout back']) {
    expect(ofApprover).toContain(command);
    expect(read(await bot.say(operator, 'help'))).not.toContain(command);
  }
  await bot.say(approver, `away <@${admin.id}|${admin.handle}> until tomorrow`);
  expect(read(await bot.say(admin, 'help'))).not.toContain('/payout away');
  // Who is away, everybody who may look may see.
  expect(read(await bot.say(operator, 'away'))).toContain(`@${approver.id}`);
  await bot.say(approver, 'back');
});

test('whoami: permissions, approvers and administrators; a guest reads why there are none', async () => {
  const { operator, admin, outsider, approver } = bot.people;
  const answer = read(await bot.say(operator, 'whoami'));
  expect(answer).toContain('✅ Send reminders');
  expect(answer).toContain('➖ Approve or reject');
  expect(answer).toContain(`@${approver.id}`);
  expect(answer).toContain(`@${admin.id}`);
  const guest = read(await bot.say(outsider, 'whoami'));
  expect(guest).toContain(NOT_A_MEMBER.guest);
  expect(guest).not.toContain(`@${admin.id}`);
});

test('a refusal names the administrators, and no setting', async () => {
  const { operator, admin, outsider } = bot.people;
  const refused = await bot.say(operator, 'audit');
  expect(read(refused)).toContain(notPermitted('administer'));
  expect(read(refused)).toContain(`Administrators: @${admin.id}.`);
  expect(refused.text).toContain(`Administrators: <@${admin.id}>.`);
  expect(read(await bot.say(outsider, 'list'))).not.toContain('Administrators:');
});
