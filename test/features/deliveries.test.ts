/** Owns what comes in over HTTP: only what Slack signed just now, whatever it is acknowledged, nothing strange breaks Payout Desk. */

import { because } from './steps.ts';
import { NOT_FOUND } from '../../src/payouts/cancel/words.ts';
import { BUTTON_NOT_VALID } from '../../src/slack/buttons/values.ts';
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { OTHER_WORKSPACE } from '../../src/slack/dispatch.ts';
import { BUTTON_OUT_OF_DATE } from '../../src/slack/button-routes.ts';
import { openBot, read, type TestBot } from './bot.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await openBot();
});
afterAll(() => bot.close());

test.each([
  ['a wrong signature', { signature: 'wrong' }],
  ['no signature', { signature: 'missing' }],
  ['a signature of six minutes ago', { timestampShiftS: -360 }],
  ['a signature from six minutes ahead', { timestampShiftS: 360 }],
  ['a signature of an hour ahead', { timestampShiftS: 3_600 }],
] as const)('%s is refused with 401, and nothing happens', async (_name, options) => {
  const { operator } = bot.people;
  const calls = bot.instantpay.calls.length;
  const lines = bot.entries().filter((entry) => entry.msg === 'handled').length;
  const sent = await operator.command('/payout', `track ${WELL_KNOWN.issued}`, options);
  expect(sent.ack.status).toBe(401);
  expect(bot.instantpay.calls).toHaveLength(calls);
  expect(bot.entries().filter((entry) => entry.msg === 'handled')).toHaveLength(lines);
});

test('a clock that is four minutes off is still let in', async () => {
  for (const timestampShiftS of [-240, 240]) {
    const sent = await bot.people.operator.command('/payout', 'help', { timestampShiftS });
    expect(sent.ack.status).toBe(200);
  }
});

/** Any body at all, signed as Slack would. */
function post(
  body: string,
  contentType: string,
  change: (body: string) => string = (text) => text,
): Promise<Response> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const digest = createHmac('sha256', bot.slack.signingSecret)
    .update(`v0:${timestamp}:${body}`)
    .digest('hex');
  return fetch(`http://127.0.0.1:${bot.app.port}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': `v0=${digest}`,
    },
    body: change(body),
  });
}

test('Slack’s unsigned check of the certificate is answered 200, and nothing else that is unsigned is', async () => {
  await bot.idle();
  const handled = (): number => bot.entries().filter((entry) => entry.msg === 'handled').length;
  const before = handled();
  const send = async (body: string, headers: Record<string, string> = {}): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${bot.app.port}/slack/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    });
    return response.status;
  };
  const command = '&command=%2Fpayout&text=help&user_id=U0ASHA';
  expect(await send('ssl_check=1&token=x')).toBe(200);
  expect(await send(`ssl_check=1${command}`)).toBe(200);
  expect(await send(`ssl_check=0${command}`)).toBe(401);
  expect(await send('')).toBe(401);
  expect(await send(`ssl_check=1&token=${'x'.repeat(3_000)}`)).toBe(401);
  expect(await send('ssl_check=1', { 'x-slack-signature': 'v0=00' })).toBe(401);
  expect(handled()).toBe(before);
});

test('another body under a good signature is refused', async () => {
  const body = new URLSearchParams({ command: '/payout', text: 'help', user_id: 'U0ASHA' }).toString();
  const response = await post(body, 'application/x-www-form-urlencoded', (text) =>
    text.replace('U0ASHA', 'U0KAVYA'),
  );
  expect(response.status).toBe(401);
});

test('Slack’s url_verification is answered', async () => {
  const response = await post(
    JSON.stringify({ type: 'url_verification', challenge: 'c4ll' }),
    'application/json',
  );
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('c4ll');
});

test('strange bodies get an answer within three seconds, and Payout Desk goes on', async () => {
  const form = 'application/x-www-form-urlencoded';
  const bodies: [string, string][] = [
    ['{"payload', 'application/json'],
    ['', 'application/json'],
    ['', form],
    ['payload=%7Bx', form],
    ['payload=%5B1%5D', form],
    ['payload=%7B%22type%22%3A%22block_actions%22%7D', form],
    ['payload=%7B%22type%22%3A%22view_submission%22%7D', form],
    ['payload=%7B%22type%22%3A%22shortcut%22%2C%22callback_id%22%3A%22track_link%22%7D', form],
    ['payload=%7B%22type%22%3A%22message_action%22%2C%22callback_id%22%3A%22find_links%22%7D', form],
    ['{"type":"event_callback","event":{"type":"link_shared","links":7}}', 'application/json'],
    ['{"type":"event_callback","event":{"type":"app_mention","text":[]}}', 'application/json'],
    ['command=%2Fpayout', form],
    ['payload=%7B%22type%22%3A%22from_the_future%22%7D', form],
    ['hello', 'text/plain'],
  ];
  const responses = await Promise.all(bodies.map(([body, type]) => post(body, type)));
  for (const response of responses) {
    expect([200, 400, 500]).toContain(response.status);
    expect(await response.text()).not.toMatch(/\bat .*\.js/);
  }
  const ready = await fetch(`http://127.0.0.1:${bot.app.port}/readyz`);
  expect(ready.status).toBe(200);
  await bot.say(bot.people.operator, 'help');
});

test('two megabytes are refused without being worked on, and the connection goes on', async () => {
  const response = await post(`text=${'x'.repeat(2_000_000)}`, 'application/x-www-form-urlencoded');
  expect(response.status).toBeGreaterThanOrEqual(400);
  await response.text();
  expect((await fetch(`http://127.0.0.1:${bot.app.port}/healthz`)).status).toBe(200);
});

test('only POST, and nothing else is served', async () => {
  const origin = `http://127.0.0.1:${bot.app.port}`;
  expect((await fetch(`${origin}/slack/events`)).status).toBe(405);
  expect((await fetch(`${origin}/slack/install`)).status).toBe(404);
  expect((await fetch(`${origin}/`, { method: 'POST' })).status).toBe(404);
});

test('what nobody listens to is acknowledged: actions, forms, shortcuts, events, menus', async () => {
  const { operator } = bot.people;
  const card = await bot.say(operator, `track ${WELL_KNOWN.issued}`);
  const unknown = await bot.answerTo(operator, () =>
    operator.click(card, 'Refresh', {
      forge: (payload) => ({
        ...payload,
        actions: [{ type: 'button', action_id: 'no.such', block_id: 'b', value: 'x' }],
      }),
    }),
  );
  expect(read(unknown)).toContain(BUTTON_OUT_OF_DATE);

  await operator.click(card, 'Cancel link');
  const modal = await operator.modal();
  await bot.idle();
  const submitted = await operator.submit(modal, because('paid twice'), {
    forge: (payload) => {
      const view = payload['view'];
      return { ...payload, view: { ...(typeof view === 'object' ? view : {}), callback_id: 'no.such' } };
    },
  });
  expect(submitted.ack.acknowledged).toBe(true);
  await bot.idle();

  for (const sent of [
    await operator.shortcut('no_such_shortcut'),
    await operator.shortcut('no_such_message_shortcut', { message: card }),
    await operator.event({
      type: 'app_mention',
      user: operator.id,
      text: 'hi',
      channel: 'C0PAYOUTS',
      ts: '1.1',
    }),
    await operator.event({ type: 'message', user: operator.id, text: 'hi', channel: 'C0PAYOUTS', ts: '1.2' }),
    await operator.event({ type: 'tokens_revoked', tokens: {} }),
    await operator.event({ type: 'from_the_future' }),
  ]) {
    expect(sent.ack).toMatchObject({ acknowledged: true, status: 200 });
  }
  const menu = await post(
    new URLSearchParams({
      payload: JSON.stringify({
        type: 'block_suggestion',
        team: { id: bot.slack.teamId },
        user: { id: operator.id },
        action_id: 'no.such',
        block_id: 'b',
        value: 'x',
        container: { type: 'view' },
      }),
    }).toString(),
    'application/x-www-form-urlencoded',
  );
  expect(menu.status).toBe(200);
});

test('another workspace is refused, whoever asks', async () => {
  const { operator } = bot.people;
  const calls = bot.instantpay.calls.length;
  const sent = await operator.command('/payout', `track ${WELL_KNOWN.issued}`, { teamId: 'T0OTHERCO' });
  expect(read(await sent.answer())).toContain(OTHER_WORKSPACE);
  expect(bot.instantpay.calls).toHaveLength(calls);
  await bot.idle();
});

test('an approval id that is not in the store', async () => {
  const { operator, approver } = bot.people;
  await bot.say(operator, `cancel ${WELL_KNOWN.issuedLarge} paid twice`);
  const card = await bot.slack.message(bot.channels.approvals, () => true);
  for (const value of ['00000000-0000-4000-8000-000000000000', '', "' or 1=1 --", '../x']) {
    const answer = await bot.answerTo(approver, () => approver.click(card, 'Approve', { value }));
    expect([NOT_FOUND, BUTTON_NOT_VALID].some((words) => read(answer).includes(words))).toBe(true);
  }
  expect(read(card)).toContain('[Approve]');
});

test('a command that ends in a refusal is acknowledged once', async () => {
  const answer = await bot.say(bot.people.operator, 'track 000000000000000000000000');
  expect(read(answer)).not.toBe('');
  const twice = bot.lines.filter((line) => line.includes('called multiple times'));
  expect(twice).toEqual([]);
});
