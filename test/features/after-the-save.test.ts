/** Owns what a person reads when something fails after their request or decision was saved, and who may name a link by its ID. */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { NOT_CONFIRMED } from '../../src/payouts/links/remind.ts';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { POSTED_SHORTLY } from '../../src/slack/views/approval-answers.ts';

let bot: TestBot;
afterEach(() => bot.close());

test('an operator who may not look cannot act on a link by its ID either', async () => {
  bot = await openBot();
  const administrator = bot.people.admin.id;
  await bot.close();
  bot = await openBot({ env: { VIEWERS: administrator } });
  const { operator } = bot.people;
  for (const text of [`cancel ${WELL_KNOWN.issued} duplicate of bill 118`, `notify ${WELL_KNOWN.issued}`]) {
    expect(read(await bot.say(operator, text))).toContain(notPermitted('look'));
  }
  expect(bot.instantpay.calls).toEqual([]);
});

test('a card that cannot be posted is not said to be sent, however often it is asked for', async () => {
  bot = await openBot();
  bot.slack.faults.set('chat.postMessage', { kind: 'rate_limited', retryAfterS: 60 });
  const ask = () => bot.say(bot.people.operator, `cancel ${WELL_KNOWN.issued} duplicate of bill 118`);
  expect(read(await ask())).toContain('Request saved');
  const again = read(await ask());
  expect(again).toContain(POSTED_SHORTLY);
  expect(again).not.toMatch(/sent to/i);
  expect(bot.slack.messages(bot.channels.approvals)).toEqual([]);
});

test('a reminder that was not confirmed is not said to have gone out', async () => {
  bot = await openBot();
  bot.instantpay.fault({ operation: 'notify', effect: { kind: 'statuscode', statuscode: 'ERR' } });
  const remind = async () => read(await bot.say(bot.people.operator, `notify ${WELL_KNOWN.issued}`));
  expect(await remind()).toContain(NOT_CONFIRMED);
  expect(await remind()).not.toContain('went out');
});
