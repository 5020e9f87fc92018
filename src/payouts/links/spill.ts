/**
 * Owns keeping long tables out of memory: blocks of numbers of which the last used are in memory, and the others, where there
 * is room, in a temporary file. Reading is synchronous, since a table is asked for each link of a page.
 */

/** A file of one walk, for as long as it lasts. */
export interface SpillFile {
  /** Returns where so many bytes have their place. */
  reserve(bytes: number): number;
  /** False when they could not be written. */
  write(at: number, bytes: Uint8Array): boolean;
  /** Throws Unavailable. */
  read(at: number, bytes: Uint8Array): void;
  close(): void;
}

/** Undefined when there is no room for one: then everything stays in memory. */
export type OpenSpill = () => SpillFile | undefined;

/** Of each table: a walk goes over a list in order, so it comes back to the last ones alone. */
const BLOCKS_IN_MEMORY = 4;

type Numbers = Uint8Array | Uint32Array | Float64Array;

export interface Blocks<Block extends Numbers> {
  /** The block of this index; it is made, with `empty` in each place, when there is none. Valid until the next call. */
  at(index: number): Block;
  /** From now on everything stays in memory: for who comes back to any block at any time. */
  keepAll(): void;
}

export function createBlocks<Block extends Numbers>(
  make: () => Block,
  empty: number,
  spill: SpillFile | undefined,
): Blocks<Block> {
  const blocks: (Block | undefined)[] = [];
  const places: (number | undefined)[] = [];
  /** The indexes of those in memory, the last used at the end. */
  const inMemory: number[] = [];
  let file = spill;
  let lastIndex = -1;
  let last: Block | undefined;

  /** Makes room for one more; returns the block that left, to be used again. */
  function evict(): Block | undefined {
    const index = inMemory[0];
    const block = index === undefined ? undefined : blocks[index];
    if (!file || index === undefined || !block || inMemory.length < BLOCKS_IN_MEMORY) return undefined;
    const place = (places[index] ??= file.reserve(block.byteLength));
    if (!file.write(place, bytesOf(block))) {
      keepAll();
      return undefined;
    }
    inMemory.shift();
    blocks[index] = undefined;
    return block;
  }

  function load(index: number): Block {
    // Used again: memory outside of V8's heap is given back at a full collection only.
    const block = evict() ?? make();
    const place = places[index];
    if (place === undefined) block.fill(empty);
    else spill?.read(place, bytesOf(block));
    blocks[index] = block;
    return block;
  }

  function keepAll(): void {
    file = undefined;
  }

  return {
    at(index) {
      if (index === lastIndex && last) return last;
      last = blocks[index] ?? load(index);
      lastIndex = index;
      if (file) {
        const at = inMemory.indexOf(index);
        if (at !== -1) inMemory.splice(at, 1);
        inMemory.push(index);
      }
      return last;
    },
    keepAll,
  };
}

function bytesOf(block: Numbers): Uint8Array {
  return new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
}
