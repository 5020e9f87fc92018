/** Owns reads: what is retried, how long is waited, and when a call is over. */

import { describe, expect, test, vi } from 'vitest';
import { readRetryAfter } from '../../src/instantpay/retry.ts';
import {
  deadPort,
  envelopeOf,
  LINK_ID,
  makeClient,
  makeInstantPay,
  rejection,
  serve,
  serveJson,
} from './setup.ts';

const TRACKED = { status: 'ISSUED', amount: 10, linkActivity: [] };

/** Answers with each status and headers in turn, then with a link. */
async function answersInTurn(
  ...turns: [httpStatus: number, headers?: Record<string, string>, body?: unknown][]
) {
  let turn = 0;
  return serve((_seen, _request, response) => {
    const [httpStatus, headers, body] = turns[turn] ?? [200, {}, envelopeOf(TRACKED)];
    turn += 1;
    response.writeHead(httpStatus, headers).end(body === undefined ? '<h1>no</h1>' : JSON.stringify(body));
  });
}

describe('a read is tried again', () => {
  test.each([
    ['HTML under 500', { kind: 'html500' }],
    ['truncated JSON', { kind: 'truncated' }],
    ['a reset', { kind: 'reset' }],
    ['no answer', { kind: 'noHeaders' }],
    ['a stalled body', { kind: 'stallBody' }],
    ['too many', { kind: 'tooMany' }],
    ['a transient code', { kind: 'statuscode', statuscode: 'USM' }],
  ] as const)('after %s', async (_what, effect) => {
    const instantPay = await makeInstantPay();
    instantPay.addLink({ linkId: LINK_ID });
    instantPay.fault({ effect });
    const { client, slept } = makeClient(instantPay.url, { timeoutMs: 300 });
    expect(await client.track(LINK_ID)).toMatchObject({ status: 'ISSUED' });
    expect(instantPay.callsOf('track', LINK_ID)).toHaveLength(2);
    expect(slept).toEqual([0]);
  });

  test('twice, with full jitter that doubles', async () => {
    const { url, seen } = await serveJson(() => envelopeOf(null), 503);
    const { client, slept, events } = makeClient(url, { random: () => 0.8 });
    expect(await rejection(client.track(LINK_ID))).toMatchObject({ kind: 'http', httpStatus: 503 });
    expect(seen).toHaveLength(3);
    expect(slept).toEqual([200, 400]);
    expect(events.map((event) => event.type === 'attempt' && [event.operation, event.attempt])).toEqual([
      ['track', 1],
      ['track', 2],
      ['track', 3],
    ]);
  });

  test('on a kept-alive connection that was closed meanwhile', async () => {
    let calls = 0;
    const { url } = await serve((_seen, request, response) => {
      calls += 1;
      if (calls === 2) request.socket.resetAndDestroy();
      else response.end(JSON.stringify(envelopeOf(TRACKED)));
    });
    const { client, events } = makeClient(url);
    await client.track(LINK_ID);
    await client.track(LINK_ID);
    expect(events.map((event) => event.type === 'attempt' && [event.kind, event.sent])).toEqual([
      ['ok', true],
      ['network', true],
      ['ok', true],
    ]);
  });
});

describe('a read that was cut off or put off', () => {
  test('is tried again when the connection ends in the middle of the body', async () => {
    let calls = 0;
    const { url } = await serve((_seen, request, response) => {
      calls += 1;
      const text = JSON.stringify(envelopeOf(TRACKED));
      response.writeHead(200, { 'content-length': text.length });
      if (calls > 1) response.end(text);
      else response.write(text.slice(0, 30), () => request.socket.destroy());
    });
    const { client, attempts } = makeClient(url);
    expect(await client.track(LINK_ID)).toMatchObject({ status: 'ISSUED' });
    expect(attempts()).toEqual(['network', 'ok']);
  });

  test('is tried again after HTTP 429, whatever code comes with it', async () => {
    const { url, seen } = await answersInTurn([429, {}, envelopeOf(null, { statuscode: 'ERR' })]);
    expect(await makeClient(url).client.track(LINK_ID)).toMatchObject({ status: 'ISSUED' });
    expect(seen).toHaveLength(2);
  });
});

describe('a read is not tried again', () => {
  test.each(['ERR', 'IAT', 'RPI', 'IAB', 'TUP', 'DTX', 'TRP', 'ZZZ'])('after %s', async (statuscode) => {
    const { url, seen } = await serveJson(() => envelopeOf(null, { statuscode }));
    expect(await rejection(makeClient(url).client.track(LINK_ID))).toMatchObject({
      kind: 'code',
      statuscode,
    });
    expect(seen).toHaveLength(1);
  });

  test.each([301, 401, 403, 404])('after HTTP %i without a code', async (httpStatus) => {
    const { url, seen } = await answersInTurn([httpStatus]);
    expect(await rejection(makeClient(url).client.track(LINK_ID))).toMatchObject({
      kind: 'http',
      httpStatus,
    });
    expect(seen).toHaveLength(1);
  });

  test('after an answer larger than any could be', async () => {
    const { url, seen } = await serve((_seen, _request, response) => {
      response.end(`{"statuscode":"TXN","data":{"records":["${'x'.repeat(10.5 * 1024 * 1024)}"]}}`);
    });
    expect(await rejection(makeClient(url).client.page({}, 1))).toMatchObject({
      kind: 'unreadable',
      reason: 'too_large',
    });
    expect(seen).toHaveLength(1);
  });
});

describe('Retry-After', () => {
  test('is the least that is waited', async () => {
    const { url } = await answersInTurn([429, { 'retry-after': '2' }], [503, { 'retry-after': '1' }]);
    const { client, slept } = makeClient(url, { random: () => 0.5 });
    await client.track(LINK_ID);
    expect(slept).toEqual([2125, 1250]);
  });

  test('may be a date', async () => {
    const now = Date.parse('2026-11-20T10:00:00Z');
    const { url } = await answersInTurn([429, { 'retry-after': 'Fri, 20 Nov 2026 10:00:03 GMT' }]);
    const { client, slept } = makeClient(url, { now: () => now });
    await client.track(LINK_ID);
    expect(slept).toEqual([3000]);
  });

  test('longer than the call may take ends it at once', async () => {
    const { url, seen } = await answersInTurn([429, { 'retry-after': '60' }]);
    const { client, slept } = makeClient(url);
    expect(await rejection(client.track(LINK_ID))).toMatchObject({ httpStatus: 429, retryAfterMs: 60_000 });
    expect(slept).toEqual([]);
    expect(seen).toHaveLength(1);
  });

  test.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Fri, 20 Nov 2026 10:00:10 GMT', 10_000],
    ['Fri, 20 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['1e9', undefined],
    ['2026', 2_026_000],
    ['99999999999', undefined],
    ['Xyz, nonsense', undefined],
  ])('%j is %s ms', (header, expected) => {
    expect(readRetryAfter(header, Date.parse('2026-11-20T10:00:00Z'))).toBe(expected);
  });
});

describe('the deadline', () => {
  test.each(['noHeaders', 'stallBody'] as const)('stops %s, and the connection with it', async (kind) => {
    const instantPay = await makeInstantPay();
    instantPay.fault({ effect: { kind }, times: 0 });
    const { client, events } = makeClient(instantPay.url, { timeoutMs: 100 });
    const startedAt = performance.now();
    const error = await rejection(client.track(LINK_ID));
    expect(error).toMatchObject({ kind: 'timeout', sent: true, operation: 'track' });
    expect(performance.now() - startedAt).toBeLessThan(2000);
    const [first, ...rest] = events;
    expect(first?.type === 'attempt' && first.elapsedMs).toBeGreaterThanOrEqual(95);
    // Two times the time is all there is, so there is no third attempt.
    expect(rest.length).toBeLessThanOrEqual(1);
  });

  test('closes the socket of a stalled body', async () => {
    let open = 0;
    const { url, seen } = await serve((_seen, request, response) => {
      open += 1;
      request.socket.on('close', () => (open -= 1));
      response.writeHead(200).write('{"statuscode":');
    });
    await rejection(makeClient(url, { timeoutMs: 80 }).client.track(LINK_ID));
    expect(seen.length).toBeGreaterThan(0);
    await vi.waitFor(() => expect(open).toBe(0));
  });

  test('stops a body that trickles on without end', async () => {
    const { url } = await serve((_seen, _request, response) => {
      response.writeHead(200);
      const trickle = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(trickle));
    });
    expect(await rejection(makeClient(url, { timeoutMs: 100 }).client.track(LINK_ID))).toMatchObject({
      kind: 'timeout',
    });
  });

  test('leaves an answer alone that comes in time', async () => {
    const instantPay = await makeInstantPay();
    instantPay.addLink({ linkId: LINK_ID });
    instantPay.fault({ effect: { kind: 'delay', delayMs: 60 } });
    const { client, attempts } = makeClient(instantPay.url);
    await client.track(LINK_ID);
    expect(attempts()).toEqual(['ok']);
  });
});

describe('InstantPay’s clock (R24)', () => {
  const sentAt = Date.parse('2026-11-20T15:30:00+05:30');
  const answeredAt = sentAt + 5_000;

  test.each([
    ['behind by more than the call explains', '2026-11-20 15:29:50', -9_001],
    ['at the moment of sending', '2026-11-20 15:30:00', 0],
    ['while the call was under way', '2026-11-20 15:30:03', 0],
    ['at the moment of the answer', '2026-11-20 15:30:05', 0],
    ['ahead', '2026-11-20 15:30:12', 7_000],
    ['not told', '', undefined],
  ])('%s', async (_what, timestamp, skewMs) => {
    let now = sentAt;
    const { url } = await serveJson(() => {
      now = answeredAt;
      return envelopeOf(TRACKED, { timestamp });
    });
    const { client, events } = makeClient(url, { now: () => now });
    await client.track(LINK_ID);
    expect(events).toEqual([expect.objectContaining({ kind: 'ok', elapsedMs: 5_000, skewMs })]);
  });
});

test('a fault of our own is thrown as it is, and not told as a failure of InstantPay', async () => {
  const fault = new TypeError('no clock');
  const { client, events } = makeClient('http://127.0.0.1:1', {
    now: () => {
      throw fault;
    },
  });
  expect(await rejection(client.track(LINK_ID))).toBe(fault);
  expect(events).toEqual([]);
});

describe('the wait before the next attempt', () => {
  test('takes its time, so that what is away for a moment is there again', async () => {
    let away = true;
    const { url, seen } = await serve((_seen, _request, response) => {
      if (seen.length === 1) setTimeout(() => (away = false), 60);
      response.writeHead(away ? 503 : 200).end(JSON.stringify(envelopeOf(TRACKED)));
    });
    const { client } = makeClient(url, { sleep: undefined, random: () => 0.9 });
    expect(await client.track(LINK_ID)).toMatchObject({ status: 'ISSUED' });
    expect(seen).toHaveLength(2);
  });

  test('ends with the walk that it is for', async () => {
    const { url } = await serve(({ body }, _request, response) => {
      const page = Number(/"pageNumber":"(\d)"/.exec(body)?.[1]);
      if (page === 3) return void response.writeHead(429, { 'retry-after': '30' }).end();
      const records = [{ linkId: LINK_ID.replace(/^./, String(page)), status: 'ISSUED' }];
      const meta = { totalPages: 3, totalRecords: 3, currentPage: page };
      response.end(JSON.stringify(envelopeOf({ meta, records })));
    });
    const { client, attempts } = makeClient(url, { sleep: undefined, timeoutMs: 20_000 });
    const walk = client.links({});
    await walk.next();
    await walk.next();
    await vi.waitFor(() => expect(attempts()).toContain('http'));
    await walk.return({ complete: false, reason: undefined, pagesRead: 0, recordsRead: 0 });
    await vi.waitFor(() => expect(attempts()).toContain('aborted'));
  });
});

describe('without injected parts', () => {
  test('waits for real, and reads refused connections as such', async () => {
    const { client, attempts } = makeClient(`http://127.0.0.1:${await deadPort()}`, {
      sleep: undefined,
      random: () => 0.01,
    });
    expect(await rejection(client.track(LINK_ID))).toMatchObject({ kind: 'network', sent: false });
    expect(attempts()).toHaveLength(3);
  });

  test('tells of a call: what, how, and how long', async () => {
    const instantPay = await makeInstantPay();
    instantPay.addLink({ linkId: LINK_ID });
    const { client, events } = makeClient(instantPay.url);
    await client.track(LINK_ID);
    expect(events).toEqual([
      {
        type: 'attempt',
        operation: 'track',
        attempt: 1,
        kind: 'ok',
        sent: true,
        httpStatus: 200,
        statuscode: 'TXN',
        group: 'success',
        ipayUuid: expect.stringMatching(/^h0009/),
        elapsedMs: expect.any(Number),
        reason: undefined,
        skewMs: 0,
      },
    ]);
  });
});
