/** Owns the fold of a list that is read whole: count and total of what fits the filter, and the first links of the order. */

import type { PayoutLink } from './link.ts';
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

/**
 * `add` each link, then read `links`. A later record of a link replaces the earlier one: a walk may return a link twice
 * when the list moves meanwhile (R2). Memory grows with the links that fit by their ID and amount alone.
 */
export function startListFold(filter: ListFilter, most: number, now: number) {
  /** By link, its amount: of those that fit. */
  const counted = new Map<string, number | undefined>();
  const undated = new Set<string>();
  const first: PayoutLink[] = [];
  const matchOf = matcherOf(filter);
  const compare = compareBy(orderOf(filter), now);
  let totalPaise = 0n;
  let amountUnknown = 0;

  function count(amountPaise: number | undefined, by: 1 | -1): void {
    if (amountPaise === undefined) amountUnknown += by;
    else totalPaise += BigInt(amountPaise * by);
  }

  function remove(linkId: string): void {
    undated.delete(linkId);
    if (!counted.has(linkId)) return;
    count(counted.get(linkId), -1);
    counted.delete(linkId);
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
      remove(link.linkId);
      const match = matchOf(link);
      if (match === 'undated') undated.add(link.linkId);
      if (match !== 'yes') return;
      counted.set(link.linkId, link.amountPaise);
      count(link.amountPaise, 1);
      insert(link);
    },
    /** For a link that InstantPay’s part of the filter does not fit any more since it was added. */
    remove,
    links: (): Folded => ({
      count: counted.size,
      totalPaise,
      amountUnknown,
      undated: undated.size,
      first: first.slice(0, most),
    }),
  };
}
