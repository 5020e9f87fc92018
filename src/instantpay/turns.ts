/** Owns that long answers are read one a turn of the event loop: those that come together would keep every request waiting. */

import { setImmediate } from 'node:timers/promises';

/** Returns what resolves in a turn of the event loop of its own. */
export function createTurns(): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return async () => {
    const own = last.then(() => setImmediate());
    last = own;
    await own;
  };
}
