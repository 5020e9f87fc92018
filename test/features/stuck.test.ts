/** Owns `/payout stuck` over HTTP: ages from the claim, pages, and what happens when InstantPay does not tell. */

import { afterEach, expect, test } from 'vitest';
import { elementsOf, labelOf } from '../../fakes/slack/find-element.ts';
import { objectsOf } from '../../fakes/slack/json.ts';
import { DAY_MS, HOUR_MS } from '../../src/payouts/time.ts';
import { BUTTON_NOT_VALID } from '../../src/slack/buttons/values.ts';
import { PROBLEMS } from '../../src/slack/parse/problems.ts';
import { unformatted } from '../../src/slack/block-kit/text.ts';
import { INCOMPLETE_STUCK, noneStuck, unclearWords } from '../../src/slack/views/stuck-list.ts';
import { openBot, read, type TestBot, type TestBotOptions } from './bot.ts';

let bot: TestBot;
afterEach(() => bot.close());

/** Links that were claimed one an hour, the first 30 hours ago, by `Recipient 1`. */
async function open(links: number, options: TestBotOptions = {}): Promise<string[]> {
  bot = await openBot({ ...options, instantpay: { seed: 0 } });
  bot.skip(-5 * DAY_MS);
  const linkIds = Array.from({ length: links }, (_none, index) => addLink(index + 1));
  bot.skip(5 * DAY_MS - 30 * HOUR_MS);
  for (const linkId of linkIds) {
    bot.instantpay.claim(linkId);
    bot.skip(HOUR_MS);
  }
  bot.skip((30 - links) * HOUR_MS);
  return linkIds;
}

const addLink = (index: number): string =>
  bot.instantpay.addLink({
    amountPaise: index * 100_00,
    expiresAt: bot.clock() + 90 * DAY_MS,
    person: { name: `Recipient ${index}`, email: `r${index}@mail.example`, mobile: `98200222${10 + index}` },
  }).linkId;

const labels = (message: { blocks: unknown }): unknown[] =>
  elementsOf(objectsOf(message.blocks)).map((found) => labelOf(found));

test('the longest first, with age and where it counts from; younger claims are not shown', async () => {
  await open(10);
  const { operator } = bot.people;
  const list = await bot.say(operator, 'stuck');
  const text = read(list);
  expect(list.ephemeralFor).toBe(operator.id);
  expect(text).toContain('PROCESSING for more than 24 hours: 7 · ₹2,800.00');
  const places = Array.from({ length: 7 }, (_none, index) => text.indexOf(`to Recipient ${index + 1} `));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(text).toContain('claimed 30 hours ago');
  expect(text).not.toContain('Recipient 8');
  expect(text).not.toMatch(/\b[6-9]\d{9}\b/);
  // The claims are known now: nothing is tracked again.
  const before = bot.instantpay.callsOf('track').length;
  expect(before).toBe(10);
  await bot.say(operator, 'stuck for 1 day');
  expect(bot.instantpay.callsOf('track')).toHaveLength(before);
});

test('with a time, since a day, and what is neither', async () => {
  await open(3);
  const { operator } = bot.people;
  expect(read(await bot.say(operator, 'stuck 29 hours'))).toContain('for more than 29 hours: 2 · ₹300.00');
  expect(read(await bot.say(operator, 'stuck since yesterday'))).toContain(
    'since 19 Nov 2026 or longer: 3 · ₹600.00',
  );
  expect(read(await bot.say(operator, 'stuck 3 days'))).toContain(noneStuck({ forMs: 3 * DAY_MS }));
  expect(read(await bot.say(operator, 'stuck tomorrow'))).toContain(PROBLEMS.unknownStuck('“tomorrow”'));
});

test('a link that failed and was claimed again is as old as its new claim', async () => {
  const [linkId = ''] = await open(1);
  const { operator } = bot.people;
  expect(read(await bot.say(operator, 'stuck'))).toContain('claimed 30 hours ago');
  bot.instantpay.setStatus(linkId, 'ISSUED');
  await bot.say(operator, `track ${linkId}`);
  bot.skip(HOUR_MS);
  bot.instantpay.claim(linkId);
  expect(read(await bot.say(operator, 'stuck'))).toContain(noneStuck({ forMs: DAY_MS }));
  bot.skip(DAY_MS);
  expect(read(await bot.say(operator, 'stuck'))).toContain('claimed 24 hours ago');
});

test('pages: twenty a page, with how many more', async () => {
  await open(25);
  const { operator } = bot.people;
  // Twenty are tracked for each answer.
  await bot.say(operator, 'stuck 1 hour');
  const list = await bot.say(operator, 'stuck 1 hour');
  expect(read(list)).toContain('… 5 more');
  expect(labels(list)).not.toContain('Previous');
  await bot.done(() => operator.click(list, 'Next'));
  expect(read(list)).toContain('from 21 of 25');
  expect(read(list)).toContain('Recipient 25');
  expect(read(list)).not.toContain('Recipient 20 ');
  expect(labels(list)).not.toContain('Next');
  await bot.done(() => operator.click(list, 'Previous'));
  expect(read(list)).toContain('Recipient 20 ');
});

test('what InstantPay does not tell is not claimed: unclear, or incomplete', async () => {
  await open(2);
  const { operator } = bot.people;
  bot.instantpay.fault({ operation: 'track', times: 99, effect: { kind: 'statuscode', statuscode: 'ERR' } });
  const unclear = read(await bot.say(operator, 'stuck'));
  expect(unclear).toContain(noneStuck({ forMs: DAY_MS }));
  expect(unclear).toContain(unclearWords(2));
  bot.instantpay.clearFaults();
  bot.instantpay.fault({ operation: 'list', times: 99, effect: { kind: 'statuscode', statuscode: 'ERR' } });
  expect(read(await bot.say(operator, 'stuck'))).toContain(unformatted(INCOMPLETE_STUCK));
});

test('guests are refused, and a forged value does nothing', async () => {
  await open(21);
  const { operator, outsider } = bot.people;
  await bot.say(outsider, 'stuck');
  expect(bot.instantpay.callsOf('list')).toHaveLength(0);
  await bot.say(operator, 'stuck 1 hour');
  const list = await bot.say(operator, 'stuck 1 hour');
  const { length } = bot.instantpay.callsOf('list');
  const refused = await bot.answerTo(operator, () => operator.click(list, 'Next', { value: 'm1440.-1' }));
  expect(read(refused)).toContain(BUTTON_NOT_VALID);
  expect(bot.instantpay.callsOf('list')).toHaveLength(length);
});
