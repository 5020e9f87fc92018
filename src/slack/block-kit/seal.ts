/** Owns sealing what travels through Slack: no unmasked mobile number is readable in a message. */

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

export interface Seal {
  seal(text: string): string;
  /** Returns the text; undefined when it was sealed with another secret, or changed. */
  open(sealed: string): string | undefined;
  /** The same for what is long, such as a typed reason: compressed first, to fit Slack's limits in every script. */
  sealLong(text: string): string;
  openLong(sealed: string): string | undefined;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Far more than any sealed text; bounds what is unpacked. */
const LONGEST_BYTES = 64_000;

/** AES-256-GCM under a key derived from the secret, so every replica with the same secret can open it. */
export function createSeal(secret: string, purpose = 'slack values v1'): Seal {
  const key = Buffer.from(hkdfSync('sha256', secret, 'payout-desk', purpose, 32));
  const encrypt = (bytes: Buffer): string => {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    return Buffer.concat([iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]).toString(
      'base64url',
    );
  };
  const decrypt = (sealed: string, unpack: (bytes: Buffer) => Buffer): string | undefined => {
    if (!/^[A-Za-z0-9_-]+$/.test(sealed)) return undefined;
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const inside = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      return unpack(Buffer.concat([inside, decipher.final()])).toString('utf8');
    } catch {
      return undefined;
    }
  };
  return {
    seal: (text) => encrypt(Buffer.from(text, 'utf8')),
    open: (sealed) => decrypt(sealed, (bytes) => bytes),
    sealLong: (text) => encrypt(deflateRawSync(Buffer.from(text, 'utf8'))),
    openLong: (sealed) =>
      decrypt(sealed, (bytes) => inflateRawSync(bytes, { maxOutputLength: LONGEST_BYTES })),
  };
}
