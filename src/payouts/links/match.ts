/** Owns when two spellings mean the same: of a name, an email address, a mobile number and a link's address. */

import { toNfkc } from '../normalize.ts';

/** A name, an address or a number as it is compared: NFKC, single spaces, lower case. */
export function fold(text: string): string {
  return toNfkc(text).replace(/\s+/g, ' ').trim().toLowerCase();
}

/** The zeros of the scripts that numbers are written in: Devanagari to Malayalam, and the two of Arabic. */
const ZEROS = [
  0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0660, 0x06f0,
] as const;

/** With the digits 0 to 9, whatever script they were written in. */
function plainDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const value = digit.codePointAt(0) ?? 0;
    const zero = ZEROS.find((start) => value >= start && value < start + 10);
    return zero === undefined ? digit : String(value - zero);
  });
}

const MOBILE_DIGITS = 10;

/** The last ten digits of a mobile number (+91, 0, spaces and dashes differ); undefined when it is none. */
export function mobileOf(text: string): string | undefined {
  const plain = plainDigits(toNfkc(text));
  if (!/^[\d\s+().-]+$/.test(plain)) return undefined;
  const digits = plain.replace(/\D/g, '');
  return digits.length < MOBILE_DIGITS ? undefined : digits.slice(-MOBILE_DIGITS);
}

/** Host and path: "https://www.Instant.pe/LS25FH/?utm=x" is "instant.pe/LS25FH". The path's case is part of it. */
export function linkAddress(text: string): string | undefined {
  const trimmed = text.trim();
  const withScheme = /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  const url = URL.parse(withScheme);
  const path = url?.pathname.replace(/\/+$/, '');
  return url && path ? url.hostname.replace(/^www\./, '') + path : undefined;
}
