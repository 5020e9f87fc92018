/** Owns what reminders for several links need from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { ReminderRun } from './reminder-run.ts';

/** A run that this process holds. */
export interface HeldRun extends ReminderRun {
  /** Fencing token: each later write of this holder compares and swaps on it. */
  token: number;
  /** How often it was taken up, from 1. */
  attempts: number;
}

/** The last reminder of a link that was sent, or may have been (R9). */
export interface LastReminder {
  linkId: string;
  at: number;
  actorId: string;
}

/**
 * Replicas share the database's clock for leases; `now` counts for when attempts are due, and for leases on SQLite. A write
 * of a held run is a compare-and-swap on its token: false when the lease was lost.
 */
export interface ReminderRunStore {
  /** Stores the run, leased; undefined when it is stored already: the same click delivered again. */
  start(run: ReminderRun, now: number, leaseMs: number): Promise<HeldRun | undefined>;
  /** Takes up an unfinished run that is due and not leased. */
  claim(id: string, now: number, leaseMs: number): Promise<HeldRun | undefined>;
  renew(run: HeldRun, now: number, leaseMs: number): Promise<boolean>;
  /** Stores what became of its links, and its message. */
  save(run: HeldRun): Promise<boolean>;
  /** Gives the lease back; the run is taken up again at `nextAttemptAt`. */
  release(run: HeldRun, nextAttemptAt: number): Promise<boolean>;
  /** The person was told: nothing is left to do. */
  finish(run: HeldRun, now: number): Promise<boolean>;
  /** Unfinished runs that are due and not leased, the longest waiting first. */
  due(now: number, limit: number): Promise<string[]>;
  /** Removes runs that were finished before. */
  prune(before: number): Promise<void>;
  /** Of these links, the last reminder of each, from the audit. */
  lastReminders(linkIds: readonly string[]): Promise<LastReminder[]>;
}
