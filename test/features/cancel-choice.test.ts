/** Owns a cancellation whose link has to be chosen first: the typed reason travels with the choice. */

import { CANCEL_REASON } from '../../src/slack/views/modals.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBot, read, type TestBot } from './bot.ts';
import { NAME_IN_QUOTES } from '../../src/slack/views/link-choice.ts';

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
  const form = await operator.modal();
  expect(JSON.stringify(form.view)).toContain('paid twice in October');
  await operator.submit(form);
  const card = await bot.slack.message(bot.channels.approvals, (message) => message.blocks.length > 0);
  expect(read(card)).toContain('paid twice in October');
});

test('a name with the reason behind it and no quotes finds nothing, and is told how', async () => {
  const { operator } = bot.people;
  await operator.command('/payout', 'cancel Zubin paid twice in October');
  const form = await operator.modal();
  const answer = await bot.answerTo(operator, () => operator.submit(form, { [CANCEL_REASON]: 'paid twice' }));
  expect(read(answer)).toContain(NAME_IN_QUOTES);
  expect(bot.slack.messages(bot.channels.approvals)).toHaveLength(0);
});
