/** Owns what is asked of InstantPay's list and what comes back: filter, page, end of a walk. Types alone. */

import type { Environment, KnownStatus, PayoutLink } from './link.ts';

export interface LinkFilter {
  statuses?: readonly KnownStatus[];
  /** A name, a mobile number or an e-mail address, unmasked, as the asker typed it. */
  contact?: string;
  linkId?: string;
  /** An https://instant.pe/... address; there is no such filter upstream, so pages are walked for it. */
  url?: string;
}

/** One page of the list operation, already filtered again on our side (R1). */
export interface LinkPage {
  pageNumber: number;
  links: PayoutLink[];
  /** The page InstantPay says it sent; differs from `pageNumber` only when it sent another one than was asked for. */
  currentPage: number | undefined;
  /** How many records InstantPay sent, before our filter. */
  recordsReceived: number;
  /** How many of them did not answer the filter and were left out (R1). */
  mismatched: number;
  /** The ids of those: who kept an earlier record of one of them lets go of it. */
  mismatchedIds: readonly string[];
  /** How many of them cannot be read and were left out (R1). */
  unreadable: number;
  /** What InstantPay counts for the whole list, before our filter (R2). */
  totalRecords: number | undefined;
  totalPages: number | undefined;
  /** The places of the first and the last record of this page in the whole list, from 1. */
  recordFrom: number | undefined;
  recordTo: number | undefined;
  environment: Environment | undefined;
  ipayUuid: string | undefined;
}

/**
 * How a walk over pages ended (R2). Complete: every link InstantPay counts was read. Not complete: what was read is
 * not the whole, and `reason` says why.
 */
export interface WalkEnd {
  complete: boolean;
  /** One sentence for people; only when not complete. */
  reason: string | undefined;
  /** Of the last time through the list. */
  pagesRead: number;
  /** Links read, each counted once. */
  recordsRead: number;
}
