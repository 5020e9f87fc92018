/**
 * Owns the metrics that the store knows: counted when they are scraped, kept for some seconds. A store that does not answer
 * never fails a scrape: then these metrics are absent, and a counter says so.
 */

import { Counter, Gauge, type Registry } from 'prom-client';
import { withDeadline } from '../deadline.ts';
import { atMostOnceAMinute } from '../log-rate.ts';
import type { Log } from '../log.ts';
import { MESSAGE_KINDS, OPEN_STATUSES, type OpenWork } from '../payouts/open-work.ts';
import type { Clock } from '../payouts/time.ts';

/** What is read for one scrape. */
export interface StoreState extends OpenWork {
  schedules: number;
  /** When the last digest was posted; undefined when none was. */
  lastDigestAt: number | undefined;
  /** Since when the longest overdue digest is due. */
  overdueSince: number | undefined;
}

interface Connections {
  open: number;
  idle: number;
  waiting: number;
}

export interface StoreMetricsOptions {
  read: () => Promise<StoreState>;
  connections: () => Connections;
  clock: Clock;
  log: Log;
  /** How long what was read is good for; default 5 s. */
  keptMs?: number | undefined;
  /** How long a scrape waits for the store; default 2 s. */
  waitMs?: number;
}

type Read = () => Promise<StoreState | undefined>;

export function registerStoreMetrics(registry: Registry, options: StoreMetricsOptions): void {
  const registers = [registry];
  const failures = new Counter({
    name: 'payout_desk_store_metrics_failures_total',
    help: 'Scrapes without the metrics of the store, since it did not answer',
    registers,
  });
  const read = readSometimes(options, failures);
  const { clock } = options;
  const gauges = (at: StoreState): [(typeof SINGLE)[number]['name'], number][] => [
    ['payout_desk_oldest_pending_seconds', ageOf(at.oldestPendingAt, clock())],
    ['payout_desk_watches', at.watched],
    ['payout_desk_digest_schedules', at.schedules],
    ['payout_desk_digest_last_success_timestamp_seconds', (at.lastDigestAt ?? 0) / 1_000],
    ['payout_desk_digest_overdue_seconds', ageOf(at.overdueSince, clock())],
  ];
  for (const { name, help } of SINGLE) {
    const gauge = new Gauge({
      name,
      help,
      registers,
      async collect() {
        const state = await read();
        const value = state && gauges(state).find(([one]) => one === name)?.[1];
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
    gauge.remove();
  }
  labelled(registry, read);
  const connections = new Gauge({
    name: 'payout_desk_store_connections',
    help: 'Connections to the database, and who waits for one',
    labelNames: ['state'] as const,
    registers: [],
    collect() {
      for (const [state, amount] of Object.entries(options.connections())) this.set({ state }, amount);
    },
  });
  registry.registerMetric(connections);
}

const SINGLE = [
  {
    name: 'payout_desk_oldest_pending_seconds',
    help: 'How long the oldest cancel request has waited for a decision; 0 when none waits',
  },
  { name: 'payout_desk_watches', help: 'Links and transactions that somebody watches' },
  { name: 'payout_desk_digest_schedules', help: 'Schedules of digests that are not paused' },
  {
    name: 'payout_desk_digest_last_success_timestamp_seconds',
    help: 'When the last digest was posted; 0 when none was',
  },
  {
    name: 'payout_desk_digest_overdue_seconds',
    help: 'How long the longest overdue digest has been due; 0 when none is',
  },
] as const;

function labelled(registry: Registry, read: Read): void {
  const requests = new Gauge({
    name: 'payout_desk_cancel_requests',
    help: 'Links with a cancel request in this state; unresolved ones never leave it',
    labelNames: ['status'] as const,
    registers: [],
    async collect() {
      const state = await read();
      this.reset();
      if (state) for (const status of OPEN_STATUSES) this.set({ status }, state.requests[status]);
    },
  });
  const behind = new Gauge({
    name: 'payout_desk_messages_behind',
    help: 'Messages that Slack does not show yet as they are stored',
    labelNames: ['kind'] as const,
    registers: [],
    async collect() {
      const state = await read();
      this.reset();
      if (state) for (const kind of MESSAGE_KINDS) this.set({ kind }, state.behind[kind]);
    },
  });
  for (const gauge of [requests, behind]) registry.registerMetric(gauge);
}

const KEPT_MS = 5_000;
const WAIT_MS = 2_000;

/** TTL cache with single-flight, failures too: the gauges of one scrape share one answer. */
function readSometimes(
  { read, clock, log, keptMs = KEPT_MS, waitMs = WAIT_MS }: StoreMetricsOptions,
  failures: Counter,
): Read {
  let kept: { at: number; state: Promise<StoreState | undefined> } | undefined;
  let isReading = false;
  let last: unknown;
  const logFailure = atMostOnceAMinute(clock, (count) =>
    log.warn({ error: last, count }, 'store metrics not available'),
  );
  const once = async (): Promise<StoreState | undefined> => {
    isReading = true;
    try {
      return await withDeadline(read(), waitMs, () => {
        throw new Error('The store did not answer in time.');
      });
    } catch (error) {
      failures.inc();
      last = error;
      logFailure();
      return undefined;
    } finally {
      isReading = false;
    }
  };
  return () => {
    const isFresh = isReading || (kept && Math.abs(clock() - kept.at) < keptMs);
    if (!kept || !isFresh) kept = { at: clock(), state: once() };
    return kept.state;
  };
}

function ageOf(since: number | undefined, now: number): number {
  return since === undefined ? 0 : Math.max(0, (now - since) / 1_000);
}
