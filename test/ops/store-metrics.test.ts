/** Owns how the metrics of the store are read: once for a scrape, kept for a while, absent and counted when the store fails. */

import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import {
  registerStoreMetrics,
  type StoreMetricsOptions,
  type StoreState,
} from '../../src/ops/store-metrics.ts';
import { readText } from './promql.ts';

const NOW = Date.parse('2026-11-20T10:00:00+05:30');
const STATE: StoreState = {
  requests: { pending: 2, approved: 0, executing: 0, unknown: 1, unresolved: 0 },
  oldestPendingAt: NOW - 90_000,
  behind: { card: 3, digest: 0, watch: 0, home: 0 },
  watched: 4,
  openDigests: [],
  schedules: 1,
  lastDigestAt: NOW - 60_000,
  overdueSince: NOW - 30_000,
};
const FAILURES = 'payout_desk_store_metrics_failures_total';

function observed(options: Partial<StoreMetricsOptions> = {}) {
  const registry = new Registry();
  const time = { now: NOW };
  const reads = { count: 0 };
  const lines: string[] = [];
  const { read = async () => STATE } = options;
  registerStoreMetrics(registry, {
    connections: () => ({ open: 2, idle: 1, waiting: 0 }),
    clock: () => time.now,
    log: createLog('trace', [], { write: (line) => void lines.push(line) }),
    ...options,
    read() {
      reads.count += 1;
      return read();
    },
  });
  const scrape = async (): Promise<Record<string, number>> => {
    const samples = readText(await registry.metrics(), {});
    return Object.fromEntries(
      samples.map(({ name, labels, value }) => [[name, ...Object.values(labels)].join(' '), value]),
    );
  };
  return { time, reads, lines, scrape };
}

test('all gauges of a scrape come of one read', async () => {
  const { reads, scrape } = observed();
  expect(await scrape()).toMatchObject({
    'payout_desk_cancel_requests pending': 2,
    'payout_desk_cancel_requests unknown': 1,
    'payout_desk_messages_behind card': 3,
    payout_desk_oldest_pending_seconds: 90,
    payout_desk_watches: 4,
    payout_desk_digest_schedules: 1,
    payout_desk_digest_last_success_timestamp_seconds: (NOW - 60_000) / 1_000,
    payout_desk_digest_overdue_seconds: 30,
    'payout_desk_store_connections waiting': 0,
    [FAILURES]: 0,
  });
  expect(reads.count).toBe(1);
});

test('what was read is kept for 5 s; ages go on meanwhile', async () => {
  const { time, reads, scrape } = observed();
  await scrape();
  time.now += 4_999;
  expect(await scrape()).toMatchObject({ payout_desk_oldest_pending_seconds: 94.999 });
  expect(reads.count).toBe(1);
  time.now += 1;
  await scrape();
  expect(reads.count).toBe(2);
});

test('a clock that was set back does not keep it for ever', async () => {
  const { time, reads, scrape } = observed();
  await scrape();
  time.now -= 3_600_000;
  await scrape();
  expect(reads.count).toBe(2);
});

test('scrapes at once share one read, however long it takes', async () => {
  const answer = Promise.withResolvers<StoreState>();
  const { time, reads, scrape } = observed({ read: () => answer.promise, waitMs: 60_000 });
  const first = scrape();
  time.now += 10_000;
  const second = scrape();
  answer.resolve(STATE);
  expect((await first)['payout_desk_watches']).toBe(4);
  expect((await second)['payout_desk_watches']).toBe(4);
  expect(reads.count).toBe(1);
});

test('with nothing open the ages are 0', async () => {
  const none = { ...STATE, oldestPendingAt: undefined, lastDigestAt: undefined, overdueSince: undefined };
  expect(await observed({ read: async () => none }).scrape()).toMatchObject({
    payout_desk_oldest_pending_seconds: 0,
    payout_desk_digest_last_success_timestamp_seconds: 0,
    payout_desk_digest_overdue_seconds: 0,
  });
});

test('a store that fails leaves its gauges out, is counted once a scrape, and comes back', async () => {
  let isAway = false;
  const { time, lines, scrape } = observed({
    async read() {
      if (isAway) throw new Error('disk I/O error');
      return STATE;
    },
  });
  const before = Object.keys(await scrape());
  isAway = true;
  time.now += 5_000;
  const away = await scrape();
  expect(Object.keys(away).toSorted()).toEqual(
    [
      FAILURES,
      ...['open', 'idle', 'waiting'].map((state) => `payout_desk_store_connections ${state}`),
    ].toSorted(),
  );
  // The scrape shows what was counted before it; its own failure stands in the next.
  time.now += 5_000;
  await scrape();
  isAway = false;
  time.now += 5_000;
  const back = await scrape();
  expect(back[FAILURES]).toBe(2);
  expect(Object.keys(back)).toEqual(before);
  expect(lines.filter((line) => line.includes('store metrics not available'))).toHaveLength(1);
});

test('a store that does not answer costs a scrape its gauges and no more', async () => {
  const { scrape, time } = observed({ read: () => new Promise(() => {}), waitMs: 1 });
  expect(await scrape()).not.toHaveProperty('payout_desk_watches');
  time.now += 5_000;
  expect((await scrape())[FAILURES]).toBeGreaterThan(0);
});
