/**
 * Owns the links of a table that a walk has left behind, sorted by ID in runs that do not overlap: in a list that is in order,
 * which link lists are, the next link lies outside of all of them, and nothing has to be read to know that it is new.
 */

import { createBlocks, type SpillFile } from './spill.ts';

/** Links of a run. */
export const RUN = 4_096;
/** Three words of the ID and the number. */
const WORDS = 4;

interface Range {
  /** IDs, of 24 hex digits each: they are in order as texts are. */
  first: string;
  last: string;
  block: number;
}

export interface SortedRuns {
  /** Takes `RUN` links, words and number each, in order of their IDs; false when they overlap others. */
  add(first: string, last: string, links: Uint32Array): boolean;
  /** The number of the link; `words` are those of its ID. */
  find(linkId: string, words: Uint32Array): number | undefined;
}

export function createSortedRuns(spill: SpillFile): SortedRuns {
  const blocks = createBlocks(() => new Uint32Array(WORDS * RUN), 0, spill);
  /** In order. */
  const ranges: Range[] = [];

  /** How many ranges begin at or before this ID. */
  function beginning(linkId: string): number {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle]?.first ?? '') <= linkId) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add(first, last, links) {
      const at = beginning(last);
      const before = ranges[at - 1];
      if (before && before.last >= first) return false;
      const range = { first, last, block: ranges.length };
      blocks.at(range.block).set(links);
      ranges.splice(at, 0, range);
      return true;
    },

    find(linkId, words) {
      const range = ranges[beginning(linkId) - 1];
      if (!range || range.last < linkId) return undefined;
      const block = blocks.at(range.block);
      let low = 0;
      let high = RUN;
      while (low < high) {
        const middle = (low + high) >> 1;
        const order = compareWords(block, WORDS * middle, words, 0);
        if (order === 0) return block[WORDS * middle + 3];
        if (order < 0) low = middle + 1;
        else high = middle;
      }
      return undefined;
    },
  };
}

/** By the three words of an ID. */
export function compareWords(one: Uint32Array, at: number, other: Uint32Array, otherAt: number): number {
  for (let word = 0; word < 3; word += 1) {
    const difference = (one[at + word] ?? 0) - (other[otherAt + word] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
