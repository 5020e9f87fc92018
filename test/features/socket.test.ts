/** Owns Payout Desk over Socket Mode: the same work, duplicates, routine reconnections, and readiness that tells the truth. */

import { REASON_MISSING } from '../../src/payouts/cancel/reason.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { INPUT_IDS, SHORTCUT_IDS } from '../../src/slack/block-kit/ids.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { askToCancel } from './steps.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot({ mode: 'socket' });
});
afterEach(() => bot.close());

const socket = () => {
  if (!bot.socket) throw new Error('no Socket Mode');
  return bot.socket;
};
const readiness = async () => {
  const response = await fetch(`http://127.0.0.1:${bot.app.port}/readyz`);
  const body: unknown = await response.json();
  return { status: response.status, body };
};

test('a command, a click, a form, the home page', async () => {
  const { operator, approver } = bot.people;
  expect(bot.app.mode).toBe('socket');
  expect(await readiness()).toMatchObject({ status: 200 });
  expect(read(await bot.say(operator, `track ${WELL_KNOWN.issued}`))).toContain('ISSUED');
  const { card, linkId } = await askToCancel(bot);
  await approver.click(card, 'Reject');
  const modal = await approver.modal();
  await approver.submit(modal, { reason: '   ' }, { lenient: true });
  expect(Object.values(modal.errors).join()).toContain(REASON_MISSING);
  await approver.dismiss(modal);
  await bot.done(() => approver.click(card, 'Approve'));
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(read(card)).toContain('Link cancelled');
  await operator.openHome();
  expect(JSON.stringify((await operator.home()).view)).toContain('Your requests');
});

test('a shortcut, a mention, a direct message, an address', async () => {
  const { operator, approver } = bot.people;
  expect((await operator.shortcut('no_such_shortcut')).ack.acknowledged).toBe(true);
  await bot.done(() => operator.shortcut(SHORTCUT_IDS.track));
  await bot.done(async () =>
    operator.submit(await operator.modal(), { [INPUT_IDS.link]: WELL_KNOWN.issued }),
  );
  expect(bot.slack.toText(await operator.modal())).toContain('ISSUED');
  const mentioned = await bot.answerTo(operator, () =>
    operator.write(`@Payout Desk ${WELL_KNOWN.issued}`, { channel: bot.channels.payouts }),
  );
  expect(mentioned).toMatchObject({ ephemeralFor: operator.id });
  const direct = await bot.answerTo(operator, () => operator.write(WELL_KNOWN.issued));
  expect(read(direct)).toContain('ISSUED');
  const url = `https://instant.pe/${bot.instantpay.link(WELL_KNOWN.issued)?.code}`;
  const { message } = await approver.write(url, { channel: bot.channels.payouts });
  await bot.slack.waitFor(() => read(message).includes('ISSUED'), { what: 'the unfurl' });
  const found = await bot.answerTo(operator, () => operator.shortcut(SHORTCUT_IDS.findLinks, { message }));
  expect(read(found)).toContain(WELL_KNOWN.issued);
});

test('no deliveries over HTTP in Socket Mode', async () => {
  const response = await fetch(`http://127.0.0.1:${bot.app.port}/slack/events`, {
    method: 'POST',
    body: 'x',
  });
  expect(response.status).toBe(404);
});

test('fifty copies of one click: one call, every copy acknowledged', async () => {
  const { approver } = bot.people;
  const { card, linkId } = await askToCancel(bot);
  const clicked = await bot.done(() => approver.click(card, 'Approve', { copies: 50 }));
  expect(clicked.acks.filter((ack) => ack.acknowledged)).toHaveLength(50);
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
});

test('the routine refresh: connected again by itself, and what came meanwhile is worked on', async () => {
  const { operator } = bot.people;
  const before = socket().opened();
  socket().disconnect('refresh_requested');
  await bot.slack.waitFor(() => socket().opened() > before && socket().connections() > 0, {
    what: 'a new connection',
    withinMs: 10_000,
  });
  expect(read(await bot.say(operator, `track ${WELL_KNOWN.issued}`))).toContain('ISSUED');
  expect(await readiness()).toMatchObject({ status: 200 });
});

test('a spare connection: ready and at work while Slack refreshes the other one', async () => {
  await bot.close();
  bot = await openBot({ mode: 'socket', spareConnectionAfterMs: 0 });
  await socket().connected(2);
  bot.slack.faults.set('apps.connections.open', { kind: 'hold' }, 1);
  socket().disconnect('refresh_requested', 'oldest');
  await bot.slack.waitFor(() => bot.slack.callsTo('apps.connections.open').length === 3);
  expect(socket().connections()).toBe(1);
  expect(await readiness()).toMatchObject({ status: 200 });
  expect(read(await bot.say(bot.people.operator, 'help'))).toContain('Payout Desk');
  bot.slack.faults.clear('apps.connections.open');
  await socket().connected(2);
});

test('the line goes dead: not ready until it is connected again; a refused reconnect does not end Payout Desk', async () => {
  const { operator } = bot.people;
  socket().refuseNext(1);
  socket().drop();
  await bot.slack.waitFor(() => socket().connections() === 0);
  await bot.slack.waitFor(() => socket().connections() > 0, { what: 'a new connection', withinMs: 15_000 });
  expect(read(await bot.say(operator, 'help'))).toContain('Payout Desk');
  expect(await readiness()).toMatchObject({ status: 200 });
});

test('Slack cannot be reached for longer than a few tries: not ready, and connected when it can be', async () => {
  const { operator } = bot.people;
  bot.slack.faults.set('apps.connections.open', { kind: 'status', status: 500 }, 4);
  socket().drop();
  await bot.slack.waitFor(() => bot.slack.callsTo('apps.connections.open').length >= 4, {
    withinMs: 15_000,
  });
  expect(await readiness()).toEqual({
    status: 503,
    body: { ready: false, problems: ['no connection to Slack'] },
  });
  await bot.slack.waitFor(() => socket().connections() > 0, { what: 'a new connection', withinMs: 15_000 });
  expect(read(await bot.say(operator, 'help'))).toContain('Payout Desk');
});

test('a stop while there is no connection ends', async () => {
  socket().refuseNext(1_000);
  socket().drop();
  await bot.slack.waitFor(() => socket().connections() === 0);
  await bot.stop();
});

test('app_rate_limited and garbage do not end Payout Desk', async () => {
  const { operator } = bot.people;
  socket().appRateLimited();
  socket().sendRaw('not json');
  socket().sendRaw('{"type":"from_the_future","envelope_id":"e-1","payload":{}}');
  expect(read(await bot.say(operator, 'help'))).toContain('Payout Desk');
});
