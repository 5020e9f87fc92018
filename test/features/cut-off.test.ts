/** Owns posts that are cut off: a digest or card whose answer was lost is found again, never posted twice unnoticed. */

import { afterEach, expect, test } from 'vitest';
import { openBot, read, type TestBot } from './bot.ts';
import { MAY_APPEAR_TWICE } from '../../src/slack/views/digest-message.ts';

let bot: TestBot;
afterEach(() => bot.close());

const MINUTE_MS = 60_000;
/** Payout Desk opens at 11:00. */
const DUE_IN_A_MINUTE = '1 11 * * *';

async function openWithDigest(scopes?: readonly string[]): Promise<TestBot> {
  bot = await openBot({
    env: { DIGEST_CHANNEL: 'C0DIGESTS', DIGEST_CRON: DUE_IN_A_MINUTE },
    ...(scopes && { slack: { scopes } }),
  });
  return bot;
}

const posts = () => bot.slack.messages(bot.channels.digests);

test('the answer to the post is lost: the digest that stands is found again, and no second one is posted', async () => {
  const { app, slack } = await openWithDigest();
  bot.skip(MINUTE_MS);
  slack.faults.set('chat.postMessage', { kind: 'lose_answer' }, 1);
  await app.digest?.work();
  expect(posts()).toHaveLength(1);
  await bot.pass(2 * MINUTE_MS);
  await app.digest?.work();
  await app.digest?.work();
  expect(posts()).toHaveLength(1);
  expect(slack.callsTo('conversations.history')).toHaveLength(1);
});

test('Slack refuses the post: it was certainly not posted, so it is posted a minute later', async () => {
  const { app, slack } = await openWithDigest();
  bot.skip(MINUTE_MS);
  slack.faults.set('chat.postMessage', { kind: 'error', error: 'fatal_error' }, 1);
  await app.digest?.work();
  expect(posts()).toHaveLength(0);
  await bot.pass(2 * MINUTE_MS);
  await app.digest?.work();
  await app.digest?.work();
  expect(posts()).toHaveLength(1);
  expect(slack.callsTo('conversations.history')).toHaveLength(0);
});

test('Slack does not show the channel: the digest is posted again and says that it may stand there twice', async () => {
  const { app, slack } = await openWithDigest(['commands', 'chat:write', 'users:read']);
  bot.skip(MINUTE_MS);
  slack.faults.set('chat.postMessage', { kind: 'lose_answer' }, 1);
  await app.digest?.work();
  for (let attempt = 2; attempt < 6; attempt += 1) {
    await bot.pass(2 * MINUTE_MS);
    await app.digest?.work();
  }
  expect(posts().map((message) => read(message).includes(MAY_APPEAR_TWICE))).toEqual([false, true]);
});

test('the answer to a card is lost: the card that stands is found again and followed', async () => {
  bot = await openBot();
  const { operator, approver } = bot.people;
  const link = bot.instantpay.links('ISSUED')[0];
  if (!link) throw new Error('no ISSUED link');
  bot.slack.faults.set('chat.postMessage', { kind: 'lose_answer' }, 1);
  await bot.say(operator, `cancel ${link.linkId} duplicate`);
  await bot.pass(MINUTE_MS);
  const cards = bot.slack.messages(bot.channels.approvals);
  expect(cards).toHaveLength(1);
  const [card] = cards;
  if (!card) throw new Error('no card');
  await approver.click(card, 'Approve');
  await bot.slack.waitFor(() => read(card).includes('Link cancelled'), { what: 'the outcome on the card' });
  expect(bot.slack.messages(bot.channels.approvals)).toHaveLength(1);
});
