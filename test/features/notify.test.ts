/** Owns `/payout notify`: sent once a cooldown, held when nobody knows whether it was sent, kept over a restart. */

import { notPermitted } from '../../src/payouts/access-words.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Effect } from '../../fakes/instantpay/faults.ts';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { actionLabel } from '../../src/slack/views/audit-labels.ts';
import { NOT_CONFIRMED, NOT_SENT as REMINDER_NOT_SENT, tooSoon } from '../../src/payouts/links/remind.ts';
import { unknownStatus } from '../../src/payouts/links/link.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot({ env: { INSTANTPAY_TIMEOUT: '400ms' } });
});
afterEach(() => bot.close());

const { issued } = WELL_KNOWN;
const notify = async (text: string = issued) => read(await bot.say(bot.people.operator, `notify ${text}`));
const sent = () => bot.instantpay.callsOf('notify');

test('sent, then held back for the cooldown, over a restart, then sent again', async () => {
  const first = await notify();
  expect(first).toContain('Reminder sent');
  expect(first).toContain('*******101');
  expect(first).toContain('today 12:00');
  expect(await notify()).toContain(tooSoon(HOUR_MS, bot.clock() + HOUR_MS, bot.clock()));
  await bot.restart();
  await bot.pass(59 * MINUTE_MS);
  expect(await notify()).toContain('Next: today 12:00 IST');
  expect(sent()).toHaveLength(1);
  await bot.pass(MINUTE_MS);
  expect(await notify()).toContain('Reminder sent');
  expect(sent()).toHaveLength(2);
  // Another link is not held back.
  expect(await notify('Quresh')).toContain('Reminder sent');
});

test('the same command delivered ten times reminds once', async () => {
  const { operator } = bot.people;
  await bot.done(() => operator.command('/payout', `notify ${issued}`, { copies: 10 }));
  expect(sent()).toHaveLength(1);
});

test('only ISSUED, and the status is looked at right before', async () => {
  for (const status of ['claimed', 'expired', 'cancelled', 'processing'] as const)
    expect(await notify(WELL_KNOWN[status])).toContain(REMINDER_NOT_SENT);
  bot.instantpay.fault({ operation: 'track', effect: { kind: 'linkStatus', status: 'PARKED' } });
  expect(await notify()).toContain(unknownStatus('PARKED'));
  expect(sent()).toHaveLength(0);
});

const UNKNOWN: [string, Effect][] = [
  ['a reset after it was sent', { kind: 'reset', when: 'after' }],
  ['500', { kind: 'html500', when: 'before' }],
  ['no answer', { kind: 'noHeaders', when: 'after' }],
  ['TUP', { kind: 'statuscode', statuscode: 'TUP', when: 'after' }],
  ['ERR', { kind: 'statuscode', statuscode: 'ERR' }],
];

test.each(UNKNOWN)('%s: not confirmed, and the cooldown holds', async (_name, effect) => {
  bot.instantpay.fault({ operation: 'notify', effect });
  expect(await notify()).toContain(NOT_CONFIRMED);
  expect(await notify()).toContain('less than 1 hour ago');
  expect(sent()).toHaveLength(1);
  await bot.pass(HOUR_MS);
  expect(await notify()).toContain('Reminder sent');
});

test('a certain no gives the cooldown back', async () => {
  bot.instantpay.fault({
    operation: 'notify',
    effect: { kind: 'statuscode', statuscode: 'ISP', status: 'Bad id' },
  });
  const refused = await notify();
  expect(refused).toContain(REMINDER_NOT_SENT);
  expect(refused).toContain('Bad id');
  expect(await notify()).toContain('Reminder sent');
});

test('operators only, and the right environment', async () => {
  const { admin } = bot.people;
  expect(read(await bot.say(admin, `notify ${issued}`))).toContain(notPermitted('operate'));
  await bot.close();
  bot = await openBot({ env: { INSTANTPAY_ENVIRONMENT: 'sandbox' } });
  expect(await notify()).toContain('SANDBOX is configured');
  expect(sent()).toHaveLength(0);
});

test('every reminder stands in the audit with its request id', async () => {
  await notify();
  bot.instantpay.fault({ operation: 'notify', effect: { kind: 'html500' } });
  await notify('Quresh');
  const audit = read(await bot.say(bot.people.admin, 'audit'));
  expect(audit).toContain(actionLabel('reminder.sent'));
  expect(audit).toContain(actionLabel('reminder.outcome_unknown'));
  expect(audit).toMatch(/InstantPay request ID h0009/);
});
