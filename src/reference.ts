/** Owns the short reference of one request or job run: `requestId` in the log, the support code for people. */

import { randomInt } from 'node:crypto';

/** Letters and digits that cannot be confused when read out. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Returns eight of them at random. */
export function newReference(): string {
  let reference = '';
  // Node keeps random bytes for such numbers, so that the system is not asked each time.
  while (reference.length < 8) reference += LETTERS[randomInt(LETTERS.length)];
  return reference;
}
