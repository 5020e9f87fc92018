/**
 * Owns a table of link IDs that gives each its number, from 0 in the order they came: what a walk keeps of a link must be
 * small, since a list may hold a million of them. 24 hex digits take 20 bytes here, and 100 in a Map.
 */

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

export function createLinkTable(): LinkTable {
  /** Three words for each link. */
  const blocks: Uint32Array[] = [];
  /** Open addressing: the numbers of the links, by the hashes of their IDs. */
  let slots = new Int32Array(FIRST_SLOTS).fill(FREE);
  let size = 0;
  const words = new Uint32Array(3);
  /** What is no link ID of 24 hex digits. */
  const others = new Map<string, number>();
  const idsOfOthers = new Map<number, string>();

  const holds = (number: number): boolean => {
    const block = blocks[number >> BLOCK_BITS];
    const at = 3 * (number & (BLOCK - 1));
    return block?.[at] === words[0] && block?.[at + 1] === words[1] && block?.[at + 2] === words[2];
  };

  function grow(): void {
    const larger = new Int32Array(2 * slots.length).fill(FREE);
    const mask = larger.length - 1;
    for (const number of slots) {
      if (number === FREE) continue;
      const block = blocks[number >> BLOCK_BITS];
      const at = 3 * (number & (BLOCK - 1));
      let slot = hashOf(block?.[at], block?.[at + 1], block?.[at + 2]) & mask;
      while (larger[slot] !== FREE) slot = (slot + 1) & mask;
      larger[slot] = number;
    }
    slots = larger;
  }

  function add(slot: number): number {
    const block = (blocks[size >> BLOCK_BITS] ??= new Uint32Array(3 * BLOCK));
    block.set(words, 3 * (size & (BLOCK - 1)));
    slots[slot] = size;
    size += 1;
    // Three quarters full at most: then a look-up takes a few steps.
    if (4 * size > 3 * slots.length) grow();
    return size - 1;
  }

  function numberOfOther(linkId: string): number {
    const known = others.get(linkId);
    if (known !== undefined) return known;
    others.set(linkId, size);
    idsOfOthers.set(size, linkId);
    // Its place in the blocks stays empty.
    blocks[size >> BLOCK_BITS] ??= new Uint32Array(3 * BLOCK);
    size += 1;
    return size - 1;
  }

  /** The slot of the ID in `words`: its own, or the free one where it belongs. */
  function slotOfWords(): number {
    const mask = slots.length - 1;
    let slot = hashOf(words[0], words[1], words[2]) & mask;
    for (;;) {
      const number = slots[slot] ?? FREE;
      if (number === FREE || holds(number)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  return {
    numberOf(linkId) {
      if (!readWords(linkId, words)) return numberOfOther(linkId);
      const slot = slotOfWords();
      const number = slots[slot] ?? FREE;
      return number === FREE ? add(slot) : number;
    },
    find(linkId) {
      if (!readWords(linkId, words)) return others.get(linkId);
      const number = slots[slotOfWords()] ?? FREE;
      return number === FREE ? undefined : number;
    },
    idOf(number) {
      const other = idsOfOthers.get(number);
      if (other !== undefined) return other;
      const at = 3 * (number & (BLOCK - 1));
      const own = blocks[number >> BLOCK_BITS]?.subarray(at, at + 3) ?? [];
      return Array.from(own, (word) => word.toString(16).padStart(8, '0')).join('');
    },
    size: () => size,
  };
}

/** Numbers and instants of links, by the number of the link; undefined where none was set. */
export function createColumn() {
  const blocks: Float64Array[] = [];
  return {
    get(number: number): number | undefined {
      const value = blocks[number >> BLOCK_BITS]?.[number & (BLOCK - 1)];
      return value === undefined || Number.isNaN(value) ? undefined : value;
    },
    set(number: number, value: number | undefined): void {
      const block = (blocks[number >> BLOCK_BITS] ??= new Float64Array(BLOCK).fill(Number.NaN));
      block[number & (BLOCK - 1)] = value ?? Number.NaN;
    },
  };
}

/** Bytes of links, by the number of the link; 0 where none was set. */
export function createByteColumn() {
  const blocks: Uint8Array[] = [];
  return {
    get: (number: number): number => blocks[number >> BLOCK_BITS]?.[number & (BLOCK - 1)] ?? 0,
    set(number: number, value: number): void {
      const block = (blocks[number >> BLOCK_BITS] ??= new Uint8Array(BLOCK));
      block[number & (BLOCK - 1)] = value;
    },
  };
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
