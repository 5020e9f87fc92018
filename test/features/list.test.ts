/** Owns `/payout list`: statuses, contacts, turning pages, the filter, and what InstantPay sends without being asked. */

import { BUTTON_NOT_VALID } from '../../src/slack/buttons/values.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { EMPTY_WORDS, LEFT_OUT } from '../../src/slack/views/list-words.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await openBot();
});
afterEach(() => {
  bot.instantpay.clearFaults();
  bot.instantpay.reset();
});
afterAll(() => bot.close());

const idsOn = (message: SlackMessage): string[] => read(message).match(/\b[0-9a-f]{24}\b/g) ?? [];
const idsOf = (status?: string): string[] => bot.instantpay.links(status).map((link) => link.linkId);

test('ten a page, newest first; Older and Newer turn it and lead back', async () => {
  const { operator } = bot.people;
  const list = await bot.say(operator, 'list');
  expect(idsOn(list)).toEqual(idsOf().slice(0, 10));
  expect(read(list)).toContain('[Older]');
  expect(read(list)).not.toContain('[Newer]');
  expect(list.blocks.length).toBeLessThanOrEqual(50);
  for (let page = 2; page <= 7; page += 1) {
    // More turns than one response_url has uses: each click brings its own.
    await bot.done(() => operator.click(list, 'Older'));
    expect(idsOn(list)).toEqual(idsOf().slice((page - 1) * 10, page * 10));
    expect(read(list)).toContain(`page ${page}`);
  }
  await bot.done(() => operator.click(list, 'Newer'));
  expect(idsOn(list)).toEqual(idsOf().slice(50, 60));
  expect(list.ephemeralFor).toBe(operator.id);
});

test('the last page has no Older', async () => {
  const { operator } = bot.people;
  const list = await bot.say(operator, 'list processing');
  expect(idsOn(list)).toHaveLength(10);
  await bot.done(() => operator.click(list, 'Older'));
  expect(idsOn(list)).toEqual(idsOf('PROCESSING').slice(10));
  expect(read(list)).not.toContain('[Older]');
  expect(read(list)).toContain('[Newer]');
});

test('several statuses in any writing; the others stay out', async () => {
  const list = await bot.say(bot.people.operator, 'list Expired, cancelled');
  const wanted = new Set([...idsOf('EXPIRED'), ...idsOf('CANCELLED')]);
  expect(idsOn(list)).toHaveLength(10);
  for (const id of idsOn(list)) expect(wanted).toContain(id);
  expect(read(list)).toContain('EXPIRED, CANCELLED');
});

test('the filter keeps the contact and starts at the first page', async () => {
  const { operator } = bot.people;
  const person = bot.instantpay.links('CLAIMED')[0]?.person;
  if (!person) throw new Error('nobody');
  const theirs = (status?: string) =>
    bot.instantpay.links(status).filter((link) => link.person.mobile === person.mobile);
  const list = await bot.say(operator, `list contact ${person.mobile}`);
  expect(idsOn(list)).toEqual(
    theirs()
      .slice(0, 10)
      .map((link) => link.linkId),
  );
  expect(read(list)).not.toContain(person.mobile);
  // The number is nowhere in what Slack holds either, not even behind a button.
  expect(JSON.stringify(list.blocks)).not.toContain(person.mobile);
  await bot.done(() => operator.choose(list, 'list.status', 'CLAIMED'));
  expect(idsOn(list)).toEqual(
    theirs('CLAIMED')
      .slice(0, 10)
      .map((link) => link.linkId),
  );
  await bot.done(() => operator.choose(list, 'list.status', 'ALL'));
  expect(idsOn(list)).toEqual(
    theirs()
      .slice(0, 10)
      .map((link) => link.linkId),
  );
});

test('a status with nothing, a contact with nothing', async () => {
  const { operator } = bot.people;
  expect(read(await bot.say(operator, 'list contact Nobody Whatsoever'))).toContain(EMPTY_WORDS.recipient);
  expect(read(await bot.say(operator, 'list contact "Zubin" claimed'))).toContain(EMPTY_WORDS.recipient);
});

test('records that were not asked for are left out, said and counted (R1)', async () => {
  bot.instantpay.controls.leakFilter = true;
  const { linkId } = bot.instantpay.addLink({ status: 'PROCESSING' });
  const list = await bot.say(bot.people.operator, 'list issued');
  expect(idsOn(list)).not.toContain(linkId);
  const issued = new Set(idsOf('ISSUED'));
  for (const id of idsOn(list)) expect(issued).toContain(id);
  expect(read(list)).toContain(LEFT_OUT.mismatched(10 - idsOn(list).length));
  const metrics = await (await fetch(`http://127.0.0.1:${bot.app.port}/metrics`)).text();
  expect(metrics).toMatch(/payout_desk_instantpay_filter_mismatches_total [1-9]/);
});

test('pages smaller than asked reach every link: Older goes by what InstantPay says (R2)', async () => {
  const { operator } = bot.people;
  bot.instantpay.controls.maxRecordsPerPage = 3;
  const list = await bot.say(operator, 'list processing');
  const expected = idsOf('PROCESSING');
  expect(read(list)).toContain(`1–3 of ${expected.length}`);
  const seen = idsOn(list);
  while (read(list).includes('[Older]')) {
    await bot.done(() => operator.click(list, 'Older'));
    seen.push(...idsOn(list));
  }
  expect(seen).toEqual(expected);
});

test('the published sample: two links of twelve, with Older, and no fact that is not in it', async () => {
  const { operator } = bot.people;
  bot.instantpay.controls.published = true;
  const list = await bot.say(operator, 'list');
  expect(read(list)).toContain('1–2 of 12');
  expect(read(list)).toContain('[Older]');
  expect(read(list)).not.toMatch(/\bNA\b|created 20 Nov/);
  await bot.done(() => operator.click(list, 'Older'));
  expect(read(list)).toContain(LEFT_OUT.otherPage(1, 2));
  const card = read(await bot.say(operator, 'track 657aa9841b8d3897ff0a84fb'));
  expect(card).toMatch(/Created\s+12 Dec 2023/);
  expect(card).toMatch(/Activated\s+20 Nov 2023/);
  expect(card).toContain('Order ID 1231212092131FDBUT');
  expect(card).not.toMatch(/Expire[sd]/);
  expect(read(await bot.say(operator, 'track Sample'))).toContain('InstantPay reports 12 links, 2 were read');
});

test('counts of InstantPay without links are no empty list (R3)', async () => {
  bot.instantpay.fault({
    operation: 'list',
    effect: { kind: 'data', value: { meta: { totalRecords: 3 } } },
    times: 0,
  });
  const answer = read(await bot.say(bot.people.operator, 'list'));
  expect(answer).toContain('cannot be read');
  expect(answer).not.toContain(EMPTY_WORDS.none);
});

test('a number that is only a part of one is asked for whole', async () => {
  const answer = read(await bot.say(bot.people.operator, 'list contact 1101'));
  expect(answer).toContain(EMPTY_WORDS.partOfNumber);
});

test('a row leads to its card, and its menu acts', async () => {
  const { operator } = bot.people;
  const list = await bot.say(operator, 'list issued');
  const [first = ''] = idsOn(list);
  const card = await bot.answerTo(operator, () => operator.choose(list, 'row_menu', 'Details', { nth: 1 }));
  expect(read(card)).toContain(first);
  const sent = await bot.answerTo(operator, () =>
    operator.choose(list, 'row_menu', 'Send reminder', { nth: 1 }),
  );
  expect(read(sent)).toContain('Reminder sent');
  expect(bot.instantpay.callsOf('notify', first)).toHaveLength(1);
});

test('InstantPay fails: one sentence, no support code, no stack', async () => {
  bot.instantpay.fault({ operation: 'list', effect: { kind: 'html500' }, times: 0 });
  const answer = read(await bot.say(bot.people.operator, 'list'));
  expect(answer).toContain('HTTP 500');
  expect(answer).not.toContain('Support code');
  expect(answer).not.toMatch(/\bat .*\.ts|<html>/);
});

test('a forged page leads nowhere', async () => {
  const { operator } = bot.people;
  const list = await bot.say(operator, 'list');
  const calls = bot.instantpay.calls.length;
  const answer = await bot.answerTo(operator, () =>
    operator.click(list, 'Older', { value: '{"pageNumber":99999999,"statuses":[]}' }),
  );
  expect(read(answer)).toContain(BUTTON_NOT_VALID);
  expect(bot.instantpay.calls).toHaveLength(calls);
});
