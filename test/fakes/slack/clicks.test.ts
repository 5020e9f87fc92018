/** Owns what holds for clicks: the payload's shape, edits, race of two people, forgeries and duplicates. */

import type { BlockAction } from '@slack/bolt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SlackMessage } from '../../../fakes/slack/board.ts';
import type { LocalSlack } from '../../../fakes/slack/slack.ts';
import { startSlack } from '../../../fakes/slack/slack.ts';
import type { TinyApp } from './tiny-app.ts';
import { buttons, post, startOverHttp } from './tiny-app.ts';

let slack: LocalSlack;
let app: TinyApp;
let heard: BlockAction[];
let card: SlackMessage;

beforeEach(async () => {
  slack = await startSlack();
  heard = [];
  app = await startOverHttp(slack, (bolt) => {
    bolt.action('approve', async ({ ack, body, client }) => {
      await ack();
      if (body.type === 'block_actions') heard.push(body);
      slack.announce();
      const { approvals } = slack.channels;
      await client.chat.update({
        channel: approvals.id,
        ts: card.ts,
        text: `approved by <@${body.user.id}>`,
      });
    });
    bolt.action('own', async ({ ack, respond, body }) => {
      await ack();
      if (body.type === 'block_actions') heard.push(body);
      await respond({ replace_original: true, text: 'replaced' });
    });
    bolt.action(/.*/, async ({ ack, body }) => {
      await ack();
      if (body.type === 'block_actions') heard.push(body);
    });
  });
  await post(app, {
    channel: slack.channels.approvals.id,
    text: 'a card',
    blocks: buttons('Approve', 'Reject'),
  });
  card = await slack.message(slack.channels.approvals, ({ text }) => text === 'a card');
});

afterEach(async () => {
  await app.stop();
  await slack.close();
});

test('a button is found by its words, and the card is edited', async () => {
  const sent = await slack.people.approver.click(card, 'Approve');
  expect(sent.ack.acknowledged).toBe(true);
  await slack.waitFor(() => card.edits.length > 0);
  expect(card).toMatchObject({ text: 'approved by <@U0VIKRAM>', blocks: [], edits: [{ text: 'a card' }] });
  expect(slack.toText(card)).toBe('approved by @Vikram Shah');
});

test('the app is told who pressed what, where', async () => {
  await slack.people.approver.click(card, 'reject');
  expect(heard[0]).toMatchObject({
    type: 'block_actions',
    user: { id: 'U0VIKRAM', team_id: 'T0PAYOUT' },
    container: { type: 'message', message_ts: card.ts, channel_id: 'C0APPROVALS', is_ephemeral: false },
    channel: { id: 'C0APPROVALS', name: 'payout-approvals' },
    message: { ts: card.ts, text: 'a card', bot_id: 'B0PAYOUT' },
    actions: [{ type: 'button', action_id: 'reject', value: 'value of Reject', block_id: 'auto-1' }],
  });
});

test('a button that is not there cannot be pressed, and the message says what is', async () => {
  await expect(slack.people.approver.click(card, 'Refresh')).rejects.toThrow(/Approve \(approve\), Reject/);
});

test('of several with the same words one must say which', async () => {
  const rows = [...buttons('Reject'), ...buttons('Reject')];
  await post(app, { channel: slack.channels.payouts.id, text: 'rows', blocks: rows });
  const list = await slack.message(slack.channels.payouts, ({ text }) => text === 'rows');
  await expect(slack.people.approver.click(list, 'Reject')).rejects.toThrow('2 of "Reject"');
  await slack.people.approver.click(list, 'Reject', { nth: 2 });
  expect(heard).toMatchObject([{ actions: [{ block_id: 'auto-2' }] }]);
});

test('a screen that lags behind still shows the old buttons', async () => {
  await slack.people.approver.click(card, 'Approve');
  await slack.waitFor(() => card.edits.length > 0);
  await expect(slack.people.secondApprover.click(card, 'Approve')).rejects.toThrow('nothing to press');
  await slack.people.secondApprover.click(card, 'Approve', { stale: true });
  expect(heard.map(({ user }) => user.id)).toEqual(['U0VIKRAM', 'U0MEERA']);
});

test('an ephemeral answer is for one person, and its click carries no copy of it', async () => {
  const { operator, approver } = slack.people;
  await app.app.client.chat.postEphemeral({
    channel: slack.channels.payouts.id,
    user: operator.id,
    text: 'just you',
    blocks: buttons('Own'),
  });
  const [message] = operator.ephemerals();
  if (!message) throw new Error('no ephemeral message');
  await expect(approver.click(message, 'Own')).rejects.toThrow('does not see');
  const sent = await operator.click(message, 'Own');
  await sent.answer();
  expect(heard[0]).toMatchObject({ container: { is_ephemeral: true, message_ts: message.ts } });
  expect(heard[0]).not.toHaveProperty('message');
  expect(message.text).toBe('replaced');
});

test('copies and repetitions are the same delivery', async () => {
  const sent = await slack.people.approver.click(card, 'Reject', { copies: 2 });
  await sent.again({ retry: { number: 1, reason: 'http_timeout' } });
  expect(sent.acks.map(({ acknowledged }) => acknowledged)).toEqual([true, true]);
  expect(new Set(heard.map((body) => JSON.stringify(body))).size).toBe(1);
  expect(heard).toHaveLength(3);
});

test('values, people and teams can be forged', async () => {
  await slack.people.outsider.click(card, 'Reject', { value: 'another', userId: 'U0EVIL', teamId: 'T0EVIL' });
  expect(heard[0]).toMatchObject({
    user: { id: 'U0EVIL' },
    team: { id: 'T0EVIL' },
    actions: [{ value: 'another' }],
  });
});

test('menus report what was chosen', async () => {
  const options = ['Issued', 'Expired'].map((text) => ({
    text: { type: 'plain_text' as const, text },
    value: text.toUpperCase(),
  }));
  await post(app, {
    channel: slack.channels.payouts.id,
    text: 'a list',
    blocks: [{ type: 'actions', elements: [{ type: 'static_select', action_id: 'status', options }] }],
  });
  const list = await slack.message(slack.channels.payouts, ({ text }) => text === 'a list');
  await slack.people.operator.choose(list, 'status', 'Expired');
  expect(heard[0]).toMatchObject({
    actions: [{ action_id: 'status', selected_option: { value: 'EXPIRED' } }],
  });
  await expect(slack.people.operator.choose(list, 'status', 'Lost')).rejects.toThrow('Issued, Expired');
});
