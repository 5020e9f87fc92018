/** Owns what can be typed for a link, and the only sentences on the form of a link ID (R18). */

import { UsageError } from '../../errors.ts';
import { given } from '../given.ts';
import { parseLinkId } from './link.ts';
import { mobileOf } from './match.ts';

export type LinkTarget =
  | { kind: 'id'; linkId: string }
  | { kind: 'url'; url: string }
  /** InstantPay makes order IDs: each belongs to one link. */
  | { kind: 'order'; orderId: string }
  /** A link’s reference or order ID; it may be a part of a name too. */
  | { kind: 'reference'; reference: string }
  | { kind: 'contact'; contact: string };

/** InstantPay’s: 1, the time in UTC, five letters. */
const ORDER_ID = /^1\d{12}[A-Z]{5}$/i;

function lengthProblem(word: string): string | undefined {
  const isHex = /^[0-9a-f]{16,}$/i.test(word) && word.length !== 24;
  const isOther = ORDER_ID.test(word) || /^\d{16,19}$/.test(word);
  return isHex && !isOther ? `A link ID has 24 hex digits; this has ${word.length}.` : undefined;
}

/** What is wrong with a word that looks like a link ID (R18); undefined for a correct ID and for anything else. */
export function linkIdProblem(word: string): string | undefined {
  if (parseLinkId(word) || ORDER_ID.test(word)) return undefined;
  const problem = lengthProblem(word);
  if (problem) return problem;
  // Letters and many digits at about the right length: an ID with a typing mistake, not a name.
  const digits = word.replace(/\D/g, '').length;
  const strange = /[^0-9a-f]/i.exec(word)?.[0];
  if (!strange || !/^[0-9a-z]{20,28}$/i.test(word) || digits < 8 || !/[a-z]/i.test(word)) return undefined;
  return `A link ID has 24 hex digits (0-9 and a-f); this has ${word.length} characters, and “${strange}” is not a hex digit.`;
}

const ENTER =
  'Enter a link ID, an instant.pe address, a mobile number, an email address, a name, an order ID or a reference.';

/** Why typed text names no link. */
export const TARGET_PROBLEMS = {
  tooLong: `That is too long. ${ENTER}`,
  noLink: `That is not a link. ${ENTER}`,
  otherAddress: 'That is not the address of a payout link. Enter one such as https://instant.pe/LS25FH.',
} as const;

const TARGET_LENGTH = 200;
/** One word with a digit in it: names have none, but for those of some companies. */
const REFERENCE = /^(?=.*\d)[\p{L}\p{N}][\p{L}\p{N}_/.#:-]{2,59}$/u;

/** Whether it can only mean one recipient: a whole mobile number or email address. */
export const isExactContact = (contact: string): boolean =>
  mobileOf(contact) !== undefined || /^[^@\s]+@[^@\s]+$/.test(contact.trim());

/**
 * Reads `<link>`: 24 hex digits, an instant.pe address, a mobile number, an email address, an order ID, a reference or a
 * name; throws UsageError.
 */
export function readTarget(text: string): LinkTarget {
  const target = text.trim();
  const linkId = parseLinkId(target);
  if (linkId) return { kind: 'id', linkId };
  if (target.length > TARGET_LENGTH) throw new UsageError(TARGET_PROBLEMS.tooLong);
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
  if (ORDER_ID.test(target)) return { kind: 'order', orderId: target };
  if (REFERENCE.test(target) && given(target) && !isMobile(target)) {
    return { kind: 'reference', reference: target };
  }
  return { kind: 'contact', contact: target };
}

/** Ten digits, with or without +91, 91, 0 or 0091 before them; a longer number is a reference. */
function isMobile(text: string): boolean {
  return mobileOf(text) !== undefined && /^(0|(00)?91)?\d{10}$/.test(text.replace(/\D/g, ''));
}
