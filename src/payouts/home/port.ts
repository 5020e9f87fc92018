/** Owns what App Home needs from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { Batch } from '../cancel/batch.ts';

/** What happened to requests since an instant. */
export interface Counts {
  opened: number;
  approved: number;
  rejected: number;
  /** Links, each on its own: a request may be for several. */
  cancelledLinks: number;
  /** Links whose cancellation is not confirmed now, whenever it was sent. */
  unconfirmedLinks: number;
}

/** The App Home of one person that its holder alone publishes, until the lease expires. */
export interface HeldHome {
  userId: string;
  /** The fencing token of the lease. */
  token: number;
  /** What is published now shows at least this: changes are counted. */
  wanted: number;
  /** Attempts since the last success; this one counts. */
  attempts: number;
}

/** A request that has changed since App Home was told of it. */
export interface RequestChange {
  id: string;
  version: number;
  requestedBy: string;
}

export interface HomeStore {
  /** Notes that the person opened App Home: from now on it is published again when something changes. */
  opened(userId: string, now: number): Promise<void>;
  /** Atomic: true for one caller a person, ever, unless it is taken back. */
  claimWelcome(userId: string, now: number): Promise<boolean>;
  /** The welcome was not sent. */
  releaseWelcome(userId: string): Promise<void>;
  /** When the person last selected all requests; undefined: never. */
  selectedAllAt(userId: string): Promise<number | undefined>;
  selectAll(userId: string, now: number): Promise<void>;
  /** Who opened App Home since then, the latest first. */
  openedSince(since: number, limit: number): Promise<string[]>;
  /** Requests with a step that was not told. A step counts by itself, on every replica, so that a crash loses none. */
  changes(limit: number): Promise<RequestChange[]>;
  /** These versions were told; what was stored since is a change again. */
  told(changes: readonly RequestChange[]): Promise<void>;
  /** Something changed that these people's App Home shows; of those who never opened it nothing is kept. */
  want(userIds: readonly string[]): Promise<void>;
  /** Atomic: leases the person's App Home if it is behind, due and not leased. */
  claim(userId: string, now: number, leaseMs: number): Promise<HeldHome | undefined>;
  /** Ends the lease. Published: shows what was wanted; else it is tried again at `retryAt`. False: the lease was lost. */
  settle(home: HeldHome, result: { published: true } | { retryAt: number }): Promise<boolean>;
  /** Whose App Home is behind, due and not leased, of those who opened it since then. */
  behind(now: number, since: number, limit: number): Promise<string[]>;
  /** The person's own requests that are unfinished or were made since then, the latest first. */
  requestedBy(userId: string, since: number, limit: number): Promise<Batch[]>;
  counts(since: number): Promise<Counts>;
}
