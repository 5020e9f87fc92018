/** Owns the list’s filter, its pages and the end of a walk. Types only. */

import type { Environment, KnownStatus, PayoutLink } from './link.ts';

export interface LinkFilter {
  statuses?: readonly KnownStatus[];
  /** A name, a mobile number or an email address as typed, unmasked. */
  contact?: string;
  linkId?: string;
  /** An https://instant.pe/... address. InstantPay has no such filter, so pages are walked. */
  url?: string;
  /** A link’s order ID or reference; walked like `url`. */
  reference?: string;
}

/** One page of the list operation, filtered again here (R1). */
export interface LinkPage {
  pageNumber: number;
  links: PayoutLink[];
  /** The page InstantPay reports; differs from `pageNumber` if it returned another one. */
  currentPage: number | undefined;
  /** Records InstantPay returned, before our filter. */
  recordsReceived: number;
  /** Records outside the filter, left out (R1). */
  mismatched: number;
  /** Their link IDs: a reader drops earlier records of these links. */
  mismatchedIds: readonly string[];
  /** Records that cannot be read, left out (R1). */
  unreadable: number;
  /** InstantPay’s counts for the whole list, before our filter (R2). */
  totalRecords: number | undefined;
  totalPages: number | undefined;
  /** Positions of the first and last record of this page in the whole list, from 1. */
  recordFrom: number | undefined;
  recordTo: number | undefined;
  environment: Environment | undefined;
  ipayUuid: string | undefined;
}

/**
 * The end of a walk (R2). Complete: every link InstantPay counts was read. Otherwise `reason` says why not.
 */
export interface WalkEnd {
  complete: boolean;
  /** One sentence for people; undefined if complete. */
  reason: string | undefined;
  /** Pages of the last pass over the list. */
  pagesRead: number;
  /** Distinct links read. */
  recordsRead: number;
}
