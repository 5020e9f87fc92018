/** Owns the metrics: names, labels and nothing that names a person, a link or an amount. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DIGEST_OUTCOMES } from '../payouts/digest/run.ts';
import { CANCEL_OUTCOMES } from '../payouts/open-work.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** What runs: of package.json, and of the image. */
export interface Build {
  version: string;
  commit: string;
}

/** Whether a reminder went out: `not_confirmed` when nobody knows (R9). */
export const REMINDER_OUTCOMES = ['sent', 'not_confirmed', 'not_sent'] as const;
export type ReminderOutcome = (typeof REMINDER_OUTCOMES)[number];

/** `inFlight` returns how many requests and jobs are being worked on. */
export function createMetrics(
  inFlight: () => number,
  build: Build = { version: 'unknown', commit: 'unknown' },
) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(
    new Gauge({
      name: 'payout_desk_in_flight',
      help: 'Requests of people and jobs being worked on',
      registers: [],
      collect() {
        this.set(inFlight());
      },
    }),
  );
  new Gauge({
    name: 'payout_desk_build_info',
    help: 'Always 1; its labels say what runs',
    labelNames: ['version', 'commit'] as const,
    registers,
  }).set({ ...build }, 1);
  return {
    registry,
    ...requestMetrics(registers),
    ...slackMetrics(registers),
    ...instantPayMetrics(registers),
    ...outcomeMetrics(registers),
    jobs: new Counter({
      name: 'payout_desk_jobs_total',
      help: 'Runs of the scheduled jobs and how they ended',
      labelNames: ['job', 'outcome'] as const,
      registers,
    }),
  };
}

/** What became of what people and schedules asked for. */
function outcomeMetrics(registers: Registry[]) {
  const labelNames = ['outcome'] as const;
  const digests = new Counter({
    name: 'payout_desk_digests_total',
    help: 'Scheduled digests and how they ended',
    labelNames,
    registers,
  });
  const cancels = new Counter({
    name: 'payout_desk_cancels_total',
    help: 'Cancellations by link and what became of them; unknown ones are settled later, and then counted again',
    labelNames,
    registers,
  });
  const reminders = new Counter({
    name: 'payout_desk_reminders_total',
    help: 'Reminders to recipients and whether they were sent',
    labelNames,
    registers,
  });
  // A counter that does not exist before its first hit hides that hit from increase().
  for (const outcome of DIGEST_OUTCOMES) digests.inc({ outcome }, 0);
  for (const outcome of CANCEL_OUTCOMES) cancels.inc({ outcome }, 0);
  for (const outcome of REMINDER_OUTCOMES) reminders.inc({ outcome }, 0);
  return { digests, cancels, reminders };
}

function requestMetrics(registers: Registry[]) {
  return {
    requests: new Counter({
      name: 'payout_desk_requests_total',
      help: 'Requests of people by route and how they ended',
      labelNames: ['route', 'outcome'] as const,
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'payout_desk_request_seconds',
      help: 'How long a request of a person took after its acknowledgement',
      labelNames: ['route'] as const,
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    unsigned: new Counter({
      name: 'payout_desk_unsigned_requests_total',
      help: 'Requests to the address of Slack that were refused: not signed by Slack, too old or too long',
      registers,
    }),
    acknowledgementSeconds: new Histogram({
      name: 'payout_desk_acknowledgement_seconds',
      help: 'From the arrival of a delivery to its acknowledgement; Slack waits 3 s',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3],
      registers,
    }),
    unacknowledged: new Counter({
      name: 'payout_desk_unacknowledged_deliveries_total',
      help: 'Deliveries of Slack that were not acknowledged in time, or not at all',
      registers,
    }),
  };
}

function slackMetrics(registers: Registry[]) {
  return {
    slackCalls: new Counter({
      name: 'payout_desk_slack_calls_total',
      help: 'Calls to Slack by method and how they ended, after retries',
      labelNames: ['method', 'outcome'] as const,
      registers,
    }),
    slackCallSeconds: new Histogram({
      name: 'payout_desk_slack_call_seconds',
      help: 'How long calls to Slack took, with retries',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
  };
}

function instantPayMetrics(registers: Registry[]) {
  return {
    calls: new Counter({
      name: 'payout_desk_instantpay_calls_total',
      help: 'Calls to InstantPay by operation and how they ended',
      labelNames: ['operation', 'outcome'] as const,
      registers,
    }),
    callSeconds: new Histogram({
      name: 'payout_desk_instantpay_call_seconds',
      help: 'How long InstantPay took to answer',
      labelNames: ['operation'] as const,
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
      registers,
    }),
    credentialsRefused: new Counter({
      name: 'payout_desk_instantpay_credentials_refused_total',
      help: 'Calls that InstantPay refused for the sake of the credentials',
      registers,
    }),
    mismatches: new Counter({
      name: 'payout_desk_instantpay_filter_mismatches_total',
      help: 'Records InstantPay sent that did not answer the filter (R1)',
      registers,
    }),
    unreadable: new Counter({
      name: 'payout_desk_instantpay_unreadable_records_total',
      help: 'Records InstantPay sent that cannot be read (R1)',
      registers,
    }),
    clockSkew: new Gauge({
      name: 'payout_desk_instantpay_clock_skew_seconds',
      help: 'How far the clock of InstantPay is ahead of ours, by its last answer (R24)',
      registers,
    }),
  };
}

/** What the labels of counters can be, besides what the counters above know. */
export interface Labels {
  routes: readonly string[];
  requestOutcomes: readonly string[];
  slackMethods: readonly string[];
  slackOutcomes: readonly string[];
  operations: readonly string[];
  callOutcomes: readonly string[];
}

/** Begins every counter and histogram at 0, since one that does not exist before its first hit hides that hit from increase(). */
export function startAtZero(metrics: Metrics, labels: Labels): void {
  const { requests, requestSeconds, slackCalls, calls, callSeconds } = metrics;
  for (const route of labels.routes) {
    requestSeconds.zero({ route });
    for (const outcome of labels.requestOutcomes) requests.inc({ route, outcome }, 0);
  }
  for (const method of labels.slackMethods) {
    for (const outcome of labels.slackOutcomes) slackCalls.inc({ method, outcome }, 0);
  }
  for (const operation of labels.operations) {
    callSeconds.zero({ operation });
    for (const outcome of labels.callOutcomes) calls.inc({ operation, outcome }, 0);
  }
}
