/** Owns the payout link: its ID, its statuses and the actions each status allows. */

import { DAY_MS, MINUTE_MS } from '../time.ts';

/** The link statuses published by InstantPay, for the track operation. */
export const KNOWN_STATUSES = ['ISSUED', 'PROCESSING', 'CLAIMED', 'EXPIRED', 'CANCELLED'] as const;

export type KnownStatus = (typeof KNOWN_STATUSES)[number];

/** `UNKNOWN` is every status InstantPay has not published; it disables every action (R7). */
export const LINK_STATUSES = [...KNOWN_STATUSES, 'UNKNOWN'] as const;
export type LinkStatus = (typeof LINK_STATUSES)[number];

export const ENVIRONMENTS = ['live', 'sandbox'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** The recipient. `email` and `mobile` are masked when the answer is read (R17). */
export interface Contact {
  name: string | undefined;
  email: string | undefined;
  mobile: string | undefined;
}

/** A record of the list operation. */
export interface PayoutLink {
  linkId: string;
  status: LinkStatus;
  /** The status as InstantPay wrote it; differs from `status` only when that is UNKNOWN. */
  statusText: string;
  /** Undefined when InstantPay's amount cannot be read (R3). */
  amountPaise: number | undefined;
  purpose: string | undefined;
  description: string | undefined;
  contact: Contact;
  /**
   * Of an open link: a keyed hash of the recipient’s unmasked mobile number or email address, to tell whether two links have
   * the same one (R17). Never stored or shown; undefined when there is neither.
   */
  recipientKey?: string | undefined;
  referenceNo: string | undefined;
  orderId: string | undefined;
  paymentModes: string[];
  /** Whether InstantPay verifies the beneficiary's account before it pays. */
  verifyBene: boolean | undefined;
  /** Epoch milliseconds, UTC. Undefined unless the link ID holds a plausible time (R20). */
  createdAt: number | undefined;
  /** Epoch milliseconds, UTC. From when the link can be claimed; not its creation (R20). */
  activatedAt: number | undefined;
  /** Epoch milliseconds, UTC. When the link expires or expired. */
  expiresAt: number | undefined;
}

/** One entry of a link’s history. `text` is free text, numbers and addresses masked (R7). */
export interface LinkActivity {
  text: string;
  /** Epoch milliseconds, UTC. */
  at: number | undefined;
  orderId: string | undefined;
  accountType: string | undefined;
  /** Masked (R17). */
  accountNumber: string | undefined;
  accountIfsc: string | undefined;
}

/** The answer of the track operation. `linkId` is the requested one: the answer has none (R18). */
export interface TrackedLink {
  linkId: string;
  status: LinkStatus;
  statusText: string;
  /** Undefined when InstantPay's amount cannot be read (R3). */
  amountPaise: number | undefined;
  activity: LinkActivity[];
  /** Entries left out of the middle of a very long history. */
  activityLeftOut: number;
  /** Where the answer came from, as the answer says (R15). */
  environment: Environment | undefined;
  ipayUuid: string | undefined;
}

const LINK_ID = /^[0-9a-f]{24}$/i;

/** Returns the link ID in lower case; undefined unless the text is 24 hex digits (R18). */
export function parseLinkId(text: string): string | undefined {
  const trimmed = text.trim();
  return LINK_ID.test(trimmed) ? trimmed.toLowerCase() : undefined;
}

/** A published status, or UNKNOWN for anything else (R7). */
export function readStatus(text: string): LinkStatus {
  const upper = text.trim().toUpperCase();
  return KNOWN_STATUSES.find((status) => status === upper) ?? 'UNKNOWN';
}

/** Longest plausible time from a link’s creation to its expiry. */
const LONGEST_LIFE_MS = 366 * DAY_MS;
/** InstantPay’s clock may be ahead of ours by this much. */
const AHEAD_MS = 10 * MINUTE_MS;
/** No link is older than the service. */
const EARLIEST = Date.parse('2016-01-01T00:00:00Z');

/**
 * Returns when a link was created, in epoch milliseconds: the seconds in the first 8 digits of its ID, if plausible for
 * this link; else undefined (R20).
 */
export function creationOf(linkId: string, expiresAt: number | undefined, now: number): number | undefined {
  const createdAt = Number.parseInt(linkId.slice(0, 8), 16) * 1_000;
  const earliest = expiresAt === undefined ? EARLIEST : expiresAt - LONGEST_LIFE_MS;
  const latest = Math.min(now + AHEAD_MS, expiresAt ?? Infinity);
  return createdAt >= earliest && createdAt <= latest ? createdAt : undefined;
}

/** Returns the time of the first history entry: the exact creation (R20). */
export function firstActivityAt({ activity }: TrackedLink): number | undefined {
  const times = activity.flatMap(({ at }) => at ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * Returns when a PROCESSING link was claimed: the first of the trailing history entries with an account or an order (R20).
 * Their free text decides nothing (R7).
 */
export function claimedAt({ activity }: TrackedLink): number | undefined {
  let since: number | undefined;
  for (const entry of activity) {
    const isClaim = entry.accountNumber !== undefined || entry.orderId !== undefined;
    since = isClaim ? (since ?? entry.at) : undefined;
  }
  return since;
}

/** R8: only ISSUED links. */
export function canCancel(status: LinkStatus): boolean {
  return status === 'ISSUED';
}

/** R7: no status but these is final. */
export function isFinalStatus(status: LinkStatus): boolean {
  return status === 'CLAIMED' || status === 'CANCELLED' || status === 'EXPIRED';
}

/** Only an ISSUED link can be reminded: its recipient has not claimed it yet. */
export function canRemind(status: LinkStatus): status is 'ISSUED' {
  return status === 'ISSUED';
}

/** InstantPay's word for a status that is none of `KNOWN_STATUSES`. */
export const unknownStatus = (statusText: string): string =>
  `a status Payout Desk does not recognise (${statusText})`;

/** "CLAIMED", or "in a status Payout Desk does not recognise (REVOKED)". */
export function describeStatus(link: { status: LinkStatus; statusText: string }): string {
  return link.status === 'UNKNOWN' ? `in ${unknownStatus(link.statusText)}` : link.status;
}

/** A second link for the same amount is what a duplicate looks like. */
export function isPossibleDuplicate(
  other: Pick<PayoutLink, 'amountPaise'>,
  amountPaise: number | undefined,
): boolean {
  return amountPaise !== undefined && other.amountPaise === amountPaise;
}
