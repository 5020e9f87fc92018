/**
 * Owns one command under many signatures, byte by byte over a socket: only what Slack signed within five
 * minutes of now has an effect, and whatever is refused leaves no trace but its 401.
 */

import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { SHORTCUT_IDS } from '../../src/slack/block-kit/ids.ts';
import type { Delivered } from '../../fakes/slack/deliveries.ts';
import type { DeliveryOptions } from '../../fakes/slack/delivery.ts';
import type { JsonObject } from '../../fakes/slack/json.ts';
import { openBot, read, type TestBot } from '../features/bot.ts';
import { expectNothingPrivate } from '../fuzz/canaries.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await openBot();
});
afterAll(() => bot.close());

const FIVE_MINUTES_S = 300;

interface Signing {
  timestamp?: string;
  secret?: string;
  version?: string;
  body?: string;
}

interface Draft {
  body: string;
  now: number;
  sign: (how?: Signing) => string;
}

type Header = readonly [name: string, value: string];

/** The headers, and the body when it is another than the one that was signed. */
interface Sent {
  headers: readonly Header[];
  body?: string;
}

const TIMESTAMP = 'X-Slack-Request-Timestamp';
const SIGNATURE = 'X-Slack-Signature';

const signed = (timestamp: string, signature: string): readonly Header[] => [
  [TIMESTAMP, timestamp],
  [SIGNATURE, signature],
];

/** Signed as it should be, over this timestamp, however odd that is. */
const over =
  (timestampOf: (now: number) => string) =>
  ({ now, sign }: Draft): Sent => ({
    headers: signed(timestampOf(now), sign({ timestamp: timestampOf(now) })),
  });

/** The right timestamp, under a signature made from the right one. */
const made =
  (change: (right: string, draft: Draft) => string) =>
  (draft: Draft): Sent => ({ headers: signed(String(draft.now), change(draft.sign(), draft)) });

const RIGHT: Record<string, (draft: Draft) => Sent> = {
  'the right one': over(String),
  'the right one, under header names in capitals': ({ now, sign }) => ({
    headers: [
      [TIMESTAMP.toUpperCase(), String(now)],
      [SIGNATURE.toUpperCase(), sign()],
    ],
  }),
  'just within five minutes ago': over((now) => String(now - FIVE_MINUTES_S + 10)),
  'just within five minutes ahead': over((now) => String(now + FIVE_MINUTES_S - 10)),
};

const WRONG: Record<string, (draft: Draft) => Sent> = {
  'a second more than five minutes ago: a replay': over((now) => String(now - FIVE_MINUTES_S - 1)),
  'a little more than five minutes ahead': over((now) => String(now + FIVE_MINUTES_S + 10)),
  'an hour ahead': over((now) => String(now + 3_600)),
  'a year old': over((now) => String(now - 31_536_000)),
  'the epoch': over(() => '0'),
  milliseconds: over((now) => String(now * 1_000)),
  'not a number': over(() => 'NaN'),
  infinite: over(() => 'Infinity'),
  negative: over((now) => `-${now}`),
  'with a plus': over((now) => `+${now}`),
  'with a fraction': over((now) => `${now}.0`),
  'with an exponent': over((now) => `${now}e0`),
  hexadecimal: over((now) => `0x${now.toString(16)}`),
  'a number and a word': over((now) => `${now} now`),
  'whitespace within': over((now) => `${String(now).slice(0, 5)} ${String(now).slice(5)}`),
  'full-width digits': over((now) =>
    String(now).replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  ),
  'Devanagari digits': over((now) =>
    String(now).replace(/\d/g, (digit) => String.fromCodePoint(0x0966 + Number(digit))),
  ),
  'an empty timestamp': over(() => ''),
  'the timestamp twice': ({ now, sign }) => ({
    headers: [[TIMESTAMP, String(now)], ...signed(String(now), sign())],
  }),
  'the timestamp twice, an old one first': ({ now, sign }) => ({
    headers: [[TIMESTAMP, String(now - 3_600)], ...signed(String(now), sign())],
  }),
  'no timestamp': ({ sign }) => ({ headers: [[SIGNATURE, sign()]] }),
  'no signature': ({ now }) => ({ headers: [[TIMESTAMP, String(now)]] }),
  neither: () => ({ headers: [] }),
  'an empty signature': made(() => ''),
  'the version alone': made(() => 'v0='),
  'without its version': made((right) => right.replace('v0=', '')),
  'another version': made((right) => right.replace('v0=', 'v1=')),
  'another version, signed as such': made((_, { sign }) => sign({ version: 'v1' }).replace('v0=', 'v1=')),
  truncated: made((right) => right.slice(0, -1)),
  'one digit more': made((right) => `${right}0`),
  'one digit changed': made((right) => right.replace(/.$/, (last) => (last === '0' ? '1' : '0'))),
  'in capitals': made((right) => right.toUpperCase().replace('V0=', 'v0=')),
  'in base64': made((right) => `v0=${Buffer.from(right.slice(3), 'hex').toString('base64')}`),
  'whitespace in the signature': made((right) => right.replace('v0=', 'v0= ')),
  'another secret': made((_, { sign }) => sign({ secret: 'another-secret' })),
  'an empty secret': made((_, { sign }) => sign({ secret: '' })),
  'the bot token for a secret': made((_, { sign }) => sign({ secret: bot.slack.botToken })),
  'over another timestamp': made((_, { sign, now }) => sign({ timestamp: String(now - 1) })),
  'the signature twice': ({ now, sign }) => ({
    headers: [[SIGNATURE, sign()], ...signed(String(now), sign())],
  }),
  'the signature twice, a wrong one first': ({ now, sign }) => ({
    headers: [[SIGNATURE, sign({ secret: 'another-secret' })], ...signed(String(now), sign())],
  }),
  'another body': (draft) => ({
    ...over(String)(draft),
    body: draft.body.replace(bot.people.operator.id, bot.people.admin.id),
  }),
  'a body with something added': (draft) => ({ ...over(String)(draft), body: `${draft.body}&text=help` }),
  'a body cut short': (draft) => ({ ...over(String)(draft), body: draft.body.slice(0, -1) }),
  'an empty body': (draft) => ({ ...over(String)(draft), body: '' }),
};

test('there are more than 27 of them', () => {
  expect(Object.keys(RIGHT).length + Object.keys(WRONG).length).toBeGreaterThanOrEqual(27);
});

test.each(Object.entries(WRONG))('refused: %s', async (_name, make) => {
  const before = effects();
  expect(await deliver(make)).toBe(401);
  expect(effects()).toEqual(before);
});

/** Whatever else Slack delivers, each as a person causes it. */
const OTHERS: Record<string, (options: DeliveryOptions) => Promise<Delivered>> = {
  'a mention': (options) => said({ type: 'app_mention', channel: bot.channels.payouts.id }, options),
  'a direct message': (options) =>
    said({ type: 'message', channel_type: 'im', channel: bot.people.operator.directMessages }, options),
  'an address': (options) =>
    bot.people.operator.event(
      {
        type: 'link_shared',
        channel: bot.channels.payouts.id,
        user: bot.people.operator.id,
        message_ts: '1.000001',
        is_bot_user_member: true,
        links: [{ domain: 'instant.pe', url: 'https://instant.pe/LS25FH' }],
      },
      options,
    ),
  'a shortcut': (options) => bot.people.operator.shortcut(SHORTCUT_IDS.track, options),
};

function said(event: JsonObject, options: DeliveryOptions): Promise<Delivered> {
  const words = `<@${bot.slack.bot.userId}> track ${WELL_KNOWN.issued}`;
  const written = { user: bot.people.operator.id, ts: '1.000001', text: words, ...event };
  return bot.people.operator.event(written, options);
}

test.each(Object.entries(OTHERS))(
  'refused: %s with a wrong, a missing or an old signature',
  async (_name, send) => {
    const before = effects();
    for (const options of [
      { signature: 'wrong' },
      { signature: 'missing' },
      { timestampShiftS: -FIVE_MINUTES_S - 1 },
      { timestampShiftS: FIVE_MINUTES_S + 10 },
    ] as const) {
      const { ack } = await send(options);
      expect(ack.status).toBe(401);
    }
    expect(effects()).toEqual(before);
  },
);

test('none of them had an effect later either', async () => {
  expect(bot.instantpay.calls).toHaveLength(0);
  expect(bot.slack.allMessages).toHaveLength(0);
  expect(bot.entries().filter((entry) => entry.msg === 'handled')).toHaveLength(0);
});

test.each(Object.entries(RIGHT))('let in: %s', async (_name, make) => {
  const before = effects();
  expect(await deliver(make)).toBe(200);
  await bot.slack.waitFor(() => effects().handled === before.handled + 1, { what: 'the command' });
  expect(bot.instantpay.callsOf('track').length).toBeGreaterThan(0);
  const last = bot.slack.allMessages.at(-1);
  expect(last && read(last)).toContain(WELL_KNOWN.issued);
});

test('nothing private was said, logged, counted or kept', async () => {
  await expectNothingPrivate(bot);
});

/** Everything an accepted command would leave behind. */
function effects() {
  return {
    handled: bot.entries().filter((entry) => entry.msg === 'handled').length,
    calls: bot.instantpay.calls.length,
    slackCalls: bot.slack.calls.length,
    messages: bot.slack.allMessages.length,
  };
}

/** Sends the command over a socket of its own, so that the bytes are the test's, and gives the answer's status. */
async function deliver(make: (draft: Draft) => Sent): Promise<number> {
  const body = new URLSearchParams({
    command: '/payout',
    text: `track ${WELL_KNOWN.issued}`,
    team_id: bot.slack.teamId,
    user_id: bot.people.operator.id,
    channel_id: bot.channels.payouts.id,
    api_app_id: bot.slack.bot.appId,
    trigger_id: '1.1.1',
  }).toString();
  const now = Math.floor(Date.now() / 1_000);
  const sign = (how: Signing = {}): string => {
    const { timestamp = String(now), secret = bot.slack.signingSecret, version = 'v0' } = how;
    const base = `${version}:${timestamp}:${how.body ?? body}`;
    return `v0=${createHmac('sha256', secret).update(base).digest('hex')}`;
  };
  const sent = make({ body, now, sign });
  const bytes = Buffer.from(sent.body ?? body);
  const head = [
    'POST /slack/events HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: close',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${bytes.length}`,
    ...sent.headers.map(([name, value]) => `${name}: ${value}`),
  ];
  const socket = connect(bot.app.port, '127.0.0.1');
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]));
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(await text(socket)) ?? [];
  return Number(status);
}
