/** Owns the table of jobs: what runs by itself, and when. A new job is one entry. */

import type { Deps } from '../payouts/deps.ts';
import { ANCHOR_CRON, ANCHOR_TIMEZONE } from './audit-anchor.ts';
import { type Cards, runCards, runDecided, runWaiting } from './cancel-requests.ts';
import type { DigestJob } from './digest.ts';
import type { Job } from './schedule.ts';

/** As cron with seconds. */
const EVERY_FEW_SECONDS = '*/5 * * * * *';

export interface JobParts {
  deps: Deps;
  cards: Cards;
  /** Undefined without a digest channel. */
  digest: DigestJob | undefined;
  logAnchor: () => Promise<void>;
  /** When the jobs of cancel requests and of digests run, as cron with seconds; default every 5 s. */
  approvalsCron?: string | undefined;
  digestCron?: string | undefined;
}

/** Jobs that wait for Slack or InstantPay are apart from each other and from those that do not. */
export function jobTable({
  deps,
  cards,
  digest,
  logAnchor,
  approvalsCron = EVERY_FEW_SECONDS,
  digestCron = EVERY_FEW_SECONDS,
}: JobParts): Job[] {
  const jobs: Job[] = [
    { name: 'approvals', cron: approvalsCron, run: () => runWaiting(deps) },
    { name: 'cards', cron: approvalsCron, run: () => runCards(deps, cards) },
    { name: 'outcomes', cron: approvalsCron, run: () => runDecided(deps, cards) },
    { name: 'audit anchor', cron: ANCHOR_CRON, timezone: ANCHOR_TIMEZONE, run: logAnchor },
  ];
  if (!digest) return jobs;
  return [
    ...jobs,
    { name: 'digest', cron: digestCron, run: () => digest.work() },
    // A long walk delays its own job, never the accounting for due times or the posting of the outbox.
    { name: 'digest messages', cron: digestCron, run: async () => (await digest.due(), digest.post()) },
  ];
}
