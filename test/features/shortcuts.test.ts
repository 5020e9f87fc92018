/** Owns shortcuts: the global ones open a form, the one on a message finds the links that it names. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { NOT_A_MEMBER } from '../../src/payouts/access-words.ts';
import { INPUT_IDS, SHORTCUT_IDS } from '../../src/slack/block-kit/ids.ts';
import { SHORTCUT_OUT_OF_DATE } from '../../src/slack/shortcut-routes.ts';
import { ENTRY_TITLES } from '../../src/slack/views/entry-forms.ts';
import { FOUND_WORDS, NAMES_NO_LINK } from '../../src/slack/views/found-in-message.ts';
import { expectNothingPrivate } from '../fuzz/canaries.ts';
import { openBot, read, type TestBot } from './bot.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot();
});
afterEach(() => bot.close());

const GLOBAL = [
  [SHORTCUT_IDS.track, ENTRY_TITLES.track],
  [SHORTCUT_IDS.cancel, ENTRY_TITLES.cancel],
  [SHORTCUT_IDS.txn, ENTRY_TITLES.txn],
] as const;

test.each(GLOBAL)('%s opens its form', async (id, title) => {
  const { operator } = bot.people;
  await bot.done(() => operator.shortcut(id));
  expect(bot.slack.toText(await operator.modal())).toContain(title);
});

test('from the shortcut to the card: two gestures and the number, nothing in a channel', async () => {
  const { operator } = bot.people;
  await bot.done(() => operator.shortcut(SHORTCUT_IDS.track));
  await bot.done(async () => operator.submit(await operator.modal(), { [INPUT_IDS.link]: '98200 11101' }));
  expect(bot.slack.toText(await operator.modal())).toContain('ISSUED');
  expect(bot.slack.allMessages).toEqual([]);
});

test.each(GLOBAL)('%s: a guest is refused in the form', async (id) => {
  const { outsider } = bot.people;
  await bot.done(() => outsider.shortcut(id));
  expect(bot.slack.toText(await outsider.modal())).toContain(NOT_A_MEMBER.guest);
});

test('Find payout links here: IDs, addresses, numbers and emails of a message, for the person alone', async () => {
  const { operator, approver } = bot.people;
  const { message } = await approver.write(
    `${WELL_KNOWN.issued}, again ${WELL_KNOWN.issued.toUpperCase()}; accounts@quresh.example, +91 98200-11104 and 9000000000`,
    { channel: bot.channels.payouts },
  );
  const answer = await bot.answerTo(operator, () => operator.shortcut(SHORTCUT_IDS.findLinks, { message }));
  expect(answer).toMatchObject({ ephemeralFor: operator.id, channel: bot.channels.payouts.id });
  const text = read(answer);
  expect(text).toContain('3 payout links found in this message');
  for (const linkId of [WELL_KNOWN.issued, WELL_KNOWN.issuedLarge, WELL_KNOWN.processing])
    expect(text).toContain(linkId);
  // What a number was looked for is masked in the answer, as it is everywhere.
  expect(text).toMatch(/No link found for “\*+0000”/);
  const card = await bot.answerTo(operator, () => operator.choose(answer, 'row_menu', 'Details', { nth: 1 }));
  expect(read(card)).toContain('[Refresh]');
  await expectNothingPrivate(bot);
});

test('in a thread it answers in the thread; a message without links is said so', async () => {
  const { operator, approver } = bot.people;
  const { message: thread } = await approver.write('which ones?', { channel: bot.channels.payouts });
  const nothing = await bot.answerTo(operator, () =>
    operator.shortcut(SHORTCUT_IDS.findLinks, { message: thread }),
  );
  expect(read(nothing)).toContain(NAMES_NO_LINK);
  expect(nothing.threadTs).toBeUndefined();
  const { message } = await approver.write(WELL_KNOWN.issued, { channel: bot.channels.payouts, thread });
  const answer = await bot.answerTo(operator, () => operator.shortcut(SHORTCUT_IDS.findLinks, { message }));
  expect(answer.threadTs).toBe(thread.ts);
});

test('a message that names many: twenty are looked up, and the rest is said', async () => {
  const { operator, approver } = bot.people;
  const numbers = Array.from({ length: 25 }, (_none, index) => `90000000${10 + index}`);
  const { message } = await approver.write(numbers.join(' '), { channel: bot.channels.payouts });
  const answer = await bot.answerTo(operator, () => operator.shortcut(SHORTCUT_IDS.findLinks, { message }));
  expect(read(answer)).toContain(String(FOUND_WORDS.moreNamed));
  expect(read(answer).match(/No link found for/g)).toHaveLength(20);
});

test('who may not look finds nothing in a message, and InstantPay is not asked', async () => {
  const { outsider, approver } = bot.people;
  const { message } = await approver.write(WELL_KNOWN.issued, { channel: bot.channels.payouts });
  const answer = await bot.answerTo(outsider, () => outsider.shortcut(SHORTCUT_IDS.findLinks, { message }));
  expect(read(answer)).toContain(NOT_A_MEMBER.guest);
  expect(bot.instantpay.calls).toEqual([]);
});

test.each(['constructor', '__proto__', 'no_such_shortcut'])('a shortcut "%s" is answered', async (id) => {
  const { operator } = bot.people;
  expect(read(await bot.answerTo(operator, () => operator.shortcut(id)))).toContain(SHORTCUT_OUT_OF_DATE);
});
