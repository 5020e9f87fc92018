/** Owns the fold of a list that is read whole: count and total of what fits the filter, and the first links of the order. */

import type { PayoutLink } from './link.ts';
import { createColumn, createLinkTable } from './link-table.ts';
import { compareBy, type ListFilter, matcherOf, orderOf } from './list-filter.ts';

export interface Folded {
  count: number;
  /** Exact (R3); without the links of `amountUnknown`. */
  totalPaise: bigint;
  /** Links whose amount cannot be read. */
  amountUnknown: number;
  /** Links that the filter asks a day of, and whose creation is not known: left out. */
  undated: number;
  /** In order; at most as many as asked for. */
  first: PayoutLink[];
}

/** More than are given: some may be removed by newer records. */
const SPARE = 50;

/** What is kept of a link in place of its amount in paise; nothing of one that is left out. */
const UNREADABLE = -Infinity;
const UNDATED = Infinity;

/**
 * `add` each link, then read `links`. A later record of a link replaces the earlier one: a walk may return a link twice
 * when the list moves meanwhile (R2). Of each link its ID and one number are kept: a list may hold a million of them.
 */
export function startListFold(filter: ListFilter, most: number, now: number) {
  const table = createLinkTable();
  /** By the number of a link: its amount, or what is there in its place. */
  const kept = createColumn();
  const first: PayoutLink[] = [];
  const matchOf = matcherOf(filter);
  const compare = compareBy(orderOf(filter), now);
  const sums = { count: 0, totalPaise: 0n, amountUnknown: 0, undated: 0 };

  function count(value: number | undefined, by: 1 | -1): void {
    if (value === undefined) return;
    if (value === UNDATED) {
      sums.undated += by;
      return;
    }
    sums.count += by;
    if (value === UNREADABLE) sums.amountUnknown += by;
    else sums.totalPaise += BigInt(value) * BigInt(by);
  }

  /** Puts this in the place of what was kept of the link. */
  function keep(linkId: string, value: number | undefined): void {
    const number = table.numberOf(linkId);
    const before = kept.get(number);
    kept.set(number, value);
    count(before, -1);
    count(value, 1);
    if (before === undefined || before === UNDATED) return;
    const index = first.findIndex((link) => link.linkId === linkId);
    if (index !== -1) first.splice(index, 1);
  }

  function insert(link: PayoutLink): void {
    const last = first.at(-1);
    const isFull = first.length >= most + SPARE;
    if (isFull && last && compare(last, link) <= 0) return;
    let [low, high] = [0, first.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const there = first[middle];
      if (there && compare(there, link) <= 0) low = middle + 1;
      else high = middle;
    }
    first.splice(low, 0, link);
    if (isFull) first.pop();
  }

  return {
    add(link: PayoutLink): void {
      const match = matchOf(link);
      if (match === 'yes') {
        keep(link.linkId, link.amountPaise ?? UNREADABLE);
        insert(link);
      } else keep(link.linkId, match === 'undated' ? UNDATED : undefined);
    },
    /** For a link that InstantPay’s part of the filter does not fit any more since it was added. */
    remove: (linkId: string): void => keep(linkId, undefined),
    links: (): Folded => ({ ...sums, first: first.slice(0, most) }),
  };
}
