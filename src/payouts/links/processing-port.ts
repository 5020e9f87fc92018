/** Owns what ages of PROCESSING need from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { LinkStatus } from './link.ts';

/** What an age counts from (R20): the claim, the first time the link was seen PROCESSING, or its creation. */
export type AgeStart = 'claim' | 'seen' | 'created';

export interface ProcessingSince {
  since: number;
  from: AgeStart;
}

/** A link’s status in an answer of InstantPay. */
export interface SeenStatus {
  linkId: string;
  status: LinkStatus;
  /** Of a tracked link that is PROCESSING, as far as its history says. */
  claimedAt?: number | undefined;
}

/** Rows of links that are PROCESSING, bounded by `prune`. */
export interface ProcessingStore {
  /**
   * Remembers the first time each of these links was seen PROCESSING, and forgets those that were seen in another status:
   * a link that is claimed again has a new age (R7).
   */
  seen(links: readonly SeenStatus[], at: number): Promise<void>;
  /** Keeps the claim of a PROCESSING link, as tracking told it; the last one told counts. */
  claimedAt(linkId: string, at: number): Promise<void>;
  /** Of these links, what their age counts from; those that were never seen PROCESSING are missing. */
  find(linkIds: readonly string[]): Promise<Map<string, ProcessingSince>>;
  /** The links that are remembered, the last seen first. */
  known(limit: number): Promise<string[]>;
  /** Removes links not seen since then, and all but the `keep` seen last; returns how many were removed. */
  prune(seenBefore: number, keep: number): Promise<number>;
}
