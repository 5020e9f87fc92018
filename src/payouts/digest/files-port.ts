/** Owns what the files of digests need from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { DailyTotal, DigestFile } from './files.ts';
import type { DigestRun } from './run.ts';

/** A digest that Slack took. */
export type PostedDigest = Omit<DigestFile, 'kind' | 'fileId'>;

/** A file that this process holds. */
export interface HeldFile extends DigestFile {
  /** Fencing token: each later write of this holder compares and swaps on it. */
  token: number;
  /** From 1. */
  attempts: number;
  /** Why the last attempt failed, in one sentence. */
  problem: string | undefined;
}

export type FileKey = Pick<DigestFile, 'scheduleId' | 'dueAt' | 'kind' | 'postedAt'>;

/**
 * Replicas share the database's clock for leases; `now` counts for when attempts are due, and for leases on SQLite. A write
 * of a held file is a compare-and-swap on its token: false when the lease was lost. The job prunes both tables.
 */
export interface DigestFileStore {
  /** Digests that Slack took since then and that no file was planned for. */
  posted(since: number): Promise<PostedDigest[]>;
  /** Adds them, due at once, unless they are there already. */
  plan(files: readonly DigestFile[]): Promise<void>;
  /** Unfinished files that are due and not leased, the earliest digest first. */
  due(now: number, limit: number): Promise<FileKey[]>;
  claim(key: FileKey, now: number, leaseMs: number): Promise<HeldFile | undefined>;
  renew(file: HeldFile, now: number, leaseMs: number): Promise<boolean>;
  /** Stores the file's ID. */
  save(file: HeldFile): Promise<boolean>;
  /** Stores its problem and gives the lease back; tried again at `nextAttemptAt`. */
  release(file: HeldFile, nextAttemptAt: number): Promise<boolean>;
  finish(file: HeldFile, now: number): Promise<boolean>;
  /** Removes what was finished before. */
  prune(before: number): Promise<void>;

  /** Replaces what was recorded of this run's day. */
  record(run: DigestRun, totals: readonly DailyTotal[]): Promise<void>;
  /** From the first day to the last, both included. */
  totals(scheduleId: string, from: string, to: string): Promise<DailyTotal[]>;
  /** Removes the totals of days before this one. */
  pruneTotals(day: string): Promise<void>;
}
