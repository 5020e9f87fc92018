/** Owns wiring what runs by itself: the schedule of all jobs, the digests, and the recovery at a start. */

import { runApprovals } from './jobs/cancel-requests.ts';
import { createDigestJob, type DigestJob } from './jobs/digest.ts';
import type { DigestParts } from './jobs/digest-parts.ts';
import { createSchedule, JOB_OUTCOMES, type Schedule } from './jobs/schedule.ts';
import { jobTable, type JobParts } from './jobs/table.ts';
import { withLogFields } from './log.ts';
import type { Base } from './parts.ts';
import type { Deps } from './payouts/deps.ts';
import { followSettings } from './payouts/subscriptions/follow-settings.ts';
import { MINUTE_MS } from './payouts/time.ts';
import { newReference } from './reference.ts';
import type { OpenStore } from './store/database.ts';
import type { Tracing } from './tracing/tracing.ts';

/** Several times what a call to Slack may take. */
const DIGEST_LEASE_MS = MINUTE_MS;

/** Recovers what an earlier process left unfinished; a failure is logged, since the job runs again. */
export async function recover({ log, tracing }: Base, { deps, cards }: JobParts): Promise<void> {
  await asJob(tracing, 'recovery', () =>
    runApprovals(deps, cards).catch((error: unknown) => {
      log.error({ error }, 'startup recovery failed, job will retry');
    }),
  );
}

export function createJobs({ log, inFlight, metrics, tracing }: Base, parts: JobParts): Schedule {
  const jobs = jobTable(parts);
  for (const { name: job } of jobs) {
    for (const outcome of JOB_OUTCOMES) metrics.jobs.inc({ job, outcome }, 0);
  }
  return createSchedule(jobs, {
    log,
    inFlight,
    logWith: (job, work) => asJob(tracing, job, work),
    onDone: (job, outcome) => {
      metrics.jobs.inc({ job, outcome });
      tracing.ended(outcome);
    },
  });
}

/** Every log line of a run carries a request ID and the job as its route; its trace has the same. */
export function asJob<T>(tracing: Tracing, job: string, work: () => Promise<T>): Promise<T> {
  const requestId = newReference();
  const route = `job ${job}`;
  return withLogFields({ requestId, route }, () =>
    tracing.run({ kind: 'job', name: route, requestId }, work),
  );
}

/** The scheduled digests: of the settings, and of the channels that subscribed. */
export async function createDigest(
  { config, overrides, log, metrics }: Base,
  store: OpenStore,
  deps: Deps,
  parts: Pick<DigestParts, 'messenger' | 'lists'>,
): Promise<DigestJob> {
  const { channel: channelId, ...ofSettings } = config.digest;
  await followSettings(deps, channelId === undefined ? undefined : { channelId, ...ofSettings });
  return createDigestJob({
    deps,
    digests: store.digests,
    files: store.digestFiles,
    ...parts,
    leaseMs: overrides.digestLeaseMs ?? DIGEST_LEASE_MS,
    random: Math.random,
    log,
    onOutcome: (outcome, amount) => metrics.digests.inc({ outcome }, amount),
  });
}
