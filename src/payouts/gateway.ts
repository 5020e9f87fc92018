/** Owns InstantPay as the rules see it: types alone. Instants are epoch milliseconds in UTC. */

import type { Environment, KnownStatus, PayoutLink, TrackedLink } from './links/link.ts';
import type { LinkFilter, LinkPage, WalkEnd } from './links/page.ts';
import type { Revealed } from './links/revealed.ts';
import type { TransactionAnswer, TransactionQuery } from './transactions/transaction.ts';

/**
 * What became of a write (R9). `done`: confirmed. `refused`: certainly not done. `verify`: InstantPay answered
 * with a code after which the state must be read before anything is said. `unknown`: it may or may not have
 * been done. `not_sent`: nothing left this machine.
 */
export interface WriteAnswer {
  kind: 'done' | 'refused' | 'verify' | 'unknown' | 'not_sent';
  /** InstantPay's own words, masked, or what went wrong on the way. */
  message: string;
  ipayUuid: string | undefined;
  environment: Environment | undefined;
}

/** What was found of a recipient's links; `problem`: why these may not be all, in one sentence. */
export interface SameRecipient {
  links: PayoutLink[];
  problem: string | undefined;
}

/**
 * InstantPay as the rules see it. Everything private in what it returns is masked (R17). Failures are
 * PayoutDeskErrors.
 */
export interface Gateway {
  track(linkId: string): Promise<TrackedLink>;
  /** One page of the list, newest first as InstantPay orders it; `recordsPerPage` defaults to 10. */
  page(filter: LinkFilter, pageNumber: number, recordsPerPage?: number): Promise<LinkPage>;
  /**
   * Every page; returns how the walk ended instead of throwing when a page fails. When the list moves meanwhile the
   * walk starts over, up to twice (R2), and yields its links again: keep one record for each link ID, the last one.
   */
  links(filter: LinkFilter): AsyncGenerator<LinkPage, WalkEnd, void>;
  /**
   * Links in these statuses to the recipient of this link, itself included, found by the unmasked mobile number or email
   * address. Bounded in pages and time, since a person waits; resolves for every outcome.
   */
  sameRecipient(linkId: string, statuses: readonly KnownStatus[]): Promise<SameRecipient>;
  /** Never retried once anything was sent (R9); resolves for every outcome. */
  notify(linkId: string): Promise<WriteAnswer>;
  /**
   * Never retried once anything was sent (R9); resolves for every outcome. Nothing leaves from `before` on, an instant:
   * what has not left by then is `not_sent`.
   */
  cancel(linkId: string, before: number): Promise<WriteAnswer>;
  /** The link's private details, unmasked; for `reveal` alone. */
  reveal(linkId: string): Promise<Revealed>;
  /** One query, never retried once sent: the rhythm of R12 counts it. Resolves for every outcome. */
  transaction(query: TransactionQuery): Promise<TransactionAnswer>;
}
