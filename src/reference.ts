/** Owns the short reference of one request or job run: `requestId` in the log, the support code for people. */

import { randomInt } from 'node:crypto';

/** Letters and digits that cannot be confused when read out. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Returns eight of them at random. */
export function newReference(): string {
  return Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}
