/** Owns automatic reminders over HTTP: sent before a link expires, stopped and allowed on its card and in its details. */

import { afterEach, expect, test } from 'vitest';
import type { Person } from '../../fakes/slack/person.ts';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { DAY_MS, HOUR_MS } from '../../src/payouts/time.ts';
import { actionLabel } from '../../src/slack/views/audit-labels.ts';
import { AUTO_STOPPED } from '../../src/slack/views/automatic.ts';
import { AUTO_IS_STOPPED } from '../../src/slack/views/notices.ts';
import { openBot, read, type TestBot } from './bot.ts';

const STOP = 'Stop automatic reminders';
const ALLOW = 'Allow automatic reminders';

let bot: TestBot;
afterEach(() => bot.close());

/** One ISSUED link, made yesterday, that expires in 20 h: the first of two steps is due. */
async function open(env = {}): Promise<string> {
  bot = await openBot({ instantpay: { seed: 0 }, env: { REMIND_BEFORE: '24h,2h', ...env } });
  for (const { linkId } of bot.instantpay.links()) bot.instantpay.setStatus(linkId, 'CANCELLED');
  const { linkId } = bot.instantpay.addLink({
    amountPaise: 12_500_00,
    expiresAt: bot.clock() + DAY_MS + 20 * HOUR_MS,
    person: { name: 'Asha Rao', email: 'asha@mail.example', mobile: '9820022211' },
  });
  bot.skip(DAY_MS);
  return linkId;
}

const sent = () => bot.instantpay.callsOf('notify');
const run = () => bot.app.runAutomaticReminders();
const card = (person: Person, linkId: string) => bot.say(person, `track ${linkId}`);

test('sent once a step, outside the quiet hours, and shown as by Payout Desk', async () => {
  const linkId = await open();
  const { operator, admin } = bot.people;
  await run();
  await run();
  expect(sent()).toHaveLength(1);
  bot.skip(HOUR_MS);
  await run();
  expect(sent()).toHaveLength(1);
  expect(read(await bot.say(operator, 'expiring'))).toContain('reminded 1 hour ago by Payout Desk');
  const details = await card(operator, linkId);
  const shown = read(await bot.answerTo(operator, () => operator.click(details, 'Details')));
  expect(shown).toContain(actionLabel('reminder.sent'));
  expect(read(await bot.say(admin, `audit ${linkId}`))).toContain(actionLabel('reminder.sent'));
  // 22:00, then 05:30: the second step is due, and it is quiet; it expires at 07:00.
  for (const hours of [10, 7.5]) {
    bot.skip(hours * HOUR_MS);
    await run();
  }
  expect(sent()).toHaveLength(1);
});

test('stopped on the card and allowed in the details, by operators; others are refused', async () => {
  const linkId = await open();
  const { operator, admin } = bot.people;
  const own = await card(operator, linkId);
  await bot.done(() => operator.click(own, STOP));
  expect(read(own)).toContain(String(AUTO_STOPPED));
  expect(read(own)).toContain(`[${ALLOW}]`);
  await run();
  expect(sent()).toHaveLength(0);
  expect(read(await card(admin, linkId))).not.toContain('automatic reminders]');
  const details = await bot.answerTo(operator, () => operator.click(own, 'Details'));
  await bot.done(() => operator.click(details, ALLOW));
  expect(read(details)).toContain(`[${STOP}]`);
  expect(read(details)).toContain(actionLabel('reminder.auto_allowed'));
  bot.skip(HOUR_MS);
  await run();
  expect(sent()).toHaveLength(1);
  await bot.done(() => operator.click(own, 'Refresh'));
  await bot.done(() => operator.click(own, 'Share here'));
  const inChannel = await bot.slack.message(bot.channels.payouts, (message) =>
    read(message).includes('Shared by'),
  );
  const refused = await bot.answerTo(admin, () => admin.click(inChannel, STOP));
  expect(read(refused)).toContain(notPermitted('operate'));
});

test('stored although InstantPay does not answer; off, nothing is offered and nothing is sent', async () => {
  const linkId = await open();
  const { operator } = bot.people;
  const own = await card(operator, linkId);
  bot.instantpay.fault({
    operation: 'track',
    effect: { kind: 'statuscode', statuscode: 'ISE', status: 'Away' },
    times: 0,
  });
  const answer = await bot.answerTo(operator, () => operator.click(own, STOP));
  expect(read(answer)).toContain(AUTO_IS_STOPPED);
  bot.instantpay.clearFaults();
  await run();
  expect(sent()).toHaveLength(0);
  await bot.close();
  const other = await open({ REMIND_BEFORE: '' });
  expect(read(await card(bot.people.operator, other))).not.toContain('automatic reminders]');
  await run();
  expect(sent()).toHaveLength(0);
});
