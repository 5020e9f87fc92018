/** Owns the keyed hash of the local index of links. */

import { createHmac, hkdfSync } from 'node:crypto';
import type { KeyedHash } from './payouts/links/index-port.ts';

/** Half of the hash: two of 2,000,000 keys collide once in 10^26, and a candidate is verified anyway. */
const HASH_BYTES = 16;

/** HMAC-SHA-256 under a key derived from the secret: every replica with the same secret finds what another one wrote. */
export function createKeyedHash(secret: string): KeyedHash {
  const key = Buffer.from(hkdfSync('sha256', secret, 'payout-desk', 'link index v1', 32));
  return (text) =>
    createHmac('sha256', key).update(text, 'utf8').digest().subarray(0, HASH_BYTES).toString('base64url');
}
