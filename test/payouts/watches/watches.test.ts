/** Owns the rules of watching: who may, what is said at once, when InstantPay is asked, and what the watchers are told. */

import { describe, expect, test } from 'vitest';
import { Forbidden, Refused, Unavailable } from '../../../src/errors.ts';
import { lookAt } from '../../../src/payouts/watches/look.ts';
import {
  askLater,
  isWatching,
  myWatches,
  stopWatching,
  watchLink,
  watchTransaction,
} from '../../../src/payouts/watches/start.ts';
import type { WatchMessage } from '../../../src/payouts/watches/port.ts';
import {
  nextLookAtLink,
  nextLookAtTransaction,
  spreadAfterWindow,
  spreadOf,
  SPREAD_MS,
  tellingOf,
  WATCHES_EACH,
  WATCHES_IN_ALL,
} from '../../../src/payouts/watches/watch.ts';
import { ALL_FULL, tooManyWatches } from '../../../src/payouts/watches/words.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { checkTransaction } from '../../../src/payouts/transactions/check.ts';
import { FUTURE_TIME } from '../../../src/payouts/transactions/words.ts';
import { newWatch, watcher, watchStep } from '../../store/samples-watches.ts';
import {
  auditOf,
  EVERY_STATUS,
  LINK,
  MAKER,
  makeDeps,
  NOON,
  only,
  policy,
  SECOND,
  STRANGER,
  type TestDeps,
  tracked,
} from '../setup.ts';
import { answer, DAY, PENDING, REFUSED, UNREACHABLE } from '../transactions/queries.ts';

const LEASE = 60_000;
const QUERY = { externalRef: 'ORDER-1', date: DAY, aeps: false };
const SUBJECT = { kind: 'link', linkId: LINK } as const;
const at = (day: string, time: string) => Date.parse(`${day}T${time}+05:30`);

/** What a round of the job does at this moment; returns how many looks there were. */
async function look(deps: TestDeps): Promise<number> {
  const due = await deps.store.watches.due(deps.clock(), 99);
  for (const key of due) {
    const watch = await deps.store.watches.claim(key, deps.clock(), LEASE);
    if (watch) await lookAt(deps, watch);
  }
  return due.length;
}

/** What was told since, and is told no more. */
async function told(deps: TestDeps): Promise<WatchMessage[]> {
  const messages: WatchMessage[] = [];
  for (const id of await deps.store.watches.dueMessages(deps.clock(), 999)) {
    const message = await deps.store.watches.claimMessage(id, deps.clock(), LEASE);
    if (!message) continue;
    await deps.store.watches.finish(message, '1.1', deps.clock());
    messages.push(message);
  }
  return messages;
}

const newsOf = async (deps: TestDeps) => (await told(deps)).map(({ news, userId }) => [news, userId]);

async function dueAt(deps: TestDeps): Promise<number> {
  let low = deps.clock();
  let high = low + 30 * DAY_MS;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await deps.store.watches.due(middle, 1)).length > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

describe('a link', () => {
  test.each(EVERY_STATUS)('%s: watched unless it is final', async (status) => {
    const deps = makeDeps({ script: { track: tracked({ status }) } });
    const { kind } = await watchLink(deps, MAKER, LINK);
    const isFinal = ['CLAIMED', 'CANCELLED', 'EXPIRED'].includes(status);
    expect(kind).toBe(isFinal ? 'final' : 'started');
    expect(await isWatching(deps, MAKER, SUBJECT)).toBe(!isFinal);
    expect(auditOf(deps).map(({ action }) => action)).toEqual(isFinal ? [] : ['watch.started']);
  });

  test('every ten minutes, hourly after six hours, and often again once somebody joins', async () => {
    const deps = makeDeps();
    await watchLink(deps, MAKER, LINK);
    expect(await dueAt(deps)).toBe(NOON + 10 * MINUTE_MS);
    deps.time.now = NOON + 6 * HOUR_MS - 1;
    await look(deps);
    expect(await dueAt(deps)).toBe(deps.clock() + 10 * MINUTE_MS);
    deps.time.now += 10 * MINUTE_MS;
    await look(deps);
    expect(await dueAt(deps)).toBe(deps.clock() + HOUR_MS);
    await watchLink(deps, SECOND, LINK);
    expect(await dueAt(deps)).toBe(deps.clock() + 10 * MINUTE_MS);
    expect(nextLookAtLink(NOON, NOON - 6 * HOUR_MS)).toBe(NOON + HOUR_MS);
    expect(nextLookAtLink(NOON, NOON - 6 * HOUR_MS + 1)).toBe(NOON + 10 * MINUTE_MS);
  });

  test.each([
    ['CLAIMED', 'final'],
    ['CANCELLED', 'final'],
    ['EXPIRED', 'final'],
    ['ISSUED', 'returned'],
    ['UNKNOWN', undefined],
    ['PROCESSING', undefined],
  ] as const)('from PROCESSING to %s: %s', async (status, news) => {
    const deps = makeDeps({ script: { track: tracked({ status: 'PROCESSING' }) } });
    await watchLink(deps, MAKER, LINK);
    await watchLink(deps, SECOND, LINK);
    deps.gateway.script.track = tracked({ status });
    deps.time.now += 10 * MINUTE_MS;
    await look(deps);
    const messages = await told(deps);
    expect(messages.map(({ news: what, userId }) => [what, userId])).toEqual(
      news ? [MAKER, SECOND].map(({ userId }) => [news, userId]) : [],
    );
    for (const message of messages) {
      expect(message).toMatchObject({ before: 'PROCESSING', watchedSince: NOON, facts: { state: status } });
      expect(message.facts.name).toBe('Asha Rao');
    }
    expect(await isWatching(deps, MAKER, SUBJECT)).toBe(news !== 'final');
    // The same state again is no change.
    deps.time.now += 10 * MINUTE_MS;
    await look(deps);
    expect(await told(deps)).toEqual([]);
  });

  test('ISSUED to PROCESSING is no end: shown in the list, not told', async () => {
    const deps = makeDeps();
    await watchLink(deps, MAKER, LINK);
    deps.gateway.script.track = tracked({
      status: 'PROCESSING',
      activity: [
        {
          text: 'Claimed',
          at: NOON + MINUTE_MS,
          orderId: 'O1',
          accountType: undefined,
          accountNumber: undefined,
          accountIfsc: undefined,
        },
      ],
    });
    deps.time.now += 10 * MINUTE_MS;
    await look(deps);
    expect(await told(deps)).toEqual([]);
    expect(await myWatches(deps, MAKER)).toMatchObject([
      { facts: { state: 'PROCESSING', stateSince: deps.clock(), claimedAt: NOON + MINUTE_MS } },
    ]);
  });

  test('a status that is not known stands for nothing: back to ISSUED after it is a failed payout', async () => {
    const deps = makeDeps({ script: { track: tracked({ status: 'PROCESSING' }) } });
    await watchLink(deps, MAKER, LINK);
    for (const status of ['UNKNOWN', 'ISSUED'] as const) {
      deps.gateway.script.track = tracked({ status });
      deps.time.now += 10 * MINUTE_MS;
      await look(deps);
    }
    expect(await newsOf(deps)).toEqual([['returned', MAKER.userId]]);
  });

  test('a look-up that fails comes again after ten minutes for six hours, then hourly; one that answers ends that', async () => {
    const deps = makeDeps();
    await watchLink(deps, MAKER, LINK);
    deps.time.now += 8 * HOUR_MS;
    await look(deps);
    deps.gateway.script.track = new Unavailable('InstantPay is away.');
    deps.time.now += HOUR_MS;
    const failingSince = deps.clock();
    await look(deps);
    expect(await dueAt(deps)).toBe(failingSince + 10 * MINUTE_MS);
    deps.time.now = failingSince + 6 * HOUR_MS - 1;
    await look(deps);
    expect(await dueAt(deps)).toBe(deps.clock() + 10 * MINUTE_MS);
    deps.time.now += 10 * MINUTE_MS;
    await look(deps);
    expect(await dueAt(deps)).toBe(deps.clock() + HOUR_MS);
    deps.gateway.script.track = tracked();
    deps.time.now += HOUR_MS;
    await look(deps);
    expect(await dueAt(deps)).toBe(deps.clock() + HOUR_MS);
    deps.gateway.script.track = new Unavailable('InstantPay is away.');
    deps.time.now += HOUR_MS;
    await look(deps);
    expect(await dueAt(deps)).toBe(deps.clock() + 10 * MINUTE_MS);
  });

  test('look-ups that fail are told after a day, once; then nothing until one answers', async () => {
    const deps = makeDeps();
    await watchLink(deps, MAKER, LINK);
    deps.gateway.script.track = new Unavailable('InstantPay is away.');
    const news: unknown[] = [];
    for (let hour = 0; hour < 60; hour += 1) {
      deps.time.now += HOUR_MS;
      await look(deps);
      for (const one of await newsOf(deps)) news.push([hour, ...one]);
    }
    expect(news).toEqual([[24, 'failing', MAKER.userId]]);
    deps.gateway.script.track = tracked();
    deps.time.now += HOUR_MS;
    await look(deps);
    expect((await myWatches(deps, MAKER))[0]?.failing).toBeUndefined();
  });

  test('at the end of WATCH_FOR each watcher is told that it is over, by their own time', async () => {
    const deps = makeDeps({ settings: { watchForMs: 14 * DAY_MS } });
    await watchLink(deps, MAKER, LINK);
    deps.time.now += 3 * DAY_MS;
    await watchLink(deps, SECOND, LINK);
    deps.time.now = NOON + 14 * DAY_MS - 1;
    await look(deps);
    expect(await told(deps)).toEqual([]);
    deps.time.now += 1;
    await look(deps);
    expect(await newsOf(deps)).toEqual([['over', MAKER.userId]]);
    expect(await isWatching(deps, SECOND, SUBJECT)).toBe(true);
    deps.time.now += 3 * DAY_MS;
    await look(deps);
    expect(await newsOf(deps)).toEqual([['over', SECOND.userId]]);
    expect(await look(deps)).toBe(0);
    expect(auditOf(deps).filter(({ action }) => action === 'watch.ended')).toHaveLength(2);
  });
});

describe('who watches', () => {
  test('nobody without the right to look', async () => {
    const deps = makeDeps({ script: { transaction: PENDING } });
    for (const work of [
      () => watchLink(deps, STRANGER, LINK),
      () => watchTransaction(deps, STRANGER, QUERY),
      () => askLater(deps, STRANGER, QUERY),
      () => stopWatching(deps, STRANGER, SUBJECT),
      () => myWatches(deps, STRANGER),
    ])
      await expect(work()).rejects.toThrow(Forbidden);
    expect(auditOf(deps).map(({ action, subject }) => [action, subject])).toEqual([
      ['access.refused', 'watch.start'],
      ['access.refused', 'watch.start'],
      ['access.refused', 'watch.start'],
      ['access.refused', 'watch.stop'],
      ['access.refused', 'watch.list'],
    ]);
    expect(deps.gateway.calls.track).toEqual([]);
  });

  test('who lost the right is told nothing, and their watch ends; the others are looked at and told', async () => {
    const people: Record<string, 'member' | 'deactivated'> = {};
    const deps = makeDeps({ people });
    await watchLink(deps, MAKER, LINK);
    await watchLink(deps, SECOND, LINK);
    people[MAKER.userId] = 'deactivated';
    deps.gateway.script.track = tracked({ status: 'CLAIMED' });
    deps.time.now += 10 * MINUTE_MS;
    await look(deps);
    expect(await newsOf(deps)).toEqual([['final', SECOND.userId]]);
    const ended = auditOf(deps).filter(({ action }) => action === 'watch.ended');
    expect(ended).toMatchObject([
      { affectedUserId: MAKER.userId, outcome: 'deactivated' },
      { affectedUserId: SECOND.userId, statusAfter: 'CLAIMED' },
    ]);
  });

  test('the last one who may not look ends the watch, and InstantPay is not asked', async () => {
    const deps = makeDeps();
    await watchLink(deps, MAKER, LINK);
    const calls = deps.gateway.calls.track.length;
    deps.policy = policy({ look: only(SECOND.userId) });
    deps.time.now += HOUR_MS;
    await look(deps);
    expect(deps.gateway.calls.track).toHaveLength(calls);
    expect(await look(deps)).toBe(0);
    expect(await told(deps)).toEqual([]);
  });

  test('Slack does not say who they are: the watch goes on', async () => {
    const people: Record<string, 'member' | Error> = {};
    const deps = makeDeps({ people });
    await watchLink(deps, MAKER, LINK);
    people[MAKER.userId] = new Unavailable('Slack is away.');
    deps.time.now += HOUR_MS;
    await look(deps);
    people[MAKER.userId] = 'member';
    expect(await isWatching(deps, MAKER, SUBJECT)).toBe(true);
  });

  test('at most fifty each and five thousand in all, said in one sentence', async () => {
    const deps = makeDeps();
    const fill = async (userId: string, from: number, to: number) => {
      for (let index = from; index < to; index += 1) {
        const subject = { kind: 'link', linkId: index.toString(16).padStart(24, '0') } as const;
        const limits = { each: WATCHES_IN_ALL, inAll: WATCHES_IN_ALL };
        await deps.store.watches.start(
          newWatch({ subject, id: `w${index}` }),
          watcher({ userId }),
          limits,
          [],
        );
      }
    };
    await fill(MAKER.userId, 0, WATCHES_EACH);
    await expect(watchLink(deps, MAKER, LINK)).rejects.toThrow(new Refused(tooManyWatches(WATCHES_EACH)));
    await fill('U_OTHERS', WATCHES_EACH, WATCHES_IN_ALL);
    await expect(watchLink(deps, SECOND, LINK)).rejects.toThrow(new Refused(ALL_FULL));
    expect(auditOf(deps)).toEqual([]);
  }, 60_000);

  test('what is stopped is not looked at, and stopped once', async () => {
    const deps = makeDeps();
    await watchLink(deps, MAKER, LINK);
    expect(await stopWatching(deps, MAKER, SUBJECT)).toBe(true);
    expect(await stopWatching(deps, MAKER, SUBJECT)).toBe(false);
    deps.time.now += DAY_MS;
    expect(await look(deps)).toBe(0);
    expect(auditOf(deps).map(({ action }) => action)).toEqual(['watch.started', 'watch.stopped']);
  });
});

describe('a transaction', () => {
  test('asked every four hours whatever two watchers do, until it is final (R12)', async () => {
    const deps = makeDeps({ script: { transaction: PENDING } });
    await watchTransaction(deps, MAKER, QUERY);
    deps.time.now += HOUR_MS;
    await watchTransaction(deps, SECOND, QUERY);
    expect(deps.gateway.calls.transaction).toHaveLength(1);
    const asked: number[] = [];
    let calls = 1;
    for (let minute = 0; minute < 24 * 60; minute += 5) {
      deps.time.now += 5 * MINUTE_MS;
      await look(deps);
      if (deps.gateway.calls.transaction.length > calls) asked.push(deps.clock());
      calls = deps.gateway.calls.transaction.length;
    }
    expect(await told(deps)).toEqual([]);
    for (const [index, moment] of asked.entries())
      expect(moment - (asked[index - 1] ?? NOON)).toBeGreaterThanOrEqual(4 * HOUR_MS);
    expect(asked.length).toBeGreaterThanOrEqual(4);
    deps.gateway.script.transaction = answer();
    deps.time.now += 5 * HOUR_MS;
    await look(deps);
    expect(await newsOf(deps)).toEqual([
      ['final', MAKER.userId],
      ['final', SECOND.userId],
    ]);
    expect(await look(deps)).toBe(0);
  });

  test('an outcome that somebody else asked for is told at once, without another query', async () => {
    const deps = makeDeps({ script: { transaction: PENDING } });
    await watchTransaction(deps, MAKER, QUERY);
    deps.time.now += 4 * HOUR_MS - 1;
    deps.gateway.script.transaction = answer({ outcome: 'failed', transactionStatusCode: 'ERR' });
    deps.time.now += 1;
    await checkTransaction(deps, SECOND, { ...QUERY, time: undefined, checkNow: true });
    await look(deps);
    expect(await newsOf(deps)).toEqual([['final', MAKER.userId]]);
    expect(deps.gateway.calls.transaction).toHaveLength(2);
  });

  test('final already: said at once, not watched', async () => {
    const deps = makeDeps({ script: { transaction: answer() } });
    expect(await watchTransaction(deps, MAKER, QUERY)).toMatchObject({ kind: 'final' });
    expect(await myWatches(deps, MAKER)).toEqual([]);
  });

  test('made today at an unknown time: asked by itself after half an hour', async () => {
    const deps = makeDeps({ script: { transaction: PENDING } });
    await watchTransaction(deps, MAKER, { ...QUERY, date: '2026-11-20' });
    expect(deps.gateway.calls.transaction).toEqual([]);
    deps.time.now += 30 * MINUTE_MS - 1;
    expect(await look(deps)).toBe(0);
    deps.time.now += 1;
    expect(await look(deps)).toBe(1);
    expect(deps.gateway.calls.transaction).toHaveLength(1);
  });

  test('made ten minutes ago: asked half an hour after it was made', async () => {
    const deps = makeDeps({ script: { transaction: PENDING } });
    const query = { ...QUERY, date: '2026-11-20' };
    expect(await watchTransaction(deps, MAKER, query, '11:50')).toMatchObject({
      kind: 'started',
      dueAt: NOON + 30 * MINUTE_MS,
    });
    expect(deps.gateway.calls.transaction).toEqual([]);
    await expect(watchTransaction(deps, MAKER, query, '12:30')).rejects.toThrow(FUTURE_TIME);
    deps.time.now = NOON + 30 * MINUTE_MS;
    await look(deps);
    expect(deps.gateway.calls.transaction).toHaveLength(1);
  });

  test('never between 23:30 and 00:30, and not all at its end', async () => {
    const deps = makeDeps({ script: { transaction: PENDING } });
    // Their rhythm ends within the window.
    deps.time.now = at('2026-11-20', '20:00:00');
    for (let index = 0; index < 40; index += 1)
      await watchTransaction(deps, MAKER, { ...QUERY, externalRef: `ORDER-${index}` });
    expect(deps.gateway.calls.transaction).toHaveLength(40);
    const end = at('2026-11-21', '00:30:00');
    const minutes: number[] = [];
    for (deps.time.now = end - HOUR_MS; deps.time.now < end + HOUR_MS; deps.time.now += MINUTE_MS)
      if ((await look(deps)) > 0) minutes.push(deps.clock());
    expect(deps.gateway.calls.transaction).toHaveLength(80);
    expect(minutes.length).toBeGreaterThan(8);
    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(end);
    expect(Math.max(...minutes)).toBeLessThanOrEqual(end + SPREAD_MS);
  });

  test.each([
    ['unreachable', UNREACHABLE],
    ['refused', REFUSED],
  ] as const)('%s queries are told after a day, once', async (_name, script) => {
    const deps = makeDeps({ script: { transaction: script } });
    await watchTransaction(deps, MAKER, QUERY);
    const news: unknown[] = [];
    for (let step = 0; step < 40; step += 1) {
      deps.time.now += HOUR_MS;
      await look(deps);
      news.push(...(await newsOf(deps)));
    }
    expect(news).toEqual([['failing', MAKER.userId]]);
    expect(deps.gateway.calls.transaction.length).toBeLessThan(60);
  });

  test('a mobile number as reference is masked in the audit (R14)', async () => {
    const deps = makeDeps({ script: { transaction: PENDING } });
    await watchTransaction(deps, MAKER, { ...QUERY, externalRef: '9876543210' });
    expect(JSON.stringify(auditOf(deps))).not.toContain('9876543210');
    expect(auditOf(deps).at(-1)).toMatchObject({ action: 'watch.started', reference: '******3210' });
  });
});

describe('a check that is put off', () => {
  test('is asked once after the window, told once, and over', async () => {
    const deps = makeDeps({ script: { transaction: PENDING } });
    deps.time.now = at('2026-11-20', '23:45:00');
    expect(await askLater(deps, MAKER, QUERY)).toMatchObject({ kind: 'started' });
    expect(await askLater(deps, MAKER, QUERY)).toMatchObject({ kind: 'already' });
    expect(deps.gateway.calls.transaction).toEqual([]);
    const due = await dueAt(deps);
    const end = at('2026-11-21', '00:30:00');
    expect(due).toBeGreaterThanOrEqual(end);
    expect(due).toBeLessThan(end + SPREAD_MS);
    deps.time.now = due;
    await look(deps);
    expect(await newsOf(deps)).toEqual([['answer', MAKER.userId]]);
    deps.time.now += 3 * DAY_MS;
    expect(await look(deps)).toBe(0);
    expect(deps.gateway.calls.transaction).toHaveLength(1);
  });

  test('who watches as well goes on watching after somebody else’s answer', async () => {
    const deps = makeDeps({ script: { transaction: PENDING } });
    deps.time.now = at('2026-11-20', '23:45:00');
    await watchTransaction(deps, SECOND, QUERY);
    await askLater(deps, MAKER, QUERY);
    deps.time.now = await dueAt(deps);
    await look(deps);
    expect(await newsOf(deps)).toEqual([['answer', MAKER.userId]]);
    expect(await isWatching(deps, SECOND, { kind: 'transaction', query: QUERY })).toBe(true);
  });

  test('pressed after the window: asked at once', async () => {
    const deps = makeDeps({ script: { transaction: PENDING } });
    expect(await askLater(deps, MAKER, QUERY)).toMatchObject({ kind: 'final', report: { kind: 'fresh' } });
    expect(await myWatches(deps, MAKER)).toEqual([]);
  });
});

describe('the pure parts', () => {
  test('what falls on the end of the window, or into it, is spread over some minutes; nothing else is moved', () => {
    const end = at('2026-11-21', '00:30:00');
    for (const moment of [at('2026-11-20', '23:30:00'), end - 1, end]) {
      expect(spreadAfterWindow(moment, 0)).toBe(end);
      expect(spreadAfterWindow(moment, 0.5)).toBe(end + SPREAD_MS / 2);
    }
    expect(spreadAfterWindow(end + MINUTE_MS, 0.9)).toBe(end + MINUTE_MS);
    expect(nextLookAtTransaction(NOON, NOON - DAY_MS, 0.5)).toBe(NOON + 30 * MINUTE_MS);
    expect(nextLookAtTransaction(NOON, NOON + DAY_MS, 0.5)).toBe(NOON + DAY_MS);
    const spreads = Array.from({ length: 500 }, (_none, index) => spreadOf(`transaction ${index}`));
    expect(Math.min(...spreads)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...spreads)).toBeLessThan(1);
    // No minute of the twenty gets more than three times its share.
    const each = Array.from(
      { length: 20 },
      (_none, minute) => spreads.filter((spread) => Math.floor(spread * 20) === minute).length,
    );
    expect(Math.max(...each)).toBeLessThan(75);
    expect(new Set(spreads).size).toBeGreaterThan(490);
  });

  test.each([
    [{ news: 'final' }, {}, { news: 'final', ends: true }],
    [{ news: 'unreadable' }, { once: true }, { news: 'unreadable', ends: true }],
    [{ news: 'final' }, { once: true }, { news: 'answer', ends: true }],
    [{ news: 'returned' }, {}, { news: 'returned', ends: false }],
    [{ news: 'returned' }, { until: NOON }, { news: 'returned', ends: false }],
    [{ askedAt: NOON }, { once: true, since: NOON }, { news: 'answer', ends: true }],
    [{ askedAt: NOON }, { once: true, since: NOON + 1 }, { news: undefined, ends: false }],
    [{ askedAt: NOON }, {}, { news: undefined, ends: false }],
    [{}, { until: NOON }, { news: 'over', ends: true }],
    [{}, { until: NOON, once: true }, { news: 'over', ends: true }],
    [{}, { until: NOON + 1 }, { news: undefined, ends: false }],
  ] as const)('a step %j for a watcher %j: %j', (step, given, expected) => {
    const since = NOON - HOUR_MS;
    expect(
      tellingOf(watcher({ since, until: NOON + HOUR_MS, ...given }), watchStep({ at: NOON, ...step })),
    ).toEqual(expected);
  });
});
