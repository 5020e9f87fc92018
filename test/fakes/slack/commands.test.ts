/** Owns what holds for commands: acknowledgement, answers over the response_url, and its end. */

import type { RespondFn } from '@slack/bolt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { httpDelivery } from '../../../fakes/slack/delivery.ts';
import type { LocalSlack } from '../../../fakes/slack/slack.ts';
import { startSlack } from '../../../fakes/slack/slack.ts';
import type { TinyApp } from './tiny-app.ts';
import { startOverHttp } from './tiny-app.ts';

let slack: LocalSlack;
let app: TinyApp;
let clock = 0;
let respond: RespondFn;

beforeEach(async () => {
  clock = 1_000_000;
  slack = await startSlack({ now: () => clock });
  app = await startOverHttp(slack, (bolt) => {
    bolt.command('/payout', async (args) => {
      respond = args.respond;
      if (args.command.text === 'mute') return;
      await args.ack(args.command.text === 'at once' ? 'at once' : undefined);
      if (args.command.text !== 'at once') await args.respond(`heard ${args.command.text}`);
    });
  });
});

afterEach(async () => {
  await app.stop();
  await slack.close();
});

const failureOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => JSON.stringify(error, Object.getOwnPropertyNames(error)),
  );

test('is acknowledged, and answered to the asker alone', async () => {
  const { operator, approver } = slack.people;
  const sent = await operator.command('/payout', 'track 65');
  expect(sent.ack).toMatchObject({ acknowledged: true, status: 200, body: '' });
  const answer = await sent.answer();
  expect(answer).toMatchObject({
    text: 'heard track 65',
    channel: slack.channels.payouts.id,
    via: 'response_url',
  });
  expect(operator.ephemerals()).toEqual([answer]);
  expect(approver.sees()).toEqual([]);
  expect(slack.messages(slack.channels.payouts)).toEqual([]);
});

test('may be answered in the acknowledgement', async () => {
  const sent = await slack.people.operator.command('/payout', 'at once');
  expect(await sent.answer()).toMatchObject({ text: 'at once', via: 'ack', ephemeralFor: 'U0ASHA' });
});

test('says who asked, where, and in which team', async () => {
  const sent = await slack.people.approver.command('/payout', 'x', {
    channel: slack.channels.privateWithoutBot,
  });
  expect(sent.outbound.payload).toMatchObject({
    user_id: 'U0VIKRAM',
    user_name: 'vikram',
    team_id: 'T0PAYOUT',
    channel_id: 'C0SECRET',
    channel_name: 'privategroup',
  });
});

test('that nobody acknowledges fails in front of the person', async () => {
  const { signingSecret } = slack;
  slack.deliverOver(httpDelivery({ url: app.url, signingSecret, ackDeadlineMs: 20 }));
  const sent = await slack.people.operator.command('/payout', 'mute');
  expect(sent.ack.acknowledged).toBe(false);
  expect(slack.people.operator.notices()).toEqual(['/payout failed with the error "operation_timeout"']);
});

test('an answer may be for the whole channel, and emulate holds it', async () => {
  await slack.people.operator.command('/payout', 'x');
  await respond({ response_type: 'in_channel', text: 'for all' });
  const [message] = slack.messages(slack.channels.payouts);
  expect(message).toMatchObject({ text: 'for all', ephemeralFor: undefined });
  const found = await app.app.client.reactions
    .get({ channel: 'C0PAYOUTS', timestamp: message?.ts ?? '' })
    .catch(String);
  expect(found).toContain('missing_scope');
  const link = await app.app.client.chat.getPermalink({
    channel: 'C0PAYOUTS',
    message_ts: message?.ts ?? '',
  });
  expect(link.ok).toBe(true);
});

test('a later answer replaces the first, or takes it away', async () => {
  const sent = await slack.people.operator.command('/payout', 'x');
  const answer = await sent.answer();
  await respond({ replace_original: true, text: 'changed' });
  expect(answer).toMatchObject({ text: 'changed', edits: [{ text: 'heard x' }] });
  await respond({ delete_original: true });
  expect(slack.people.operator.ephemerals()).toEqual([]);
});

test('the sixth use of a response_url is refused', async () => {
  await (await slack.people.operator.command('/payout', 'first')).answer();
  for (const nth of ['second', 'third', 'fourth', 'fifth']) await respond(nth);
  expect(await failureOf(respond('sixth'))).toContain('404');
  expect(slack.callsTo('response_url').at(-1)).toMatchObject({ status: 404, answer: { error: 'used_url' } });
  expect(slack.people.operator.ephemerals()).toHaveLength(5);
});

test('a response_url ends after 30 minutes, not before', async () => {
  await (await slack.people.operator.command('/payout', 'x')).answer();
  clock += 30 * 60_000 - 1;
  await respond('still in time');
  clock += 1;
  expect(await failureOf(respond('too late'))).toContain('404');
  expect(slack.callsTo('response_url').at(-1)?.answer).toMatchObject({ error: 'expired_url' });
});
