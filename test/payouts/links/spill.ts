/** Owns a file of tables in memory, which can be full, or not there any more. */

import { Unavailable } from '../../../src/errors.ts';
import type { SpillFile } from '../../../src/payouts/links/spill.ts';

/** Opens such files, and counts those that are not closed yet. */
export function countedSpills() {
  const count = { opened: 0, open: 0 };
  const openSpill = (): SpillFile => {
    count.opened += 1;
    count.open += 1;
    return { ...memorySpill().file, close: () => void (count.open -= 1) };
  };
  return { count, openSpill };
}

export function memorySpill() {
  const written = new Map<number, Uint8Array>();
  const state = { isFull: false, isGone: false, writes: 0, reads: 0, end: 0 };
  const file: SpillFile = {
    reserve: (bytes) => (state.end += bytes) - bytes,
    write(at, bytes) {
      if (state.isFull) return false;
      state.writes += 1;
      written.set(at, bytes.slice());
      return true;
    },
    read(at, bytes) {
      const kept = written.get(at);
      if (state.isGone || kept?.length !== bytes.length) throw new Unavailable('gone');
      state.reads += 1;
      bytes.set(kept);
    },
    close() {},
  };
  return { file, state };
}
