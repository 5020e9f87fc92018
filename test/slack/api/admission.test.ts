/** Owns which HTTP requests reach Bolt: signed within five minutes, of a bounded body, and a flood of others is quiet. */

import { createHmac } from 'node:crypto';
import { isValidSlackRequest } from '@slack/bolt';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { createMetrics } from '../../../src/ops/metrics.ts';
import { type OpsServer, startServer } from '../../../src/ops/server.ts';

import { createAdmission, isRecent, isSigned } from '../../../src/slack/api/admission.ts';

const NOW = 1_795_165_200_000;
const at = (shiftS: number): string => String(NOW / 1_000 + shiftS);

test.each([
  ['now', at(0), true],
  ['five minutes ago', at(-300), true],
  ['five minutes ahead', at(300), true],
  ['a second more ago', at(-301), false],
  ['a second more ahead', at(301), false],
  ['an hour ahead', at(3_600), false],
  ['milliseconds', String(NOW), false],
  ['nothing', undefined, false],
  ['empty', '', false],
  ['several', [at(0), at(0)], false],
  ['negative', `-${at(0)}`, false],
  ['a fraction', `${at(0)}.5`, false],
  ['words', 'today', false],
  ['hex', '0x6b000000', false],
] as const)('%s', (_name, timestamp, expected) => {
  expect(isRecent(typeof timestamp === 'object' ? [...timestamp] : timestamp, NOW)).toBe(expected);
});

describe('a signature', () => {
  /** Slack's own example, from its page on verifying requests. */
  const PUBLISHED = {
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    timestamp: '1531420618',
    signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  };

  test('of Slack’s published example is valid', () => {
    const { secret, body, ...signed } = PUBLISHED;
    expect(isSigned(secret, { ...signed, body: Buffer.from(body) })).toBe(true);
    expect(isSigned(secret, { ...signed, body: Buffer.from(`${body}&`) })).toBe(false);
    expect(isSigned(`${secret}x`, { ...signed, body: Buffer.from(body) })).toBe(false);
  });

  test('is valid where Bolt says so, after each of these changes', () => {
    const spoilt = fc.constantFrom(
      (signature: string) => signature,
      (signature: string) => signature.toUpperCase(),
      (signature: string) => signature.slice(0, -1),
      (signature: string) => `${signature}0`,
      (signature: string) => `${signature} `,
      (signature: string) => signature.replace('v0', 'v1'),
      (signature: string) => signature.slice(3),
      (signature: string) => signature.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      () => '',
      () => 'v0=',
      () => `v0=${'é'.repeat(64)}`,
    );
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(text, text, fc.string({ unit: 'grapheme' }), spoilt, (secret, other, body, spoil) => {
        const timestamp = at(0);
        const hash = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
        const signature = spoil(`v0=${hash}`);
        for (const signingSecret of [secret, other]) {
          const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(timestamp) };
          const byBolt = isValidSlackRequest({ signingSecret, body, headers, nowMilliseconds: NOW });
          expect(isSigned(signingSecret, { body: Buffer.from(body), signature, timestamp })).toBe(byBolt);
        }
      }),
    );
  });
});

let server: OpsServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const SECRET = 'signing-secret';

async function admission() {
  let now = NOW;
  const lines: string[] = [];
  const admitted: string[] = [];
  let refused = 0;
  const log = createLog('trace', [], { write: (line) => void lines.push(line) });
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    metricsPort: undefined,
    registry: createMetrics(() => 0).registry,
    log,
    problems: async () => [],
    slack: createAdmission({
      signingSecrets: [SECRET],
      clock: () => now,
      log,
      onRefused: () => void (refused += 1),
      admit: (request, response) => {
        admitted.push(String('rawBody' in request && request.rawBody));
        response.writeHead(200).end();
      },
    }),
  });
  const url = `http://127.0.0.1:${server.port}/slack/events`;
  const sign = (body: string, secret = SECRET) => {
    const timestamp = String(Math.floor(now / 1_000));
    const hash = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    return { 'x-slack-signature': `v0=${hash}`, 'x-slack-request-timestamp': timestamp };
  };
  return {
    lines,
    admitted,
    refused: () => refused,
    sign,
    skip: (ms: number) => void (now += ms),
    post: async (body: string | ReadableStream, headers: Record<string, string>): Promise<number> =>
      (
        await fetch(url, {
          method: 'POST',
          body,
          headers,
          ...(typeof body !== 'string' && { duplex: 'half' as const }),
        })
      ).status,
  };
}

test('signed: admitted with its body; unsigned, or signed with another secret: refused', async () => {
  const { post, sign, admitted, refused } = await admission();
  expect(await post('text=नमस्ते', sign('text=नमस्ते'))).toBe(200);
  expect(admitted).toEqual(['text=नमस्ते']);
  expect(await post('text=help', {})).toBe(401);
  expect(await post('text=help', sign('text=help', 'another'))).toBe(401);
  expect(await post('text=other', sign('text=help'))).toBe(401);
  expect(await post('', { ...sign(''), 'x-slack-signature': '' })).toBe(401);
  expect(admitted).toHaveLength(1);
  expect(refused()).toBe(4);
});

test('a body over the limit is refused, signed or not, with or without its length', async () => {
  const { post, sign, admitted, refused } = await admission();
  const body = 'x'.repeat(1_000_001);
  let pulled = 0;
  const endless = (): ReadableStream =>
    new ReadableStream({
      pull(controller) {
        pulled += 1;
        // Ten times the limit, its length not said.
        if (pulled > 1_000) controller.close();
        else controller.enqueue(new Uint8Array(10_000).fill(120));
      },
    });
  expect(await post(body, sign(body))).toBe(413);
  expect(await post(endless(), sign('x'))).toBe(413);
  expect(await post(body, {})).toBe(401);
  expect(await post('x'.repeat(2_001), {})).toBe(401);
  expect(await post('x'.repeat(1_000_000), sign('x'.repeat(1_000_000)))).toBe(200);
  expect(admitted).toHaveLength(1);
  expect(refused()).toBe(4);
});

test('Slack’s unsigned ssl_check is answered, and carries nothing in', async () => {
  const { post, admitted, refused } = await admission();
  expect(await post('ssl_check=1&token=x', {})).toBe(200);
  expect(await post('ssl_check=1&payload=%7B%7D&command=%2Fpayout&text=cancel', {})).toBe(200);
  expect(await post('ssl_check=0', {})).toBe(401);
  expect(admitted).toEqual([]);
  expect(refused()).toBe(1);
});

test('a flood of unsigned requests writes one line a minute, with how many there were', async () => {
  const { post, lines, refused, skip } = await admission();
  const flood = () => Promise.all(Array.from({ length: 50 }, () => post('text=help', {})));
  await flood();
  skip(59_999);
  await flood();
  expect(refused()).toBe(100);
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { level: 'warn', msg: 'unsigned requests refused', count: 1 },
  ]);
  skip(1);
  await flood();
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([{ count: 1 }, { count: 100 }]);
});
