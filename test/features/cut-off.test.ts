import { afterEach, expect, test } from 'vitest';
import { openDesk, read, type TestDesk } from './desk.ts';

let desk: TestDesk;
afterEach(() => desk.close());

const MINUTE_MS = 60_000;
/** The desk opens at 11:00. */
const DUE_IN_A_MINUTE = '1 11 * * *';

async function openWithDigest(scopes?: readonly string[]): Promise<TestDesk> {
  desk = await openDesk({
    env: { DIGEST_CHANNEL: 'C0DIGESTS', DIGEST_CRON: DUE_IN_A_MINUTE },
    ...(scopes && { slack: { scopes } }),
  });
  return desk;
}

const posts = () => desk.slack.messages(desk.channels.digests);

test('the answer to the post is lost: the digest that stands is found again, and no second one is posted', async () => {
  const { app, slack } = await openWithDigest();
  desk.skip(MINUTE_MS);
  slack.faults.set('chat.postMessage', { kind: 'lose_answer' }, 1);
  await app.digest?.work();
  expect(posts()).toHaveLength(1);
  await desk.pass(2 * MINUTE_MS);
  await app.digest?.work();
  await app.digest?.work();
  expect(posts()).toHaveLength(1);
  expect(slack.callsTo('conversations.history')).toHaveLength(1);
});

test('Slack refuses the post: it was certainly not posted, so it is posted a minute later', async () => {
  const { app, slack } = await openWithDigest();
  desk.skip(MINUTE_MS);
  slack.faults.set('chat.postMessage', { kind: 'error', error: 'fatal_error' }, 1);
  await app.digest?.work();
  expect(posts()).toHaveLength(0);
  await desk.pass(2 * MINUTE_MS);
  await app.digest?.work();
  await app.digest?.work();
  expect(posts()).toHaveLength(1);
  expect(slack.callsTo('conversations.history')).toHaveLength(0);
});

test('Slack does not show the channel: the digest is posted again and says that it may stand there twice', async () => {
  const { app, slack } = await openWithDigest(['commands', 'chat:write', 'users:read']);
  desk.skip(MINUTE_MS);
  slack.faults.set('chat.postMessage', { kind: 'lose_answer' }, 1);
  await app.digest?.work();
  for (let attempt = 2; attempt < 6; attempt += 1) {
    await desk.pass(2 * MINUTE_MS);
    await app.digest?.work();
  }
  expect(posts().map((message) => read(message).includes('may appear twice'))).toEqual([false, true]);
});

test('the answer to a card is lost: the card that stands is found again and followed', async () => {
  desk = await openDesk();
  const { operator, approver } = desk.people;
  const link = desk.instantpay.links('ISSUED')[0];
  if (!link) throw new Error('no ISSUED link');
  desk.slack.faults.set('chat.postMessage', { kind: 'lose_answer' }, 1);
  await desk.say(operator, `cancel ${link.linkId} duplicate`);
  await desk.pass(MINUTE_MS);
  const cards = desk.slack.messages(desk.channels.approvals);
  expect(cards).toHaveLength(1);
  const [card] = cards;
  if (!card) throw new Error('no card');
  await approver.click(card, 'Approve');
  await desk.slack.waitFor(() => read(card).includes('Link cancelled'), { what: 'the outcome on the card' });
  expect(desk.slack.messages(desk.channels.approvals)).toHaveLength(1);
});
