/** Owns when two spellings mean the same: of a name, an email address, a mobile number and a link's address. */

import { toNfkc } from '../normalize.ts';

/** A name, an address or a number as it is compared: NFKC, single spaces, lower case. */
export function fold(text: string): string {
  return toNfkc(text).replace(/\s+/g, ' ').trim().toLowerCase();
}

const MOBILE_DIGITS = 10;

/** The last ten digits of a mobile number (+91, 0, spaces and dashes differ); undefined when it is none. */
export function mobileOf(text: string): string | undefined {
  const plain = toNfkc(text);
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
