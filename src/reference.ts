/** Owns the short reference of one request or job run: `requestId` in the log, the support code for people. */

import { randomBytes } from 'node:crypto';

/** Letters and digits that cannot be confused when read out. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Returns eight of them at random. */
export function newReference(): string {
  // 32 letters: a byte's remainder is as random as the byte.
  return Array.from(randomBytes(8), (byte) => LETTERS[byte % LETTERS.length]).join('');
}
