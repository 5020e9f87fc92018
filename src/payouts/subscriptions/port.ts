/** Owns what schedules of digests need from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { AuditEntry } from '../audit-entry.ts';
import type { OutboxMessage } from '../digest/port.ts';
import type { Subscription } from './subscription.ts';

export interface SubscriptionChange {
  audit: readonly AuditEntry[];
  /** A due time of the former schedule that has come: it is read as it was due. */
  run?: { dueAt: number; skipped: readonly number[] } | undefined;
  /**
   * Ends what is being read or posted, at this instant: nothing of this schedule is posted any more. The due times whose
   * digest was not posted yet are added to `skipped`.
   */
  endsAt?: number | undefined;
  /** To administrators, or to who made it. */
  messages?: readonly OutboxMessage[] | undefined;
}

/** A few for each channel, bounded by the rule. */
export interface SubscriptionStore {
  /** By creation. */
  all(): Promise<Subscription[]>;
  /** The same, of one channel. */
  of(channelId: string): Promise<Subscription[]>;
  find(id: string): Promise<Subscription | undefined>;
  /** Stores it with its audit rows; false, and no write, when there is one with this ID. */
  create(subscription: Subscription, audit: readonly AuditEntry[]): Promise<boolean>;
  /** Compare-and-swap on `version` and `markAt`; false, and no write, when another replica won. */
  save(before: Subscription, after: Subscription, change: SubscriptionChange): Promise<boolean>;
  /** The same, and it is gone: what is being read or posted ends at `endsAt`. */
  remove(before: Subscription, change: { audit: readonly AuditEntry[]; endsAt: number }): Promise<boolean>;
}
