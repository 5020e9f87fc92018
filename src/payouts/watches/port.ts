/** Owns what watches need from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { AuditEntry } from '../audit-entry.ts';
import type { Watcher, WatchFacts, WatchNews, WatchState, WatchStep, WatchSubject } from './watch.ts';

export interface NewWatch {
  /** Of this watch alone: another one of the same subject, later, has another. */
  id: string;
  subject: WatchSubject;
  facts: WatchFacts;
  dueAt: number;
}

export interface WatchLimits {
  each: number;
  inAll: number;
}

/** A watch of one person, as they see it. */
export interface Watched extends Watcher {
  /** Undefined when the stored reference cannot be opened any more. */
  subject: WatchSubject | undefined;
  facts: WatchFacts;
  failing: WatchStep['failing'];
}

/** A watch whose look this process holds. */
export interface HeldWatch {
  key: string;
  id: string;
  subject: WatchSubject | undefined;
  facts: WatchFacts;
  failing: WatchStep['failing'];
  watchers: Watcher[];
  /** Fencing token: the step of this look compares and swaps on it. */
  token: number;
}

/** Outbox row: one direct message to one watcher. */
export interface WatchMessage {
  id: string;
  userId: string;
  subject: WatchSubject | undefined;
  news: WatchNews;
  facts: WatchFacts;
  /** The state before this look. */
  before: WatchState | undefined;
  watchedSince: number;
  at: number;
}

export interface HeldMessage extends WatchMessage {
  token: number;
  /** From 1. */
  attempts: number;
  /** When the earliest post began that is not confirmed; undefined when there is none. */
  maybePostedAt: number | undefined;
}

/**
 * At most one watch a subject, however many people watch it. Replicas share the database's clock for leases; `now` counts
 * for what is due, and for leases on SQLite. A watch without watchers is removed; told messages are kept until `prune`.
 */
export interface WatchStore {
  /**
   * Adds the watcher, and the watch when nobody watches the subject yet. `already`: the person watches it, from now on until
   * then, and no longer for one answer alone. The entries are written for a watcher who is new.
   */
  start(
    watch: NewWatch,
    watcher: Watcher,
    limits: WatchLimits,
    entries: readonly AuditEntry[],
  ): Promise<'started' | 'already' | 'too_many' | 'full'>;
  /** Removes the watcher, and what they were not told yet; false when there was none, and then nothing is written. */
  stop(subject: WatchSubject, userId: string, entries: readonly AuditEntry[]): Promise<boolean>;
  isWatching(subject: WatchSubject, userId: string): Promise<boolean>;
  /** What a person watches, the latest first. */
  watchedBy(userId: string): Promise<Watched[]>;
  /** The subject, if it is watched, is looked at by then. */
  hurry(subject: WatchSubject, dueAt: number): Promise<void>;

  /** Keys of the watches that are due and not leased, the longest waiting first. */
  due(now: number, limit: number): Promise<string[]>;
  claim(key: string, now: number, leaseMs: number): Promise<HeldWatch | undefined>;
  renew(watch: HeldWatch, now: number, leaseMs: number): Promise<boolean>;
  /**
   * Stores what a look led to, with a message for each watcher of this moment who is told of it, and an audit row for each
   * whose watch ends, in one transaction. False when the lease was lost: then nothing is stored.
   */
  settle(watch: HeldWatch, step: WatchStep): Promise<boolean>;

  /** Messages that are due and not leased, the oldest first. */
  dueMessages(now: number, limit: number): Promise<string[]>;
  claimMessage(id: string, now: number, leaseMs: number): Promise<HeldMessage | undefined>;
  /** Right before posting; false when the lease was lost, or another holder was done. */
  posting(message: HeldMessage, now: number, leaseMs: number): Promise<boolean>;
  /** Done, with the message that stands in Slack, if any. Returns which one stands: another holder may have been first. */
  finish(message: HeldMessage, ts: string | undefined, now: number): Promise<string | undefined>;
  tellLater(message: HeldMessage, nextAttemptAt: number, maybePosted: boolean): Promise<boolean>;
  /** Removes messages that were done before. */
  prune(before: number): Promise<void>;
}
