/** Owns watching over HTTP: links and transactions are followed until they are final, and each watcher is told once. */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { WELL_KNOWN_TRANSACTIONS as REFS } from '../../fakes/instantpay/transactions.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, parseIst } from '../../src/payouts/time.ts';
import { FOR_SUPPORT } from '../../src/slack/views/support-text.ts';
import { WATCHING } from '../../src/slack/views/watch.ts';
import { ASKED_FOR, ENDS, RETURNED, watchFailing } from '../../src/slack/views/watch-news.ts';
import { BUTTON_NOT_VALID } from '../../src/slack/buttons/values.ts';
import { expectNothingPrivate } from '../fuzz/canaries.ts';
import { openBot, read, type TestBot, type TestBotOptions } from './bot.ts';
import { the } from './steps.ts';

let bot: TestBot;
const open = async (options?: TestBotOptions): Promise<TestBot> => (bot = await openBot(options));
afterEach(() => bot.close());

const tracks = () => bot.instantpay.callsOf('track').length;
const asked = () => bot.instantpay.callsOf('transaction').length;
const toldTo = (person: Person): SlackMessage[] =>
  bot.slack.messages(person.directMessages).filter(({ deleted }) => !deleted);
/** What InstantPay knows of a transaction from now on. */
function becomes(externalRef: string, statusCode: string): void {
  for (const one of bot.instantpay.transactions)
    if (one.externalRef === externalRef) one.statusCode = statusCode;
}
/** Time passes, and the jobs of watches run. */
const after = async (durationMs: number): Promise<void> => {
  bot.skip(durationMs);
  await bot.app.runWatches();
};

test('a link until it is claimed: two watchers, one call a look, one message each', async () => {
  await open();
  const { operator, approver } = bot.people;
  const linkId = WELL_KNOWN.processing;
  const started = await bot.say(operator, `watch ${linkId}`);
  expect(read(started)).toContain(WATCHING.link);
  expect(started.ephemeralFor).toBe(operator.id);
  const card = await bot.say(approver, `track ${linkId}`);
  expect(read(await bot.answerTo(approver, () => approver.click(card, 'Watch')))).toContain(WATCHING.link);
  const before = tracks();
  await after(9 * MINUTE_MS);
  expect(tracks()).toBe(before);
  await after(MINUTE_MS);
  await after(0);
  expect(tracks()).toBe(before + 1);
  expect(toldTo(operator)).toHaveLength(0);
  bot.instantpay.setStatus(linkId, 'CLAIMED');
  await after(10 * MINUTE_MS);
  await after(HOUR_MS);
  for (const person of [operator, approver]) {
    const text = read(the(toldTo(person)));
    expect(toldTo(person)).toHaveLength(1);
    expect(text).toContain('CLAIMED');
    expect(text).toContain(ENDS.CLAIMED);
    expect(text).toContain('Oindrila Lahiri');
    expect(text).not.toMatch(/9820011104|oindrila@/);
  }
  expect(tracks()).toBe(before + 2);
  expect(read(await bot.say(operator, 'watches'))).toContain('not watch anything');
  // Its next step works from the direct message.
  const message = the(toldTo(operator));
  expect(read(await bot.answerTo(operator, () => operator.click(message, 'Show link')))).toContain(linkId);
});

test('a payout that failed is told, with the next step, and watching goes on', async () => {
  await open();
  const { operator } = bot.people;
  const linkId = WELL_KNOWN.processing;
  await bot.say(operator, `watch ${linkId}`);
  bot.instantpay.setStatus(linkId, 'ISSUED');
  await after(10 * MINUTE_MS);
  const told = the(toldTo(operator));
  expect(read(told)).toContain(RETURNED);
  expect(read(told)).toMatch(/\[Send reminder\][\s\S]*\[Cancel link\][\s\S]*\[Stop watching\]/);
  await after(10 * MINUTE_MS);
  expect(toldTo(operator)).toHaveLength(1);
  bot.instantpay.setStatus(linkId, 'CANCELLED');
  await after(10 * MINUTE_MS);
  expect(read(the(toldTo(operator), 1))).toContain(ENDS.CANCELLED);
});

test('who stopped watching before Slack took the news is not told it', async () => {
  await open();
  const { operator, approver } = bot.people;
  const linkId = WELL_KNOWN.processing;
  for (const person of [operator, approver]) await bot.say(person, `watch ${linkId}`);
  bot.instantpay.setStatus(linkId, 'ISSUED');
  bot.slack.faults.set('chat.postMessage', { kind: 'rate_limited', retryAfterS: 300 });
  await after(10 * MINUTE_MS);
  expect(read(await bot.say(operator, `unwatch ${linkId}`))).toContain(WATCHING.stopped);
  bot.slack.faults.clear();
  await after(HOUR_MS);
  expect(toldTo(operator)).toEqual([]);
  expect(read(the(toldTo(approver)))).toContain(RETURNED);
});

test('what is final already is said at once, and not watched', async () => {
  await open();
  const { operator } = bot.people;
  const answer = read(await bot.say(operator, `watch ${WELL_KNOWN.claimed}`));
  expect(answer).toContain(WATCHING.isFinal);
  expect(answer).not.toContain('[Watch]');
  expect(read(await bot.say(operator, `watch ${REFS.failed} yesterday`))).toContain(WATCHING.isFinal);
  expect(read(await bot.say(operator, 'watches'))).toContain('not watch anything');
});

test('watches are listed and stopped by their button, by the card and by the command', async () => {
  await open();
  const { operator } = bot.people;
  for (const typed of [WELL_KNOWN.processing, WELL_KNOWN.issued, `${REFS.underProcess} yesterday`]) {
    await bot.say(operator, `watch ${typed}`);
    bot.skip(MINUTE_MS);
  }
  const list = await bot.say(operator, 'watches');
  const text = read(list);
  expect(text).toContain('You watch 3 links and transactions');
  expect(text).toContain('PROCESSING');
  expect(text).toContain(REFS.underProcess);
  const stopped = await bot.answerTo(operator, () => operator.click(list, 'Stop', { nth: 1 }));
  expect(read(stopped)).toContain(WATCHING.stopped);
  const card = await bot.say(operator, `track ${WELL_KNOWN.issued}`);
  expect(read(card)).toContain('[Stop watching]');
  await bot.done(() => operator.click(card, 'Stop watching'));
  expect(read(await bot.say(operator, `unwatch ${WELL_KNOWN.issued}`))).toContain(WATCHING.notWatched);
  expect(read(await bot.say(operator, `unwatch ${WELL_KNOWN.processing}`))).toContain(WATCHING.stopped);
  expect(read(await bot.say(operator, 'unwatch'))).toContain('not watch anything');
  const before = tracks();
  await after(DAY_MS);
  expect([tracks(), asked()]).toEqual([before, 1]);
});

test('a transaction: every four hours whoever asks, told once when it is final', async () => {
  await open();
  const { operator, approver } = bot.people;
  for (const person of [operator, approver]) await bot.say(person, `watch ${REFS.underProcess} yesterday`);
  expect(asked()).toBe(1);
  await after(4 * HOUR_MS - MINUTE_MS);
  expect(asked()).toBe(1);
  await after(MINUTE_MS);
  expect(asked()).toBe(2);
  await bot.restart();
  await after(3 * HOUR_MS);
  const card = await bot.say(approver, `txn ${REFS.underProcess} yesterday`);
  expect(asked()).toBe(2);
  expect(read(card)).toContain('[Stop watching]');
  expect(read(card)).not.toContain('[Check now]');
  becomes(REFS.underProcess, 'TXN');
  await after(HOUR_MS);
  expect(asked()).toBe(3);
  await after(5 * HOUR_MS);
  for (const person of [operator, approver]) {
    expect(toldTo(person)).toHaveLength(1);
    expect(read(the(toldTo(person)))).toContain('✅ Successful');
    expect(read(the(toldTo(person)))).toContain('for 8 hours, since');
  }
  expect(asked()).toBe(3);
});

test('in the nightly window a check is put off on consent, and answered once after 00:30, over a restart', async () => {
  await open({ startAt: parseIst('2026-11-20 23:40:00') ?? 0 });
  const { operator } = bot.people;
  const card = await bot.say(operator, `txn ${REFS.successful} 19 Nov`);
  expect(read(card)).toContain('[Ask at 00:30]');
  expect(asked()).toBe(0);
  const consent = await bot.answerTo(operator, () => operator.click(card, 'Ask at 00:30'));
  expect(read(consent)).toContain(WATCHING.later);
  await bot.done(() => operator.click(card, 'Ask at 00:30'));
  await after(49 * MINUTE_MS);
  expect(asked()).toBe(0);
  await bot.restart();
  for (let minute = 0; minute < 22; minute += 1) await after(MINUTE_MS);
  expect(asked()).toBe(1);
  expect(toldTo(operator)).toHaveLength(1);
  expect(read(the(toldTo(operator)))).toContain('✅ Successful');
  expect(read(the(toldTo(operator)))).toContain(ASKED_FOR);
  await after(DAY_MS);
  expect(asked()).toBe(1);
  expect(toldTo(operator)).toHaveLength(1);
});

test('for support: reference, date, request ID and environment, and nothing unmasked', async () => {
  await open();
  const { operator } = bot.people;
  const card = await bot.say(operator, `txn ${REFS.failed} yesterday`);
  expect(read(card)).toContain('gives no reason');
  const text = read(await bot.answerTo(operator, () => operator.click(card, 'Copy for support')));
  expect(text).toContain(FOR_SUPPORT);
  for (const shown of [REFS.failed, '19 Nov 2026', 'InstantPay request ID', 'Environment: LIVE'])
    expect(text).toContain(shown);
  expect(asked()).toBe(1);
  const masked = await bot.say(operator, 'txn 9876543210 yesterday');
  const copy = await bot.answerTo(operator, () => operator.click(masked, 'Copy for support'));
  expect(JSON.stringify(copy)).not.toContain('9876543210');
});

test('a reference of a known link leads to the link', async () => {
  await open();
  const { operator } = bot.people;
  const link = bot.instantpay.addLink({ amountPaise: 12_500_00, referenceNo: 'VENDOR-LINKED-7' });
  await bot.say(operator, `track ${link.linkId}`);
  await bot.restart();
  const card = await bot.say(operator, 'txn VENDOR-LINKED-7 yesterday');
  expect(read(card)).toContain('[Show link]');
  expect(read(await bot.answerTo(operator, () => operator.click(card, 'Show link')))).toContain(link.linkId);
});

test('who may not look is refused; a forged value does nothing', async () => {
  await open({ env: { VIEWERS: 'U0NOBODY1' } });
  const { admin, operator } = bot.people;
  for (const text of [`watch ${WELL_KNOWN.issued}`, 'watches', `unwatch ${WELL_KNOWN.issued}`])
    expect(read(await bot.say(admin, text))).toContain(notPermitted('look', undefined));
  expect(operator.id).toBeTruthy();
});

test('a forged button watches nothing', async () => {
  await open();
  const { operator } = bot.people;
  const card = await bot.say(operator, `track ${WELL_KNOWN.issued}`);
  const other = await bot.say(operator, `txn ${REFS.failed} yesterday`);
  for (const [message, label] of [
    [card, 'Watch'],
    [other, 'Copy for support'],
  ] as const) {
    const forged = await bot.answerTo(operator, () => operator.click(message, label, { value: 'x' }));
    expect(read(forged)).toContain(BUTTON_NOT_VALID);
  }
  expect(read(await bot.say(operator, 'watches'))).toContain('not watch anything');
});

test('a mobile number that is watched as a reference is readable nowhere: messages, log, metrics and records', async () => {
  await open();
  const { operator } = bot.people;
  await bot.say(operator, 'watch 9876543210 yesterday');
  expect(read(await bot.say(operator, 'watches'))).toContain('******3210');
  await after(4 * HOUR_MS);
  await after(DAY_MS);
  expect(toldTo(operator)).toHaveLength(1);
  expect(read(the(toldTo(operator)))).toContain(watchFailing);
  await expectNothingPrivate(bot, ['9876543210']);
});
