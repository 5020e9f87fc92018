/** Owns that an answer comes where the person is: App Home, a thread, a channel. */

import { because } from './steps.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import { ACTION_IDS } from '../../src/slack/block-kit/ids.ts';
import { createMessenger } from '../../src/slack/api/messenger.ts';
import { createClients } from '../../src/slack/api/client.ts';
import { openBot, read, type TestBot } from './bot.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await openBot();
});
afterAll(() => bot.close());

/** A row’s buttons in a thread, as a digest or a shared card has them. */
async function rowInThread(): Promise<SlackMessage> {
  const { payouts } = bot.channels;
  const post = createMessenger(createClients(bot.slack.botToken, bot.slack.apiUrl), { clock: bot.clock });
  const root = await post.message(payouts.id, { text: 'root', blocks: [] });
  const button = (action: string, text: string) => ({
    type: 'button' as const,
    action_id: action,
    text: { type: 'plain_text' as const, text },
    value: WELL_KNOWN.issued,
  });
  const elements = [
    button(ACTION_IDS.linkTrack, 'Track'),
    button(ACTION_IDS.linkShare, 'Share here'),
    button(ACTION_IDS.linkCancel, 'Cancel link'),
  ];
  const row = await post.message(
    payouts.id,
    { text: 'row', blocks: [{ type: 'actions', elements }] },
    { threadTs: root.ts },
  );
  const found = bot.slack.messages(payouts).find(({ ts }) => ts === row.ts);
  if (!found) throw new Error('no row');
  return found;
}

test('a click in App Home: by direct message, and no call that Slack refuses', async () => {
  const { operator } = bot.people;
  await operator.openHome();
  const home = await operator.home();
  expect(JSON.stringify(home.view)).not.toContain('Share here');
  for (const button of ['List links', 'Pending approvals', 'Digest now']) {
    const answer = await bot.answerTo(operator, () => operator.click(home, button));
    expect(answer.channel).toBe(operator.directMessages);
  }
  expect(bot.slack.callsTo('chat.postEphemeral')).toEqual([]);
  expect(bot.slack.calls.filter(({ answer }) => answer?.['ok'] === false)).toEqual([]);
});

test('a click in a thread: the answer, what is shared and the outcome of a form stay in the thread', async () => {
  const { operator } = bot.people;
  const row = await rowInThread();
  const tracked = await bot.answerTo(operator, () => operator.click(row, 'Track'));
  expect(tracked).toMatchObject({ channel: row.channel, threadTs: row.threadTs, ephemeralFor: operator.id });
  const before = new Set(bot.slack.messages(row.channel));
  await bot.done(() => operator.click(row, 'Share here'));
  const shared = bot.slack.messages(row.channel).filter((message) => !before.has(message));
  expect(shared).toMatchObject([{ threadTs: row.threadTs }]);
  await bot.done(() => operator.click(row, 'Cancel link'));
  const modal = await operator.modal();
  const told = await bot.answerTo(operator, () => operator.submit(modal, because('paid twice')));
  expect(told).toMatchObject({ channel: row.channel, threadTs: row.threadTs, ephemeralFor: operator.id });
});

test('the response_url is closed: the ephemeral message goes to the thread too', async () => {
  const { operator } = bot.people;
  const row = await rowInThread();
  bot.slack.faults.set('response_url', { kind: 'status', status: 404 }, 1);
  const tracked = await bot.answerTo(operator, () => operator.click(row, 'Track'));
  expect(tracked).toMatchObject({ via: 'chat.postEphemeral', threadTs: row.threadTs });
  expect(read(tracked)).toContain('ISSUED');
});
