/** Owns the tables of files as TypeScript sees them: exports, and what follows a digest. */

import type { DigestFileKind } from '../payouts/digest/files.ts';
import type { Instant } from './instant.ts';
import type { NewLease } from './lease.ts';

/** One export of one person, who has at most one that is not finished. */
export interface ExportRunTable extends NewLease {
  id: string;
  user_id: string;
  started_at: Instant;
  /** What is wanted, its message and its file, as JSON. */
  details: string;
  attempts: number;
  next_attempt_at: Instant;
  finished_at: Instant | null;
}

/** What follows a posted digest in its thread. */
export interface DigestFileTable extends NewLease {
  schedule_id: string;
  due_at: Instant;
  kind: DigestFileKind;
  channel_id: string;
  /** Slack's message ID of the digest. */
  thread_ts: string;
  posted_at: Instant;
  /** Slack's ID of the file, once its bytes are there. */
  file_id: string | null;
  attempts: number;
  next_attempt_at: Instant;
  /** Why the last attempt failed. */
  problem: string | null;
  finished_at: Instant | null;
}

/** What the last complete digest of a day counted. */
export interface DailyTotalTable {
  schedule_id: string;
  /** YYYY-MM-DD in the schedule's time zone. */
  day: string;
  status: string;
  count: number;
  /** Digits. */
  paise: string;
}
