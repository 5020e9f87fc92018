/** Owns what holds over Socket Mode: the same people, and everything that goes wrong with a connection. */

import type { App } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { LocalSlack } from '../../../fakes/slack/slack.ts';
import { startSlack } from '../../../fakes/slack/slack.ts';
import type { SocketMode } from '../socket-mode.ts';
import { startSocketMode } from '../socket-mode.ts';
import type { TinyApp } from './tiny-app.ts';
import { buttons, makeSocketApp, post, startOverSocket } from './tiny-app.ts';

let slack: LocalSlack;
let socket: SocketMode;
let app: TinyApp | undefined;
let heard: string[];

function wire(bolt: App): void {
  bolt.command('/payout', async ({ ack, command, respond }) => {
    heard.push(command.text);
    if (command.text === 'mute') return;
    await ack(command.text === 'at once' ? 'at once' : undefined);
    if (command.text === 'track') await respond('tracked');
  });
  bolt.action('approve', async ({ ack, respond }) => {
    await ack();
    await respond({ replace_original: true, text: 'approved' });
  });
  bolt.view('why', async ({ ack }) => {
    await ack({ response_action: 'errors', errors: { reason: 'Say more' } });
  });
  bolt.event('app_home_opened', async ({ event, client }) => {
    heard.push(`home of ${event.user}`);
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [{ type: 'divider' }] },
    });
  });
}

beforeEach(async () => {
  slack = await startSlack();
  socket = await startSocketMode(slack);
  heard = [];
});

afterEach(async () => {
  await app?.stop();
  app = undefined;
  await socket.close();
  await slack.close();
});

test('commands, answers and their acknowledgements', async () => {
  app = await startOverSocket(slack, wire);
  const { operator } = slack.people;
  const sent = await operator.command('/payout', 'track');
  expect(sent.ack).toMatchObject({ acknowledged: true, body: '' });
  expect(await sent.answer()).toMatchObject({ text: 'tracked', ephemeralFor: operator.id });
  expect(socket.acknowledged).toHaveLength(1);
  const atOnce = await operator.command('/payout', 'at once');
  expect(await atOnce.answer()).toMatchObject({ text: 'at once', via: 'ack' });
});

test('clicks, submissions and events', async () => {
  app = await startOverSocket(slack, wire);
  const { operator } = slack.people;
  await post(app, { channel: 'C0PAYOUTS', text: 'a card', blocks: buttons('Approve') });
  const card = await slack.message('C0PAYOUTS', ({ text }) => text === 'a card');
  const clicked = await operator.click(card, 'Approve');
  await clicked.answer();
  expect(card.text).toBe('approved');
  await app.app.client.views.open({
    trigger_id: clicked.triggerId ?? '',
    view: {
      type: 'modal',
      callback_id: 'why',
      title: { type: 'plain_text', text: 'Why?' },
      submit: { type: 'plain_text', text: 'Send' },
      blocks: [
        {
          type: 'input',
          block_id: 'reason',
          label: { type: 'plain_text', text: 'Reason' },
          element: { type: 'plain_text_input' },
        },
      ],
    },
  });
  const modal = await operator.modal();
  await operator.submit(modal, { Reason: 'x' });
  expect(modal.errors).toEqual({ reason: 'Say more' });
  await operator.openHome();
  expect((await operator.home()).view.blocks).toMatchObject([{ type: 'divider' }]);
});

test('a second copy is the same envelope', async () => {
  app = await startOverSocket(slack, wire);
  const sent = await slack.people.operator.command('/payout', 'twice', { copies: 2 });
  expect(sent.acks.map(({ acknowledged }) => acknowledged)).toEqual([true, true]);
  expect(heard).toEqual(['twice', 'twice']);
  expect(new Set(socket.acknowledged).size).toBe(1);
});

test('no acknowledgement is a failure in front of the person', async () => {
  await socket.close();
  socket = await startSocketMode(slack, { ackDeadlineMs: 30 });
  app = await startOverSocket(slack, wire);
  await slack.people.operator.command('/payout', 'mute');
  // On a busy machine the app reads it after the deadline.
  await expect.poll(() => heard).toEqual(['mute']);
  expect(slack.people.operator.notices()).toEqual(['/payout failed with the error "operation_timeout"']);
});

test('after a routine disconnect the app comes back', async () => {
  app = await startOverSocket(slack, wire, true);
  socket.disconnect('refresh_requested');
  expect(socket.connections()).toBe(0);
  await socket.connected();
  expect(socket.opened()).toBe(2);
  expect((await slack.people.operator.command('/payout', 'track')).ack.acknowledged).toBe(true);
});

test('after a dropped connection the app comes back', async () => {
  app = await startOverSocket(slack, wire, true);
  socket.drop();
  await socket.connected();
  expect((await slack.people.operator.command('/payout', 'track')).ack.acknowledged).toBe(true);
});

test('a warning leaves the closing to the app', async () => {
  app = await startOverSocket(slack, wire, true);
  socket.disconnect('warning');
  await slack.waitFor(() => socket.opened() === 2 && socket.connections() === 1);
  expect((await slack.people.operator.command('/payout', 'track')).ack.acknowledged).toBe(true);
});

test('a first connection can be refused, and the next is greeted', async () => {
  socket.refuseNext();
  const starting = makeSocketApp(slack, wire, true);
  app = starting;
  // Bolt's start() may never come back after this: that is for the app to guard against.
  starting.start().catch(() => {});
  await socket.connected();
  expect(socket.opened()).toBe(1);
  expect(slack.callsTo('apps.connections.open')).toHaveLength(2);
  expect((await slack.people.operator.command('/payout', 'track')).ack.acknowledged).toBe(true);
});

test('a connection can be made and never greeted', async () => {
  socket.withholdHello();
  const starting = makeSocketApp(slack, wire);
  app = starting;
  let started = false;
  starting.start().then(
    () => {
      started = true;
    },
    () => {},
  );
  await slack.waitFor(() => socket.opened() === 1);
  expect([socket.connections(), started]).toEqual([0, false]);
});

test('the fault switches reach apps.connections.open', async () => {
  slack.faults.set('apps.connections.open', { kind: 'error', error: 'invalid_auth' }, 1);
  await expect(startOverSocket(slack, wire)).rejects.toThrow('invalid_auth');
  expect(slack.callsTo('apps.connections.open')).toHaveLength(1);
});

/** Bolt does not survive this envelope, so a bare client looks at it. */
test('an app_rate_limited envelope, and anything else one wants to send', async () => {
  const { url } = await new WebClient(slack.appToken, { slackApiUrl: slack.apiUrl }).apps.connections.open(
    {},
  );
  const messages: unknown[] = [];
  const bare = new WebSocket(String(url));
  bare.on('message', (data: Buffer) => {
    messages.push(JSON.parse(data.toString()));
    slack.announce();
  });
  await socket.connected();
  socket.appRateLimited();
  socket.sendRaw('{"type":"surprise"}');
  await slack.waitFor(() => messages.length === 3);
  expect(messages).toMatchObject([{ type: 'hello' }, { type: 'app_rate_limited' }, { type: 'surprise' }]);
  bare.terminate();
});
