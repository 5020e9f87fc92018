/** Owns the keyed hashes: of the local index of links, which is stored, and of recipients, which stays in memory. */

import { createHmac, hkdfSync, randomInt } from 'node:crypto';
import type { KeyedHash } from './payouts/links/index-port.ts';

/** Half of the hash: two of 2,000,000 keys collide once in 10^26, and a candidate is verified anyway. */
const HASH_BYTES = 16;

/** HMAC-SHA-256 under a key derived from the secret: every replica with the same secret finds what another one wrote. */
export function createKeyedHash(secret: string): KeyedHash {
  const key = Buffer.from(hkdfSync('sha256', secret, 'payout-desk', 'link index v1', 32));
  return (text) =>
    createHmac('sha256', key).update(text, 'utf8').digest().subarray(0, HASH_BYTES).toString('base64url');
}

const WORD = 2 ** 32;

/**
 * A quick hash of 53 bits under a key of this process: a walk hashes each open link, and HMAC takes ten times as long. For what
 * is compared in memory and never stored: who has the process's memory has the key too.
 */
export function createQuickHash(keys: readonly [number, number] = [newWord(), newWord()]): KeyedHash {
  return (text) => {
    let [high, low] = keys;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      high = Math.imul(high ^ code, 0x9e3779b1);
      low = Math.imul(low ^ code, 0x5f356495);
    }
    // Each half is mixed with the other, so that every letter changes both.
    high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
    low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
    return String(WORD * (low & 0x1fffff) + (high >>> 0));
  };
}

const newWord = (): number => randomInt(WORD);
