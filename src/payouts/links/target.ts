/** Owns what can be typed for a link, and the only sentences on the form of a link ID (R18). */

import { UsageError } from '../../errors.ts';
import { parseLinkId } from './link.ts';

export type LinkTarget =
  | { kind: 'id'; linkId: string }
  | { kind: 'url'; url: string }
  | { kind: 'contact'; contact: string };

function lengthProblem(word: string): string | undefined {
  const isHex = /^[0-9a-f]{16,}$/i.test(word) && word.length !== 24;
  return isHex ? `A link ID has 24 hex digits; this has ${word.length}.` : undefined;
}

/** What is wrong with a word that looks like a link ID (R18); undefined for a correct ID and for anything else. */
export function linkIdProblem(word: string): string | undefined {
  if (parseLinkId(word)) return undefined;
  const problem = lengthProblem(word);
  if (problem) return problem;
  // Letters and many digits at about the right length: an ID with a typing mistake, not a name.
  const digits = word.replace(/\D/g, '').length;
  const strange = /[^0-9a-f]/i.exec(word)?.[0];
  if (!strange || !/^[0-9a-z]{20,28}$/i.test(word) || digits < 8 || !/[a-z]/i.test(word)) return undefined;
  return `A link ID has 24 hex digits (0-9 and a-f); this has ${word.length} characters, and “${strange}” is not a hex digit.`;
}

const ENTER = 'Enter a link ID, an instant.pe address, a mobile number, an email address or a name.';

/** Why typed text names no link. */
export const TARGET_PROBLEMS = {
  tooLong: `That is too long. ${ENTER}`,
  noLink: `That is not a link. ${ENTER}`,
  otherAddress: 'That is not the address of a payout link. Enter one such as https://instant.pe/LS25FH.',
} as const;

const TARGET_LENGTH = 200;

/** Reads `<link>`: 24 hex digits, an instant.pe address, a mobile number, an email address or a name; throws UsageError. */
export function readTarget(text: string): LinkTarget {
  const target = text.trim();
  const linkId = parseLinkId(target);
  if (linkId) return { kind: 'id', linkId };
  if (target.length > TARGET_LENGTH) {
    throw new UsageError(TARGET_PROBLEMS.tooLong);
  }
  if (/^(https?:\/\/)?(www\.)?instant\.pe\//i.test(target)) return { kind: 'url', url: target };
  if (/^https?:\/\//i.test(target)) {
    throw new UsageError(TARGET_PROBLEMS.otherAddress);
  }
  const problem = lengthProblem(target);
  if (problem) throw new UsageError(problem);
  // Marks are the vowels of Indian scripts: दीपा has no two letters side by side.
  if (!/[\p{L}\p{N}][\p{L}\p{M}\p{N}]/u.test(target)) {
    throw new UsageError(TARGET_PROBLEMS.noLink);
  }
  return { kind: 'contact', contact: target };
}
