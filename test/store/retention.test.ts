/** Owns what is removed by age, on both engines: what ended long ago, in steps, and nothing that somebody may still need. */

import { describe, expect, test } from 'vitest';
import type { CancelRequest, RequestStatus } from '../../src/payouts/cancel/request.ts';
import { removeOld } from '../../src/payouts/retention/remove.ts';
import { DAY_MS, HOUR_MS } from '../../src/payouts/time.ts';
import type { OpenStore } from '../../src/store/database.ts';
import { makeDeps } from '../payouts/setup.ts';
import { databases, ENGINES } from './engines.ts';
import { answer, card, entry, next, NOON, request } from './samples.ts';

const KEPT_MS = 365 * DAY_MS;
const LONG_AGO = NOON - KEPT_MS - DAY_MS;

interface Made {
  id: string;
  status?: RequestStatus;
  requestedAt?: number;
  /** Its message was posted as it is now. */
  isShown?: boolean;
}

/** A batch of one, or of several, with a message of its own. */
async function make(store: OpenStore, ...all: Made[]): Promise<void> {
  const [first] = all;
  if (!first) return;
  const requests = all.map(({ id, requestedAt = LONG_AGO }) =>
    request({ id, batchId: first.id, linkId: `link ${id}`, requestedAt }),
  );
  const copy = card({ id: `card ${first.id}`, cancelRequestId: first.id });
  const opened = await store.requests.open(requests, [entry()], [copy]);
  if (!opened.opened) throw new Error('not opened');
  for (const [index, { status = 'executed' }] of all.entries()) {
    const before = opened.batch.requests.find(({ id }) => id === all[index]?.id);
    if (!before || status === 'pending') continue;
    await store.requests.save([{ before, after: ended(before, status), audit: [] }]);
  }
  if (first.isShown === false) return;
  const [held] = await store.cards.claim(first.id, NOON, 1_000);
  const version = (await store.requests.findBatch(first.id))?.version ?? 0;
  if (held) await store.cards.settle(held, { ...held, ts: '1.1', shownVersion: version, problem: undefined });
}

const ended = (before: CancelRequest, status: RequestStatus): CancelRequest =>
  next(before, { status, wakeAt: undefined });

describe.each(ENGINES)('on %s', (engine) => {
  const fresh = databases(engine);

  test('requests that ended long ago go with their messages, the audit stays', async () => {
    const database = await fresh();
    const store = await database.open();
    for (const status of ['executed', 'refused', 'rejected', 'expired', 'withdrawn'] as const)
      await make(store, { id: status, status });
    await make(store, { id: 'several-1' }, { id: 'several-2', status: 'rejected' });
    // All of these stay.
    await make(store, { id: 'lately', requestedAt: LONG_AGO + 2 * DAY_MS });
    for (const status of ['pending', 'unknown', 'unresolved'] as const)
      await make(store, { id: status, status });
    await make(store, { id: 'half-1' }, { id: 'half-2', status: 'unresolved' });
    await make(store, { id: 'behind', isShown: false });
    await make(store, { id: 'last' });
    const anchor = await store.audit.anchor();

    expect(await store.retention.removeRequests(LONG_AGO + DAY_MS, 4)).toBe(4);
    expect(await store.retention.removeRequests(LONG_AGO + DAY_MS, 4)).toBe(2);
    expect(await store.retention.removeRequests(LONG_AGO + DAY_MS, 4)).toBe(0);
    expect(await database.raw(`select id from cancel_requests order by id`)).toEqual(
      ['behind', 'half-1', 'half-2', 'last', 'lately', 'pending', 'unknown', 'unresolved'].map((id) => ({
        id,
      })),
    );
    expect(await database.raw(`select cancel_request_id as id from cards order by 1`)).toEqual(
      ['behind', 'half-1', 'last', 'lately', 'pending', 'unknown', 'unresolved'].map((id) => ({ id })),
    );
    expect(await store.audit.anchor()).toEqual(anchor);
    expect(await store.audit.verify()).toMatchObject({ intact: true });
  });

  test('a number is never given twice, though all but the last request are gone', async () => {
    const store = await (await fresh()).open();
    await make(store, { id: 'a' });
    await make(store, { id: 'b' });
    expect(await store.retention.removeRequests(NOON, 50)).toBe(1);
    expect(await store.retention.removeRequests(NOON, 50)).toBe(0);
    await make(store, { id: 'c', requestedAt: NOON });
    expect((await store.requests.findBatch('c'))?.number).toBe(1003);
  });

  test('two replicas at once remove each request once', async () => {
    const [one, other] = await (await fresh()).openTwo();
    for (let index = 0; index < 12; index += 1) await make(one, { id: `r${index}` });
    const removed = await Promise.all([
      one.retention.removeRequests(NOON, 50),
      other.retention.removeRequests(NOON, 50),
    ]);
    expect(removed.reduce((sum, each) => sum + each, 0)).toBe(11);
  });

  test('cooldowns and claims that ended go; one that was taken back, too', async () => {
    const database = await fresh();
    const store = await database.open();
    const now = engine === 'postgres' ? Date.now() : NOON;
    await store.cooldowns.claim('running', now, 2 * HOUR_MS);
    const taken = await store.cooldowns.claim('taken back', now, HOUR_MS);
    if (taken.claimed) await store.cooldowns.release('taken back', taken.token);
    expect(await store.cooldowns.claim('taken back', now, 0)).toMatchObject({ claimed: true, token: 2 });
    expect(await store.retention.removeCooldowns(now + HOUR_MS, 50)).toBe(1);
    expect(await database.raw('select key from cooldowns')).toEqual([{ key: 'running' }]);
  });

  test('answers about transactions go when nobody asked since', async () => {
    const database = await fresh();
    const store = await database.open();
    const query = (externalRef: string) => ({ externalRef, date: '2025-01-01', aeps: false });
    await store.transactions.claim(query('old'), LONG_AGO, 0);
    await store.transactions.answer(query('old'), answer(), LONG_AGO);
    await store.transactions.claim(query('new'), NOON, 0);
    await store.transactions.claim(query('taken back'), NOON, 0);
    await store.transactions.release(query('taken back'), NOON);
    expect(await store.retention.removeTransactions(NOON - DAY_MS, 50)).toBe(2);
    expect(await store.transactions.find(query('old'))).toBeUndefined();
    expect(await store.transactions.find(query('new'))).toMatchObject({ askedAt: NOON });
    expect(await database.raw('select asked_at from transactions')).toHaveLength(1);
  });
});

test('one replica an hour, by KEEP_FINISHED', async () => {
  const asked: [string, number][] = [];
  let left = 120;
  const retention = {
    removeRequests: async (before: number, limit: number) => {
      asked.push(['requests', before]);
      const removed = Math.min(left, limit);
      left -= removed;
      return removed;
    },
    removeCooldowns: async (before: number) => (asked.push(['cooldowns', before]), 0),
    removeTransactions: async (before: number) => (asked.push(['transactions', before]), 0),
  };
  const deps = makeDeps();
  const now = deps.clock();
  await Promise.all([removeOld(deps, retention), removeOld(deps, retention)]);
  const before = now - deps.settings.keepFinishedMs;
  expect(asked).toEqual([
    ['requests', before],
    ['requests', before],
    ['requests', before],
    ['transactions', before],
    ['cooldowns', now - DAY_MS],
  ]);
});
