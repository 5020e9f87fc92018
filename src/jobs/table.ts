/** Owns the table of jobs: what runs by itself, and when. A new job is one entry. */

import type { Deps } from '../payouts/deps.ts';
import { ANCHOR_CRON, ANCHOR_TIMEZONE } from './audit-anchor.ts';
import { type Cards, runApprovals, runCards, runDecided, runWaiting } from './cancel-requests.ts';
import type { DigestJob } from './digest.ts';
import type { Job, JobOutcome } from './schedule.ts';
import { STUCK_CRON, type StuckJob } from './stuck.ts';

/** As cron with seconds. */
const EVERY_FEW_SECONDS = '*/5 * * * * *';
const EVERY_HALF_HOUR = '0 */30 * * * *';
/** Apart from what runs on the hour. */
const EVERY_HOUR = '0 17 * * * *';

export interface JobParts {
  deps: Deps;
  cards: Cards;
  /** App Home of those who opened it. */
  homes: { run(): Promise<void> };
  /** Reminders for several links that a crash left, or that the person was not told of. */
  reminders: { run(): Promise<void> };
  /** Files that people asked for. */
  exports: { run(): Promise<void> };
  /** Looks at what is watched, and tells the watchers. */
  watches: { look(): Promise<void>; tell(): Promise<JobOutcome> };
  /** Before links expire; does nothing while REMIND_BEFORE is not set. */
  automaticReminders: { run(): Promise<void> };
  stuck: StuckJob;
  digest: DigestJob;
  /** What follows a posted digest in its thread. */
  digestFiles: () => Promise<JobOutcome>;
  logAnchor: () => Promise<void>;
  /** Removes what was finished long ago. */
  removeOld: () => Promise<void>;
  /** When a job runs instead, as cron with seconds. */
  cronOf?: ((job: string) => string | undefined) | undefined;
}

/** Jobs that wait for Slack or InstantPay are apart from each other and from those that do not. */
export function jobTable(parts: JobParts): Job[] {
  const { deps, cards, homes, reminders, exports, watches, automaticReminders } = parts;
  const { digest, digestFiles, logAnchor, cronOf } = parts;
  const jobs: Job[] = [
    { name: 'approvals', cron: EVERY_FEW_SECONDS, run: () => runWaiting(deps) },
    { name: 'cards', cron: EVERY_FEW_SECONDS, run: () => runCards(deps, cards) },
    { name: 'outcomes', cron: EVERY_FEW_SECONDS, run: () => runDecided(deps, cards) },
    { name: 'homes', cron: EVERY_FEW_SECONDS, run: () => homes.run() },
    { name: 'reminders', cron: EVERY_FEW_SECONDS, run: () => reminders.run() },
    { name: 'exports', cron: EVERY_FEW_SECONDS, run: () => exports.run() },
    { name: 'watches', cron: EVERY_FEW_SECONDS, run: () => watches.look() },
    { name: 'watch messages', cron: EVERY_FEW_SECONDS, run: () => watches.tell() },
    { name: 'automatic reminders', cron: EVERY_HALF_HOUR, run: () => automaticReminders.run() },
    { name: 'stuck links', cron: STUCK_CRON, run: () => parts.stuck.run() },
    { name: 'audit anchor', cron: ANCHOR_CRON, timezone: ANCHOR_TIMEZONE, run: logAnchor },
    { name: 'digest files', cron: EVERY_FEW_SECONDS, run: digestFiles },
    { name: 'retention', cron: EVERY_HOUR, run: parts.removeOld },
    ...digestJobs(digest),
  ];
  return jobs.map((job) => ({ ...job, cron: cronOf?.(job.name) ?? job.cron }));
}

function digestJobs(digest: DigestJob): Job[] {
  return [
    { name: 'digest', cron: EVERY_FEW_SECONDS, run: () => digest.work() },
    // A long walk delays its own job, never the accounting for due times or the posting of the outbox.
    {
      name: 'digest messages',
      cron: EVERY_FEW_SECONDS,
      run: async () => (await digest.due(), digest.post()),
    },
  ];
}

/** Runs single jobs now, for tests and the demo. */
export function runsOf({ deps, cards, homes, reminders, exports, watches, ...more }: JobParts) {
  const { automaticReminders, stuck, digestFiles, removeOld } = more;
  return {
    /** All jobs of cancel requests. */
    runApprovals: () => runApprovals(deps, cards),
    publishHomes: () => homes.run(),
    runReminders: () => reminders.run(),
    runExports: () => exports.run(),
    runDigestFiles: digestFiles,
    removeOld,
    /** Looks at what is due, then tells. */
    runWatches: async () => {
      await watches.look();
      await watches.tell();
    },
    runAutomaticReminders: () => automaticReminders.run(),
    runStuck: () => stuck.run(),
  };
}
