/** Owns what exports need from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { AuditEntry } from '../audit-entry.ts';
import type { ExportRun } from './run.ts';

/** A run that this process holds. */
export interface HeldExport extends ExportRun {
  /** Fencing token: each later write of this holder compares and swaps on it. */
  token: number;
  /** How often it was taken up, from 1. */
  attempts: number;
}

/**
 * Replicas share the database's clock for leases; `now` counts for when attempts are due, and for leases on SQLite. A write
 * of a held run is a compare-and-swap on its token: false when the lease was lost. Finished runs are pruned by the job.
 */
export interface ExportStore {
  /** Stores the run, due at once. `known`: it is stored already. `busy`: the person has one that is not finished. */
  start(run: ExportRun, now: number): Promise<'started' | 'known' | 'busy'>;
  /** Takes up an unfinished run that is due and not leased. */
  claim(id: string, now: number, leaseMs: number): Promise<HeldExport | undefined>;
  renew(run: HeldExport, now: number, leaseMs: number): Promise<boolean>;
  /** Stores its message, its file and what that holds; `audit` is written in the same transaction. */
  save(run: HeldExport, audit?: AuditEntry): Promise<boolean>;
  /** Gives the lease back; the run is taken up again at `nextAttemptAt`. */
  release(run: HeldExport, nextAttemptAt: number): Promise<boolean>;
  /** The person was told: nothing is left to do. */
  finish(run: HeldExport, now: number): Promise<boolean>;
  /** The person's run of this ID, finished or not. */
  find(id: string, userId: string): Promise<ExportRun | undefined>;
  /**
   * Ends an unfinished run of this person, with its audit row. `sending`: its file is stored already. `over`: the person has no
   * such run, or it is finished.
   */
  stop(id: string, userId: string, now: number, audit: AuditEntry): Promise<'stopped' | 'sending' | 'over'>;
  /** Whether the person stopped the run that this process took up. */
  isStopped(run: HeldExport): Promise<boolean>;
  /** Unfinished runs that are due and not leased, the longest waiting first. */
  due(now: number, limit: number): Promise<string[]>;
  /** Removes runs that were finished before. */
  prune(before: number): Promise<void>;
}
