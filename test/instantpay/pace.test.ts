/** Owns how InstantPay is spared: fewer pages at once when it has too much to do, more again while it answers. */

import { describe, expect, test } from 'vitest';
import { InstantPayError } from '../../src/instantpay/errors.ts';
import { createPace } from '../../src/instantpay/pace.ts';
import { envelopeOf, LINK_ID, makeClient, rejection, serve } from './setup.ts';
import { COMPLETE, listOf, pageOf, recordOf, walk } from './walk-upstream.ts';

const MINUTE_MS = 60_000;

function paced(concurrency = 8) {
  const time = { now: 0 };
  const slept: number[] = [];
  const changes: [from: number, to: number][] = [];
  const pace = createPace(
    {
      concurrency,
      timeoutMs: 20_000,
      now: () => time.now,
      sleep: async (durationMs) => {
        slept.push(durationMs);
        time.now += durationMs;
      },
    },
    (from, to) => changes.push([from, to]),
  );
  const answer = (times: number): void => {
    for (let each = 0; each < times; each += 1) pace.attempt()(undefined);
  };
  const fail = (facts: Partial<InstantPayError> = { httpStatus: 503 }): void =>
    pace.attempt()(failure(facts));
  return { pace, time, slept, changes, answer, fail };
}

function failure(facts: Partial<InstantPayError>): InstantPayError {
  return new InstantPayError({ kind: 'http', operation: 'list', sent: true, transient: true, ...facts });
}

/** Work that is under way until told. */
function work() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const state = { started: false, finish: resolve };
  return { state, run: () => ((state.started = true), promise) };
}

/** How many of so many pieces of work are under way together. */
async function underway(pace: ReturnType<typeof createPace>, amount: number): Promise<number> {
  const all = Array.from({ length: amount }, work);
  const done = all.map(({ run }) => pace.run(run, undefined));
  await new Promise((resolve) => setImmediate(resolve));
  const started = all.filter(({ state }) => state.started).length;
  for (const { state } of all) state.finish();
  await Promise.all(done);
  return started;
}

describe('pages at once', () => {
  test('are as many as configured, and all get their turn', async () => {
    const { pace } = paced(3);
    expect(await underway(pace, 10)).toBe(3);
    expect(await underway(pace, 2)).toBe(2);
  });

  test.each([
    ['HTTP 429', { httpStatus: 429 }],
    ['HTTP 500', { httpStatus: 500 }],
    ['HTTP 503', { httpStatus: 503 }],
    ['no answer in time', { kind: 'timeout' }],
  ] as const)('are halved at %s, down to one', async (_what, facts) => {
    const { pace, changes, fail } = paced();
    for (let times = 0; times < 5; times += 1) fail(facts);
    expect(changes).toEqual([
      [8, 4],
      [4, 2],
      [2, 1],
    ]);
    expect(await underway(pace, 4)).toBe(1);
  });

  test.each([
    ['a refusal', { kind: 'code', httpStatus: 200 }],
    ['HTTP 404', { httpStatus: 404 }],
    ['a connection that was refused', { kind: 'network', sent: false }],
    ['no connection in time', { kind: 'timeout', sent: false }],
    ['a call that was stopped', { kind: 'aborted' }],
  ] as const)('stay at %s', (_what, facts) => {
    const { changes, fail } = paced();
    fail(facts);
    expect(changes).toEqual([]);
  });

  test('are halved once for what was under way together', () => {
    const { pace, changes, fail } = paced();
    const together = Array.from({ length: 8 }, () => pace.attempt());
    for (const tell of together) tell(failure({ httpStatus: 503 }));
    expect(changes).toEqual([[8, 4]]);
    fail();
    expect(changes.at(-1)).toEqual([4, 2]);
  });

  test('grow by one after ten answers in a row, up to as many as configured', () => {
    const { changes, fail, answer } = paced(4);
    fail();
    fail();
    answer(9);
    expect(changes).toHaveLength(2);
    answer(1);
    expect(changes.at(-1)).toEqual([1, 2]);
    answer(9);
    fail({ httpStatus: 429 });
    answer(9);
    expect(changes.at(-1)).toEqual([2, 1]);
    answer(100);
    expect(changes.at(-1)).toEqual([3, 4]);
  });

  test('of several walks wait for the same turn, and start when there is room', async () => {
    const { pace, fail, answer } = paced(2);
    fail();
    const [first, second] = [work(), work()];
    const both = [pace.run(first.run, undefined), pace.run(second.run, undefined)];
    await new Promise((resolve) => setImmediate(resolve));
    expect([first.state.started, second.state.started]).toEqual([true, false]);
    answer(10);
    await new Promise((resolve) => setImmediate(resolve));
    expect(second.state.started).toBe(true);
    first.state.finish();
    second.state.finish();
    await Promise.all(both);
  });

  test('give their place back when they fail', async () => {
    const { pace } = paced(1);
    const failed = pace.run(() => Promise.reject(new Error('no page')), undefined);
    expect(await rejection(failed)).toMatchObject({ message: 'no page' });
    expect(await underway(pace, 1)).toBe(1);
  });
});

describe('a page whose answer is here', () => {
  test('gives its place to the next one while it is read, once', async () => {
    const { pace } = paced(2);
    const reading = work();
    const read = pace.run((place) => {
      place.release();
      place.release();
      return reading.run();
    }, undefined);
    expect(await underway(pace, 5)).toBe(2);
    reading.state.finish();
    await read;
    expect(await underway(pace, 5)).toBe(2);
  });

  test('waits for a place again before it is asked for again', async () => {
    const { pace } = paced(1);
    const other = work();
    const order: string[] = [];
    const again = pace.run(async (place) => {
      await place.take();
      place.release();
      await place.take();
      order.push('asked again');
    }, undefined);
    const done = pace.run(() => (order.push('the other'), other.run()), undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['the other']);
    other.state.finish();
    await Promise.all([again, done]);
    expect(order).toEqual(['the other', 'asked again']);
    expect(await underway(pace, 3)).toBe(1);
  });
});

describe('Retry-After', () => {
  test('holds the pages of every walk back', async () => {
    const { pace, slept, time, fail } = paced();
    fail({ httpStatus: 429, retryAfterMs: 30_000 });
    time.now += 10_000;
    expect(await pace.run(async () => time.now, undefined)).toBe(30_000);
    expect(slept).toEqual([20_000]);
    await pace.run(async () => undefined, undefined);
    expect(slept).toHaveLength(1);
  });

  test('the later one counts', async () => {
    const { pace, slept, fail } = paced();
    fail({ httpStatus: 429, retryAfterMs: 30_000 });
    fail({ httpStatus: 503, retryAfterMs: 1_000 });
    await pace.run(async () => undefined, undefined);
    expect(slept).toEqual([30_000]);
  });

  test('longer than a call may take: nothing is sent, until its time has come', async () => {
    const { pace, slept, time, fail } = paced();
    fail({ httpStatus: 429, retryAfterMs: MINUTE_MS });
    let sent = 0;
    const run = () => pace.run(async () => (sent += 1), undefined);
    expect(await rejection(run())).toMatchObject({ httpStatus: 429, sent: false, retryAfterMs: MINUTE_MS });
    expect([sent, slept]).toEqual([0, []]);
    time.now += MINUTE_MS;
    await run();
    expect(sent).toBe(1);
  });

  test('of a day is not believed', async () => {
    const { pace, time, fail } = paced();
    fail({ httpStatus: 429, retryAfterMs: 24 * 60 * MINUTE_MS });
    time.now += 5 * MINUTE_MS;
    expect(await pace.run(async () => 'read', undefined)).toBe('read');
  });
});

describe('a walk', () => {
  test('presses InstantPay less after each 503, and reads the list all the same', async () => {
    const failing = new Set([3, 14]);
    const { url } = await serve(({ body }, _request, response) => {
      const page = pageOf(body);
      if (failing.delete(page)) return void response.writeHead(503).end();
      const answer = listOf(200, 10, { totalPages: 20, totalRecords: 200 })(page);
      const records = 'records' in answer ? answer.records.map(recordOf) : [];
      setTimeout(() => response.end(JSON.stringify(envelopeOf({ ...answer, records }))), 5);
    });
    const { end, paces, client } = await walk(url, { concurrency: 8 });
    expect(end).toMatchObject({ ...COMPLETE, recordsRead: 200 });
    const slower = paces.filter((to, index) => to < (paces[index - 1] ?? 8));
    expect(paces[0]).toBe(4);
    expect(slower).toHaveLength(2);
    // Kept by the client: the next walk begins where this one ended.
    const before = paces.length;
    for await (const page of client.links({})) void page;
    expect(paces[before]).toBe((paces[before - 1] ?? 0) + 1);
  });

  test('whose client was told to wait waits before its first page', async () => {
    let told = false;
    const { url } = await serve((_seen, _request, response) => {
      const body = JSON.stringify(envelopeOf({ records: [] }));
      if (told) return void response.end(body);
      told = true;
      response.writeHead(429, { 'retry-after': '30' }).end();
    });
    const { client, slept } = makeClient(url, { now: () => 0, timeoutMs: 10_000 });
    // Longer than this call may take, so it ends.
    expect(await rejection(client.track(LINK_ID))).toMatchObject({ httpStatus: 429 });
    expect(await client.links({}).next()).toMatchObject({ done: true, value: { complete: false } });
    expect(slept).toEqual([]);
    const patient = makeClient(url, { now: () => 0, timeoutMs: 20_000 });
    told = false;
    expect(await patient.client.cancel(LINK_ID)).toMatchObject({ kind: 'unknown' });
    expect(await patient.client.links({}).next()).toMatchObject({ done: false });
    expect(patient.slept).toEqual([30_000]);
  });
});
