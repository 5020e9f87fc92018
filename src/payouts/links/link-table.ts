/**
 * Owns a table of link IDs that gives each its number, from 0 in the order they came: what a walk keeps of a link must be
 * small, since a list may hold a million of them. 24 hex digits take 20 bytes here, and 100 in a Map.
 */

import { compareWords, createSortedRuns, RUN } from './sorted-runs.ts';
import { type Blocks, createBlocks, type SpillFile } from './spill.ts';

/** Keys are kept in blocks, so that a table that grows copies none of them. */
const BLOCK_BITS = 13;
const BLOCK = 2 ** BLOCK_BITS;
const FIRST_SLOTS = 1_024;
const FREE = -1;

export interface LinkTable {
  /** The link's number; it is added when it is new. */
  numberOf(linkId: string): number;
  /** The number of a link that is in the table; undefined when it is not. */
  find(linkId: string): number | undefined;
  /** The ID of the link with this number. */
  idOf(number: number): string;
  /** How many links it holds. */
  size(): number;
}

/** Open addressing: the numbers of links, by the hashes of their IDs. */
function createSlots(ids: Blocks<Uint32Array>) {
  let slots = new Int32Array(FIRST_SLOTS).fill(FREE);
  let held = 0;

  /** Puts a link, which is in none of them, into these slots. */
  function place(into: Int32Array, number: number): void {
    const block = ids.at(number >> BLOCK_BITS);
    const at = 3 * (number & (BLOCK - 1));
    const mask = into.length - 1;
    let slot = hashOf(block[at], block[at + 1], block[at + 2]) & mask;
    while (into[slot] !== FREE) slot = (slot + 1) & mask;
    into[slot] = number;
  }

  function grow(): void {
    const larger = new Int32Array(2 * slots.length).fill(FREE);
    for (const number of slots) if (number !== FREE) place(larger, number);
    slots = larger;
  }

  return {
    held: () => held,
    find(words: Uint32Array): number | undefined {
      const mask = slots.length - 1;
      let slot = hashOf(words[0], words[1], words[2]) & mask;
      for (;;) {
        const number = slots[slot] ?? FREE;
        if (number === FREE) return undefined;
        const at = 3 * (number & (BLOCK - 1));
        if (compareWords(ids.at(number >> BLOCK_BITS), at, words, 0) === 0) return number;
        slot = (slot + 1) & mask;
      }
    },
    add(number: number): void {
      place(slots, number);
      held += 1;
      // Three quarters full at most: then a look-up takes a few steps.
      if (4 * held > 3 * slots.length) grow();
    },
    numbers: (): Int32Array => slots.filter((number) => number !== FREE),
    clear(): void {
      slots.fill(FREE);
      held = 0;
    },
  };
}

/**
 * With `spill`, memory does not grow with a list that is in order, the newest or the oldest first: IDs that the walk has left
 * behind, and the values of columns, go to the file, whole, so that no link is taken for another. A list in any other order
 * stays in memory, as without `spill`.
 */
export function createLinkTable(spill?: SpillFile): LinkTable {
  /** Three words for each link. */
  const ids = createBlocks(() => new Uint32Array(3 * BLOCK), 0, spill);
  const slots = createSlots(ids);
  /** Those that left the slots. */
  const runs = spill && createSortedRuns(spill);
  let isOrdered = runs !== undefined;
  let sorting: ReturnType<typeof newSorting> | undefined;
  let size = 0;
  /** The ID that was asked for last, when it is one. */
  const words = new Uint32Array(3);
  let isId = false;
  /** What is no link ID of 24 hex digits. */
  const others = new Map<string, number>();
  const idsOfOthers = new Map<number, string>();

  /** Moves the highest IDs to a run of their own: in a list that is in order, what comes next is not among them. */
  function leaveBehind(): void {
    const { links, order, run } = (sorting ??= newSorting());
    // As they came: a list that is in order is sorted then, or the other way round, which takes one look at each.
    const numbers = slots.numbers().sort();
    numbers.forEach((number, index) => {
      copyWords(ids.at(number >> BLOCK_BITS), 3 * (number & (BLOCK - 1)), links, 4 * index);
      links[4 * index + 3] = number;
      order[index] = index;
    });
    order.sort((one, other) => compareWords(links, 4 * one, links, 4 * other));
    order.slice(-RUN).forEach((one, at) => {
      copyWords(links, 4 * one, run, 4 * at);
      run[4 * at + 3] = links[4 * one + 3] ?? 0;
    });
    if (!runs?.add(textOf(run, 0), textOf(run, 4 * (RUN - 1)), run)) {
      // The hash comes back to any ID at any time.
      isOrdered = false;
      ids.keepAll();
      return;
    }
    slots.clear();
    for (const one of order.slice(0, -RUN)) slots.add(links[4 * one + 3] ?? 0);
  }

  function add(): number {
    const number = size;
    ids.at(number >> BLOCK_BITS).set(words, 3 * (number & (BLOCK - 1)));
    size += 1;
    slots.add(number);
    if (isOrdered && slots.held() === 2 * RUN) leaveBehind();
    return number;
  }

  function addOther(linkId: string): number {
    others.set(linkId, size);
    idsOfOthers.set(size, linkId);
    // Its place in the blocks stays empty.
    size += 1;
    return size - 1;
  }

  function find(linkId: string): number | undefined {
    isId = readWords(linkId, words);
    if (!isId) return others.get(linkId);
    return slots.find(words) ?? runs?.find(linkId, words);
  }

  return {
    find,
    numberOf: (linkId) => find(linkId) ?? (isId ? add() : addOther(linkId)),
    idOf(number) {
      const other = idsOfOthers.get(number);
      return other ?? textOf(ids.at(number >> BLOCK_BITS), 3 * (number & (BLOCK - 1)));
    },
    size: () => size,
  };
}

/** The three words of an ID. By hand: a view of them for each takes ten times as long. */
function copyWords(from: Uint32Array, at: number, to: Uint32Array, toAt: number): void {
  for (let word = 0; word < 3; word += 1) to[toAt + word] = from[at + word] ?? 0;
}

/** Used again for each run: memory outside of V8's heap is given back at a full collection only. */
const newSorting = () => ({
  links: new Uint32Array(2 * 4 * RUN),
  // No typed array: those are not sorted by a way that is quick for what is in order.
  order: Array.from({ length: 2 * RUN }, () => 0),
  run: new Uint32Array(4 * RUN),
});

/** Numbers and instants of links, by the number of the link; undefined where none was set. */
export function createColumn(spill?: SpillFile) {
  const blocks = createBlocks(() => new Float64Array(BLOCK), Number.NaN, spill);
  return {
    get(number: number): number | undefined {
      const value = blocks.at(number >> BLOCK_BITS)[number & (BLOCK - 1)];
      return value === undefined || Number.isNaN(value) ? undefined : value;
    },
    set(number: number, value: number | undefined): void {
      blocks.at(number >> BLOCK_BITS)[number & (BLOCK - 1)] = value ?? Number.NaN;
    },
  };
}

/** Bytes of links, by the number of the link; 0 where none was set. */
export function createByteColumn(spill?: SpillFile) {
  const blocks = createBlocks(() => new Uint8Array(BLOCK), 0, spill);
  return {
    get: (number: number): number => blocks.at(number >> BLOCK_BITS)[number & (BLOCK - 1)] ?? 0,
    set(number: number, value: number): void {
      blocks.at(number >> BLOCK_BITS)[number & (BLOCK - 1)] = value;
    },
  };
}

/** The ID whose three words begin there. */
function textOf(words: Uint32Array, at: number): string {
  return Array.from(words.subarray(at, at + 3), (word) => word.toString(16).padStart(8, '0')).join('');
}

/** Reads 24 hex digits in lower case into three words; false for anything else. */
function readWords(linkId: string, words: Uint32Array): boolean {
  if (linkId.length !== 24) return false;
  for (let word = 0; word < 3; word += 1) {
    let value = 0;
    for (let index = 8 * word; index < 8 * word + 8; index += 1) {
      const digit = digitOf(linkId.charCodeAt(index));
      if (digit < 0) return false;
      value = (value << 4) | digit;
    }
    words[word] = value;
  }
  return true;
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}

/** Mixes all bits into the low ones: IDs differ in a counter and in a time. */
function hashOf(first = 0, second = 0, third = 0): number {
  let hash = Math.imul(first ^ (first >>> 15), 0x2c1b3c6d) ^ second;
  hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39) ^ third;
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
