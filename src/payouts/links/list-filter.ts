/** Owns which links a list shows, and in what order: what InstantPay filters, and what is filtered here. */

import { addDays, istInstant } from '../time.ts';
import type { KnownStatus, PayoutLink } from './link.ts';

export const LIST_SORTS = ['newest', 'expiring', 'largest'] as const;
export type ListSort = (typeof LIST_SORTS)[number];

export interface ListFilter {
  /** Empty: every status. */
  statuses: readonly KnownStatus[];
  contact: string | undefined;
  /** First and last day of creation (R20), YYYY-MM-DD in IST, both included. */
  from?: string | undefined;
  to?: string | undefined;
  /** More and less than these amounts. */
  overPaise?: number | undefined;
  underPaise?: number | undefined;
  /** Undefined: as InstantPay orders them; where all of them are read, by status. */
  sort?: ListSort | undefined;
}

export const EVERY_LINK: ListFilter = { statuses: [], contact: undefined };

/** InstantPay filters by status and recipient alone: for anything else every link is read. */
export function needsWalk({ from, to, overPaise, underPaise, sort }: ListFilter): boolean {
  return [from, to, overPaise, underPaise, sort].some((given) => given !== undefined);
}

/** The order of a list that is read whole: by what its status asks for, unless one was chosen. */
export function orderOf({ sort, statuses }: ListFilter): ListSort {
  if (sort) return sort;
  const [only, ...more] = statuses;
  return more.length === 0 && (only === 'ISSUED' || only === 'EXPIRED') ? 'expiring' : 'newest';
}

/** `undated`: the filter asks for a day, and the link’s creation is not known. */
export type Match = 'yes' | 'no' | 'undated';

/** Returns what tells which links fit, by what InstantPay does not filter. An unreadable amount is neither over nor under. */
export function matcherOf({ from, to, overPaise, underPaise }: ListFilter): (link: PayoutLink) => Match {
  // Instants once, in place of a day for each of many links.
  const firstAt = from === undefined ? -Infinity : istInstant(from);
  const endAt = to === undefined ? Infinity : istInstant(addDays(to, 1));
  const isOfDays = from !== undefined || to !== undefined;
  return ({ amountPaise, createdAt }) => {
    if (overPaise !== undefined && !(amountPaise !== undefined && amountPaise > overPaise)) return 'no';
    if (underPaise !== undefined && !(amountPaise !== undefined && amountPaise < underPaise)) return 'no';
    if (!isOfDays) return 'yes';
    if (createdAt === undefined) return 'undated';
    return createdAt >= firstAt && createdAt < endAt ? 'yes' : 'no';
  };
}

/** Negative: `one` comes first. The link ID decides between equals, so that an order is the same each time. */
export type Compare = (one: PayoutLink, other: PayoutLink) => number;

export function compareBy(sort: ListSort, now: number): Compare {
  const first: Record<ListSort, Compare> = {
    newest: (one, other) => downwards(one.createdAt, other.createdAt),
    largest: (one, other) => downwards(one.amountPaise, other.amountPaise),
    expiring: (one, other) => downwards(expiryRank(one, now), expiryRank(other, now)),
  };
  return (one, other) =>
    first[sort](one, other) ||
    downwards(one.createdAt, other.createdAt) ||
    (one.linkId < other.linkId ? 1 : one.linkId > other.linkId ? -1 : 0);
}

/** What is unknown comes last. */
function downwards(one: number | undefined, other: number | undefined): number {
  const [left, right] = [one ?? -Infinity, other ?? -Infinity];
  return left === right ? 0 : right - left;
}

/**
 * The higher the earlier: what expires soonest, then what expired last. A link that is CLAIMED or CANCELLED has no expiry
 * to speak of (R20).
 */
function expiryRank({ status, expiresAt }: PayoutLink, now: number): number | undefined {
  if (expiresAt === undefined || status === 'CLAIMED' || status === 'CANCELLED') return undefined;
  const isAhead = status !== 'EXPIRED' && expiresAt > now;
  // Any instant that is ahead ranks above any that has passed.
  return isAhead ? Number.MAX_SAFE_INTEGER - expiresAt : expiresAt;
}
