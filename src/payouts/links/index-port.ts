/** Owns the local index of links as the rules and the store see it: types alone. */

import type { SeenStatus } from './processing-port.ts';
import type { LinkTarget } from './target.ts';

/** Returns a keyed hash: without the key nobody can tell what it was made of, not even by trying every number. */
export type KeyedHash = (text: string) => string;

/** What an answer of InstantPay said about a link, unmasked: kept in memory until it is hashed, and written as hashes alone. */
export interface SeenLink {
  linkId: string;
  url?: string | undefined;
  name?: string | undefined;
  email?: string | undefined;
  mobile?: string | undefined;
  referenceNo?: string | undefined;
  /** The link's own, and those of its history. */
  orderIds: readonly (string | undefined)[];
}

/** Told of what an answer said about a link. */
export type OnLink = ((seen: SeenLink & SeenStatus) => void) | undefined;

/** A link with the keyed hashes of what it can be found by. */
export interface Sighting {
  linkId: string;
  keys: readonly string[];
}

/** What is looked for: links with all of these keys, or with any. */
export interface IndexQuery {
  keys: readonly string[];
  match: 'all' | 'any';
}

export interface LinkIndexStore {
  /** Adds what was seen; what is known of a link stays. `at`: when, in epoch milliseconds. */
  remember(sightings: readonly Sighting[], at: number): Promise<void>;
  /** Returns link IDs, the latest seen first. */
  find(query: IndexQuery, limit: number): Promise<string[]>;
  /** Removes all but the `keep` links seen last; returns how many were removed. */
  prune(keep: number): Promise<number>;
}

/** What the search asks: best effort, and never rejects. What it names may be out of date, so it is verified. */
export interface LinkIndex {
  /** Links that what was typed may mean, the latest seen first; empty when none is known, or the index does not answer. */
  candidates(target: LinkTarget, limit: number): Promise<readonly string[]>;
}
