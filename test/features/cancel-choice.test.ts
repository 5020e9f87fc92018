/** Owns a cancellation whose link has to be chosen first: the typed reason travels with the choice. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBot, read, type TestBot } from './bot.ts';
import { cancelFormOf } from './steps.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot();
});
afterEach(() => bot.close());

test('a reason that was typed before a choice stands in the form of the chosen link', async () => {
  const { operator } = bot.people;
  const choice = await bot.say(operator, 'cancel "Sharma" paid twice in October');
  expect(read(choice)).toContain('links match');
  await operator.click(choice, 'Cancel link', { nth: 1 });
  const form = await cancelFormOf(bot, operator);
  expect(JSON.stringify(form.view)).toContain('paid twice in October');
  await operator.submit(form);
  const card = await bot.slack.message(bot.channels.approvals, (message) => message.blocks.length > 0);
  expect(read(card)).toContain('paid twice in October');
});
