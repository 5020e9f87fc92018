/** Owns replacing the signing secret without a gap: while two are set, what either signed is taken, and nothing else is. */

import { afterEach, expect, test } from 'vitest';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

const OTHER = '0123456789abcdef0123456789abcdef';

test('before, while and after Slack signs with the new one', async () => {
  bot = await openBot();
  const slacks = bot.slack.signingSecret;
  const start = async (present: string, previous?: string): Promise<void> => {
    await bot.stop();
    bot.env['SLACK_SIGNING_SECRET'] = present;
    bot.env['SLACK_SIGNING_SECRET_PREVIOUS'] = previous;
    await bot.start();
  };
  // The new one is set, Slack still signs with the one before: commands and clicks go on.
  await start(OTHER, slacks);
  const { card } = await askToCancel(bot);
  await approve(bot, card);
  expect(read(card)).toContain('Link cancelled');
  // Slack signs with the new one.
  await start(slacks, OTHER);
  expect(read(await bot.say(bot.people.operator, 'help'))).toContain('/payout track');
  // Neither: refused, and counted.
  await start(OTHER, OTHER.toUpperCase());
  const { acks } = await bot.people.operator.command('/payout', 'help');
  expect(acks.length).toBeGreaterThan(0);
  for (const { status } of acks) expect(status).toBe(401);
});

test('no secret reaches the log', async () => {
  bot = await openBot({ env: { SLACK_SIGNING_SECRET_PREVIOUS: OTHER } });
  await bot.say(bot.people.operator, 'whoami');
  expect(bot.lines.join()).not.toContain(OTHER);
});
