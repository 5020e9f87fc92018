/** Owns the meaning of a transaction’s answer (R11, R22) and when InstantPay may be asked (R12-R14). */

import { UsageError } from '../../errors.ts';
import { given } from '../given.ts';
import type { Environment } from '../links/link.ts';

import { addDays, istDay, istInstant, istMinuteOfDay } from '../time.ts';

export const TRANSACTION_OUTCOMES = ['successful', 'under_process', 'failed', 'unknown'] as const;
export type TransactionOutcome = (typeof TRANSACTION_OUTCOMES)[number];

/**
 * The result of the query, not of the transaction: `answered` (outer TXN), `failed` (any other outer code: the
 * transaction’s status is unknown), `unreachable` (sent, no usable answer), `not_sent`.
 */
export const QUERY_RESULTS = ['answered', 'failed', 'unreachable', 'not_sent'] as const;

/**
 * Why a query failed, by its code (R23): `access` (credentials or rights), `malformed` (request not accepted), `try_again`
 * (busy), `declined` (may mean "not found"), `unrecognised`.
 */
export const QUERY_PROBLEMS = ['access', 'malformed', 'try_again', 'declined', 'unrecognised'] as const;
export type QueryProblem = (typeof QUERY_PROBLEMS)[number];

/** A booking on the InstantPay account. Amounts in paise; a fee that is not given is undefined. */
export interface Booking {
  referenceId: string | undefined;
  amountPaise: number | undefined;
  /** `CR` or `DR`, as InstantPay writes it. */
  mode: string | undefined;
  openingBalancePaise: number | undefined;
  closingBalancePaise: number | undefined;
}

export interface PoolBooking extends Booking {
  feePaise: number | undefined;
  surchargePaise: number | undefined;
  cashbackPaise: number | undefined;
  tdsPaise: number | undefined;
}

export interface TransactionQuery {
  externalRef: string;
  /** YYYY-MM-DD, a day in Asia/Kolkata. */
  date: string;
  /** AePS queries are sent with `source: ORDER`. */
  aeps: boolean;
}

/** InstantPay’s answer to one query. Private values are masked; amounts in paise; times in epoch ms UTC. */
export interface TransactionAnswer {
  outcome: TransactionOutcome;
  query: (typeof QUERY_RESULTS)[number];
  /** Only when the query failed. */
  problem: QueryProblem | undefined;
  /** Outer statuscode. */
  statuscode: string | undefined;
  /** Inner transactionStatusCode. */
  transactionStatusCode: string | undefined;
  /** InstantPay’s message, masked, or the failure of the call. */
  message: string;
  amountPaise: number | undefined;
  /** InstantPay gave an amount that cannot be read (R3). */
  amountUnreadable: boolean;
  at: number | undefined;
  /** The bank's reference (RRN) as InstantPay reports it. */
  referenceId: string | undefined;
  orderReferenceId: string | undefined;
  /** The service's name and codes, such as "Cash Withdrawal via AePS", "WAP", "ALL". */
  service: string[];
  /** Masked (R17). */
  account: string | undefined;
  /** The bank of an AePS transaction. */
  bank: string | undefined;
  /** The movement on the InstantPay account. */
  pool: PoolBooking | undefined;
  /** Present only when InstantPay reports a reversal with a reference (R11, R21); no other refund is claimed (R10). */
  reversal: (Booking & { referenceId: string }) | undefined;
  /** The caller’s own tags, masked: "desc: value". */
  tags: string[];
  /** The transaction InstantPay answered about, masked, if it is not the requested one (R22). */
  answeredAbout: { externalRef: string | undefined; date: string | undefined } | undefined;
  environment: Environment | undefined;
  ipayUuid: string | undefined;
  /** The requested day, YYYY-MM-DD. */
  date: string;
}

/** R11: the outcome, by the codes of an answer. */
export function outcomeOf(outerCode: string | undefined, innerCode: string | undefined): TransactionOutcome {
  if (outerCode !== 'TXN' || !innerCode) return 'unknown';
  if (innerCode === 'TXN') return 'successful';
  if (innerCode === 'TUP') return 'under_process';
  return 'failed';
}

/** R12: a final outcome is checked again only on `Check now`. */
export function isFinalOutcome(outcome: TransactionOutcome): boolean {
  return outcome === 'successful' || outcome === 'failed';
}

/** R12: a query that was not sent, or refused before a look-up, does not count for the rhythm. */
export function wasLookedUp({ query, problem }: TransactionAnswer): boolean {
  return query !== 'not_sent' && problem !== 'access' && problem !== 'malformed';
}

/** R13: only an answer that may mean "not found on this day" leads to a query for the next day. */
export function mayBeElsewhere(answer: TransactionAnswer): boolean {
  if (answer.query === 'failed') return answer.problem === 'declined' || answer.problem === 'unrecognised';
  return answer.query === 'answered' && !answer.transactionStatusCode && !answer.answeredAbout;
}

/**
 * R22: the transaction an answer is about, if not the requested one; undefined if both agree or InstantPay does not report
 * it. Near midnight a transaction may be filed under the day before or after (R13).
 */
export function otherSubject(
  asked: TransactionQuery,
  answered: { externalRef: string | undefined; at: number | undefined },
): { externalRef: string | undefined; date: string | undefined } | undefined {
  const reference = given(answered.externalRef);
  const otherReference = reference !== undefined && reference !== asked.externalRef;
  const date = answered.at === undefined ? undefined : istDay(answered.at);
  const otherDay =
    answered.at !== undefined && date !== asked.date && !besideMidnight(asked.date, answered.at);
  return otherReference || otherDay ? { externalRef: reference, date } : undefined;
}

/** R13: whether a transaction of this wall time (HH:MM) may be filed under the next day. */
export function mayStandOnNextDay(time: string): boolean {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes >= LATE_MINUTE;
}

function besideMidnight(askedDate: string, at: number): boolean {
  const date = istDay(at);
  if (date === addDays(askedDate, -1)) return istMinuteOfDay(at) >= LATE_MINUTE;
  return date === addDays(askedDate, 1) && istMinuteOfDay(at) < EARLY_MINUTE;
}

/** R12: no calls between 23:30 and 00:30 IST. */
const WINDOW_START_MINUTE = 23 * 60 + 30;
const WINDOW_END_MINUTE = 30;
/** R13: from this minute of the day on a transaction may be filed under the next day; its end may be just after midnight. */
const LATE_MINUTE = 23 * 60 + 55;
const EARLY_MINUTE = 5;

const REFERENCE_LENGTH = 100;

export const notReference = (typed: string): string =>
  `“${typed}” is not a reference. Enter your own transaction ID (externalRef).`;

/** R14: the caller’s own transaction ID; rejects "NA" and the like with UsageError. */
export function readReference(text: string): string {
  const reference = text.trim();
  if (reference !== '' && given(reference) === undefined) {
    throw new UsageError(notReference(reference));
  }
  if (reference.includes('@')) {
    throw new UsageError('That is an address, not a reference. Enter your own transaction ID (externalRef).');
  }
  if (reference.length > REFERENCE_LENGTH) {
    throw new UsageError(`A reference has at most ${REFERENCE_LENGTH} characters.`);
  }
  if (!/^[\x21-\x7e]+$/.test(reference) || !/[A-Za-z0-9]/.test(reference)) {
    throw new UsageError('A reference consists of letters, digits and signs such as - or _, without spaces.');
  }
  return reference;
}

/** R12: the end of the nightly window; undefined outside it. */
export function windowEnd(now: number): number | undefined {
  const minute = istMinuteOfDay(now);
  if (minute >= WINDOW_START_MINUTE) return istInstant(addDays(istDay(now), 1), '00:30');
  if (minute < WINDOW_END_MINUTE) return istInstant(istDay(now), '00:30');
  return undefined;
}

/** R12: the first moment from `at` on outside the nightly window. */
export function outsideWindow(at: number): number {
  return windowEnd(at) ?? at;
}
