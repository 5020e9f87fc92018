/** Owns `/payout txn`: what each answer means (R11), and when it may be asked (R12, R13), in words with the time. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { WELL_KNOWN_TRANSACTIONS as REFS } from '../../fakes/instantpay/transactions.ts';
import { HOUR_MS, MINUTE_MS, parseIst } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { ADVICE, TITLES, UNKNOWN_WORDS } from '../../src/slack/views/transaction-words.ts';
import { FAR_BACK, RHYTHM } from '../../src/slack/views/transaction-card.ts';
import { EARLIEST, FUTURE_DAY } from '../../src/payouts/transactions/words.ts';
import { REVERSED } from '../../src/slack/views/transaction-bookings.ts';

/** When the bot opens. */
const ELEVEN = parseIst('2026-11-20 11:00:00') ?? 0;

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot({ env: { INSTANTPAY_TIMEOUT: '400ms' } });
});
afterEach(() => bot.close());

const txn = async (text: string) => read(await bot.say(bot.people.operator, `txn ${text}`));
const asked = () => bot.instantpay.callsOf('transaction').length;

test('each outcome in its own words', async () => {
  const successful = await txn(`${REFS.successful} 19 Nov`);
  for (const shown of ['Successful', '₹10,000.00', 'Bank reference (RRN)', '19 Nov 2026', 'LIVE'])
    expect(successful).toContain(shown);
  expect(successful).toContain('**********8912');
  expect(successful).not.toContain('50100345678912');
  expect(await txn(`${REFS.underProcess} yesterday`)).toContain(TITLES.underProcess);
  const failed = await txn(`${REFS.failed} 2026-11-19`);
  expect(failed).toContain('🔴 Failed');
  expect(failed).not.toMatch(/refund|reversal/i);
  const reversed = await txn(`${REFS.reversed} 19-11-2026`);
  expect(reversed).toContain(REVERSED);
  expect(reversed).toContain('₹18,999.50');
  expect(await txn(`${REFS.noInnerCode} yesterday`)).toContain('Status unknown');
  const queryFails = await txn(`${REFS.queryFails} yesterday`);
  expect(queryFails).toContain(UNKNOWN_WORDS.failed);
  expect(queryFails).toContain('Unable to fetch the status');
  expect(await txn('NO-SUCH-1 yesterday')).toContain(UNKNOWN_WORDS.failed);
  expect(await txn(`${REFS.aeps} yesterday`)).toContain(UNKNOWN_WORDS.failed);
});

test('AePS is asked for as such', async () => {
  expect(await txn(`${REFS.aeps} yesterday aeps`)).toContain('✅ Successful');
  expect(bot.instantpay.callsOf('transaction')[0]?.body).toContain('"source":"ORDER"');
});

test('begun just before midnight: the next day is asked too, as one attempt (R13)', async () => {
  const answer = await txn(`${REFS.nearMidnight} 18 Nov`);
  expect(answer).toContain('✅ Successful');
  expect(answer).toContain('found on 19 Nov 2026');
  expect(asked()).toBe(2);
  expect(await txn(`${REFS.nearMidnight} 18 Nov`)).toContain('✅ Successful');
  expect(asked()).toBe(2);
});

test('inside four hours the kept answer is shown with its age, over a restart; then it is asked again', async () => {
  await txn(`${REFS.underProcess} yesterday`);
  await bot.pass(90 * MINUTE_MS);
  await bot.restart();
  const kept = await txn(`${REFS.underProcess} yesterday`);
  expect(kept).toContain(RHYTHM.savedAt(ELEVEN, ELEVEN));
  expect(kept).toContain(RHYTHM.nextFrom(ELEVEN + 4 * HOUR_MS, ELEVEN));
  expect(asked()).toBe(1);
  await bot.pass(2.5 * HOUR_MS);
  expect(await txn(`${REFS.underProcess} yesterday`)).toContain('Checked now');
  expect(asked()).toBe(2);
});

test('ten of the same at once: one query', async () => {
  await bot.done(() =>
    bot.people.operator.command('/payout', `txn ${REFS.successful} yesterday`, { copies: 10 }),
  );
  expect(asked()).toBe(1);
});

test('a query that got no usable answer counts for the rhythm; nothing is asserted', async () => {
  bot.instantpay.fault({ operation: 'transaction', effect: { kind: 'stallBody', when: 'after' } });
  expect(await txn(`${REFS.successful} yesterday`)).toContain(UNKNOWN_WORDS.unreachable);
  expect(await txn(`${REFS.successful} yesterday`)).toContain(RHYTHM.nextFrom(ELEVEN + 4 * HOUR_MS, ELEVEN));
  expect(asked()).toBe(1);
});

test('too soon, in the future, far back', async () => {
  expect(await txn(`${REFS.successful} today 10:45`)).toContain(' today 11:15 IST');
  expect(await txn(`${REFS.successful} today 12:00`)).toContain('future');
  expect(await txn(`${REFS.successful} 2026-11-21`)).toContain(FUTURE_DAY);
  expect(asked()).toBe(0);
  expect(await txn(`${REFS.successful} 1 Oct 2026`)).toContain(FAR_BACK);
});

test('no calls from 23:30 to 00:30', async () => {
  await bot.close();
  bot = await openBot({ startAt: parseIst('2026-11-20 23:30:00') ?? 0 });
  expect(await txn(`${REFS.successful} 19 Nov`)).toContain(' tomorrow 00:30');
  await bot.pass(59 * MINUTE_MS);
  expect(await txn(`${REFS.successful} 19 Nov`)).toContain(' today 00:30');
  expect(asked()).toBe(0);
  await bot.pass(MINUTE_MS);
  expect(await txn(`${REFS.successful} 19 Nov`)).toContain('✅ Successful');
});

test('Share here shows the answer to the channel, without asking again', async () => {
  const { operator } = bot.people;
  const card = await bot.say(operator, `txn ${REFS.successful} yesterday`);
  await bot.done(() => operator.click(card, 'Share here'));
  const shared = await bot.slack.message(bot.channels.payouts, () => true);
  expect(read(shared)).toContain(`Shared by @${operator.id}`);
  expect(read(shared)).toContain('✅ Successful');
  expect(asked()).toBe(1);
});

test('a final outcome is kept; Check now asks again when a reversal may have come (R12)', async () => {
  const { operator } = bot.people;
  await txn(`${REFS.reversed} yesterday`);
  await bot.pass(5 * HOUR_MS);
  const kept = await bot.say(operator, `txn ${REFS.reversed} yesterday`);
  expect(read(kept)).toContain(RHYTHM.savedAt(ELEVEN, ELEVEN));
  expect(asked()).toBe(1);
  await bot.done(() => operator.click(kept, 'Check now'));
  expect(asked()).toBe(2);
  const [replaced] = operator.ephemerals().slice(-1);
  expect(replaced && read(replaced)).toContain('Checked now');
});

test('made today: the 30 minutes are said first, and Check now asks', async () => {
  const { operator } = bot.people;
  const card = await bot.say(operator, `txn ${REFS.successful} today`);
  expect(read(card)).toContain(EARLIEST);
  expect(asked()).toBe(0);
  await bot.done(() => operator.click(card, 'Check now'));
  expect(asked()).toBe(1);
});

test('an answer about another transaction claims nothing (R22); a refused access names the administrator (R23)', async () => {
  const other = await txn(`${REFS.otherReference} yesterday`);
  expect(other).toContain('VENDOR-9999');
  expect(other).not.toMatch(/✅|₹/);
  expect(await txn(`${REFS.otherDay} yesterday`)).toContain('VENDOR-2051 of 10 Nov 2026');
  const before = asked();
  expect(await txn(`${REFS.accessRefused} yesterday`)).toContain(ADVICE.access);
  expect(await txn(`${REFS.accessRefused} yesterday`)).toContain(ADVICE.access);
  // Nothing was looked up: neither T+1 nor the rhythm, so both asked once each.
  expect(asked() - before).toBe(2);
});

test('successful and reversed is a contradiction that is shown', async () => {
  expect(await txn(`${REFS.successfulReversed} yesterday`)).toContain(TITLES.contradiction);
  const none = await txn(`${REFS.reversalNa} yesterday`);
  expect(none).toContain('🔴 Failed');
  expect(none).not.toMatch(/reversal/i);
});

test('a mobile number typed as a reference is shown, audited and kept masked (R14)', async () => {
  const card = await bot.say(bot.people.operator, 'txn 9876543210 yesterday');
  expect(JSON.stringify(card)).not.toContain('9876543210');
  expect(read(card)).toContain('******3210');
  expect(await txn('9876543210 yesterday')).toContain('Saved answer');
});
