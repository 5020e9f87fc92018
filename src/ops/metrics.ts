/** Owns the metrics: names, labels and nothing that names a person, a link or an amount. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DIGEST_OUTCOMES } from '../payouts/digest/run.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** `inFlight` returns how many requests and jobs are being worked on. */
export function createMetrics(inFlight: () => number) {
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
  return {
    registry,
    ...requestMetrics(registers),
    ...instantPayMetrics(registers),
    ...digestMetrics(registers),
    jobs: new Counter({
      name: 'payout_desk_jobs_total',
      help: 'Runs of the scheduled jobs and how they ended',
      labelNames: ['job', 'outcome'] as const,
      registers,
    }),
  };
}

function digestMetrics(registers: Registry[]) {
  const digests = new Counter({
    name: 'payout_desk_digests_total',
    help: 'Scheduled digests and how they ended',
    labelNames: ['outcome'] as const,
    registers,
  });
  // A counter that does not exist before its first hit hides that hit from increase().
  for (const outcome of DIGEST_OUTCOMES) digests.inc({ outcome }, 0);
  return {
    digests,
    digestLastSuccess: new Gauge({
      name: 'payout_desk_digest_last_success_timestamp_seconds',
      help: 'When the last digest was posted completely; 0 when none was',
      registers,
    }),
  };
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
