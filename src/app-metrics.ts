/** Owns wiring what is measured: each part of Payout Desk with its metrics, and with readiness. */

import type { Config } from './config.ts';
import { withDeadline } from './deadline.ts';
import { FAILURE_KINDS, OPERATIONS } from './instantpay/errors.ts';
import type { Log } from './log.ts';
import type { InFlight } from './ops/in-flight.ts';
import { createMetrics, type Metrics, type ReminderOutcome, startAtZero } from './ops/metrics.ts';
import { createReadiness, registerReadiness } from './ops/readiness.ts';
import { registerStoreMetrics } from './ops/store-metrics.ts';
import type { Deps, Transition } from './payouts/deps.ts';
import type { Gateway, WriteAnswer } from './payouts/gateway.ts';
import { CANCEL_OUTCOMES, overdueSince } from './payouts/open-work.ts';
import type { Clock } from './payouts/time.ts';
import { CALL_OUTCOMES, type OnCall } from './slack/api/client.ts';
import type { Connection, DeliveryCounts } from './slack/api/connect.ts';
import { METHOD_SCOPES } from './slack/api/methods.ts';
import { RESPONSE_URL } from './slack/api/response-url.ts';
import type { TokenWatch } from './slack/api/token-watch.ts';
import { REQUEST_OUTCOMES } from './slack/dispatch.ts';
import { ROUTE_NAMES } from './slack/route-names.ts';
import type { OpenStore } from './store/database.ts';
import type { Tracing } from './tracing/tracing.ts';
import { VERSION } from './version.ts';

const STORE_ANSWERS_MS = 2_000;

/** All counters at 0. */
export function openMetrics({ buildCommit: commit }: Config, inFlight: InFlight): Metrics {
  const metrics = createMetrics(() => inFlight.count, { version: VERSION, commit });
  startAtZero(metrics, {
    routes: ROUTE_NAMES,
    requestOutcomes: REQUEST_OUTCOMES,
    slackMethods: SLACK_METHODS,
    slackOutcomes: CALL_OUTCOMES,
    operations: OPERATIONS,
    callOutcomes: ['ok', ...FAILURE_KINDS],
  });
  return metrics;
}

const SLACK_METHODS: readonly string[] = [...Object.keys(METHOD_SCOPES), RESPONSE_URL];

export function observeSlackCalls({ metrics, tracing }: { metrics: Metrics; tracing: Tracing }): OnCall {
  const { slackCalls, slackCallSeconds } = metrics;
  return (method, outcome, elapsedMs) => {
    // The label stays bounded, whatever is called.
    slackCalls.inc({ method: SLACK_METHODS.includes(method) ? method : 'other', outcome });
    slackCallSeconds.observe(elapsedMs / 1_000);
    tracing.slack(method, outcome, elapsedMs);
  };
}

export function countDeliveries(metrics: Metrics): DeliveryCounts {
  return {
    refused: () => metrics.unsigned.inc(),
    acknowledged: (elapsedMs) => metrics.acknowledgementSeconds.observe(elapsedMs / 1_000),
    unacknowledged: () => metrics.unacknowledged.inc(),
  };
}

export function countTransition({ cancels }: Metrics, { request: { status }, from }: Transition): void {
  const outcome = CANCEL_OUTCOMES.find((one) => one === status);
  // A look-up that leaves it unknown is a step as well.
  if (outcome !== undefined && from !== status) cancels.inc({ outcome });
}

const REMINDED: Readonly<Record<WriteAnswer['kind'], ReminderOutcome>> = {
  done: 'sent',
  unknown: 'not_confirmed',
  verify: 'not_confirmed',
  refused: 'not_sent',
  not_sent: 'not_sent',
};

/** Of people, of runs and of the job alike. */
export function countReminders(gateway: Gateway, { reminders }: Metrics): Gateway {
  return {
    ...gateway,
    async notify(linkId) {
      const answer = await gateway.notify(linkId);
      reminders.inc({ outcome: REMINDED[answer.kind] });
      return answer;
    },
  };
}

/** What readiness and the metrics of the store look at. */
export interface Watched {
  store: OpenStore;
  deps: Deps;
  connection: Connection;
  token: TokenWatch;
}

interface Base {
  inFlight: InFlight;
  metrics: Metrics;
  log: Log;
  clock: Clock;
  overrides: { storeMetricsKeptMs?: number };
}

/** Returns what keeps Payout Desk from working, one line each; the metrics say the same. */
export function watchParts(
  { inFlight, metrics: { registry }, log, clock, overrides }: Base,
  { store, deps, connection, token }: Watched,
): () => Promise<string[]> {
  const checks = {
    process: () => (inFlight.stopping ? 'stopping' : undefined),
    connection: () => connection.problem(),
    token: () => token.problem(),
    async store() {
      const takesWrites = store.ping().then(
        () => true,
        () => false,
      );
      if (await withDeadline(takesWrites, STORE_ANSWERS_MS, () => false)) return undefined;
      return 'the store takes no writes';
    },
  };
  registerReadiness(registry, checks);
  registerStoreMetrics(registry, {
    async read() {
      const now = clock();
      const open = await store.openWork.read();
      const schedules = await store.subscriptions.all();
      return {
        ...open,
        schedules: schedules.filter(({ paused }) => !paused).length,
        lastDigestAt: await store.digests.lastPostedAt(),
        overdueSince: overdueSince(schedules, open.openDigests, { now, skip: deps.settings.digestSkip }),
      };
    },
    connections: () => store.connections(),
    clock,
    log,
    keptMs: overrides.storeMetricsKeptMs,
  });
  return createReadiness(checks);
}
