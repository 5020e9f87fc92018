/** Owns the tables about links in general, a part of the schema. */

import type { Instant } from './instant.ts';

/** A list that a person saved, or saw last: one row a slot. */
export interface SavedListTable {
  user_id: string;
  slot: number;
  sealed: string;
  saved_at: Instant;
}

/** A link of the local index, and when an answer showed it last. */
export interface IndexedLinkTable {
  link_id: string;
  seen_at: Instant;
}

/** What it can be found by: keyed hashes alone. */
export interface LinkKeyTable {
  key: string;
  link_id: string;
}

/** A link that is PROCESSING. */
export interface ProcessingLinkTable {
  link_id: string;
  first_seen_at: Instant;
  last_seen_at: Instant;
  /** As tracking told it; NULL while that is not known. */
  claimed_at: Instant | null;
}
