/** Owns transaction status: what an answer means (R11) and when it may be asked for (R12, R13). */

import { Refused, UsageError } from '../errors.ts';
import { requirePermission } from './access.ts';
import type { Actor, Desk } from './desk.ts';
import type { Environment } from './link.ts';
import type { TransactionQuery } from './ports.ts';
import { ifPossible } from './recording.ts';
import {
  addDays,
  DAY_MS,
  formatIst,
  HOUR_MS,
  istDay,
  istInstant,
  istMinuteOfDay,
  MINUTE_MS,
} from './time.ts';

export type TransactionOutcome = 'successful' | 'under_process' | 'failed' | 'unknown';

/** What InstantPay answered to one query. Private values are masked; amounts in paise; times epoch ms UTC. */
export interface TransactionAnswer {
  outcome: TransactionOutcome;
  /**
   * The query itself, apart from the transaction: `answered` (outer TXN), `failed` (any other outer code: the
   * transaction's state is unknown), `unreachable` (sent, no usable answer), `not_sent`.
   */
  query: 'answered' | 'failed' | 'unreachable' | 'not_sent';
  /** Outer statuscode. */
  statuscode: string | undefined;
  /** Inner transactionStatusCode. */
  transactionStatusCode: string | undefined;
  /** InstantPay's words, masked, or what went wrong on the way. */
  message: string;
  amountPaise: number | undefined;
  at: number | undefined;
  /** The bank's reference (RRN) as InstantPay reports it. */
  referenceId: string | undefined;
  orderReferenceId: string | undefined;
  service: string | undefined;
  /** Masked. */
  account: string | undefined;
  /** Present only when InstantPay reports a reversal with a reference (R11); the desk claims no other refund (R10). */
  reversal: { referenceId: string; amountPaise: number | undefined } | undefined;
  environment: Environment | undefined;
  ipayUuid: string | undefined;
  /** The day that was asked for, YYYY-MM-DD. */
  date: string;
}

/** R11: what the codes of an answer say about the transaction. */
export function outcomeOf(outerCode: string | undefined, innerCode: string | undefined): TransactionOutcome {
  if (outerCode !== 'TXN' || !innerCode) return 'unknown';
  if (innerCode === 'TXN') return 'successful';
  if (innerCode === 'TUP') return 'under_process';
  return 'failed';
}

/** R12: at least this long between two queries of one transaction. */
const QUERY_GAP_MS = 4 * HOUR_MS;
/** R12: not sooner than this after the transaction. */
const SETTLE_MS = 30 * MINUTE_MS;
/** R12: results exist for this long. */
const KEPT_DAYS = 30;
/** R12: no calls between 23:30 and 00:30 IST. */
const WINDOW_START_MINUTE = 23 * 60 + 30;
const WINDOW_END_MINUTE = 30;
/** R13: from this time of day on, a transaction may stand on the next day. */
const NEXT_DAY_FROM = '23:55';

const REFERENCE_LENGTH = 100;

export interface TransactionRequest extends TransactionQuery {
  /** Wall time of the transaction in IST (HH:MM), when the asker gave it. */
  time: string | undefined;
}

/** What the asker is told. `fresh`: asked just now. `kept`: inside the 4 hours, the last known answer if any. */
export interface TransactionReport {
  kind: 'fresh' | 'kept';
  query: TransactionQuery;
  answer: TransactionAnswer | undefined;
  /** When InstantPay was asked last. */
  askedAt: number;
  /** When it may be asked again. */
  nextAt: number;
  /** True when the day lies beyond the 30 days for which results exist. */
  old: boolean;
}

/** R14: the caller's own transaction id; "NA" and the like are none. */
export function readReference(text: string): string {
  const reference = text.trim();
  if (/^(na|n\/a|nil|none|null|-+)$/i.test(reference)) {
    throw new UsageError(`"${reference}" is not a reference. Use your own transaction id (externalRef).`);
  }
  if (reference.includes('@')) {
    throw new UsageError('That is an address, not a reference. Use your own transaction id (externalRef).');
  }
  if (reference.length > REFERENCE_LENGTH) {
    throw new UsageError(`A reference has at most ${REFERENCE_LENGTH} characters.`);
  }
  if (!/^[\x21-\x7e]+$/.test(reference) || !/[A-Za-z0-9]/.test(reference)) {
    throw new UsageError('A reference is made of letters, digits and signs such as - or _, without spaces.');
  }
  return reference;
}

/** R12: when the nightly window that `now` lies in ends, or undefined outside it. */
export function windowEnd(now: number): number | undefined {
  const minute = istMinuteOfDay(now);
  if (minute >= WINDOW_START_MINUTE) return istInstant(addDays(istDay(now), 1), '00:30');
  if (minute < WINDOW_END_MINUTE) return istInstant(istDay(now), '00:30');
  return undefined;
}

/** The first moment at or after `at` that lies outside the nightly window. */
function outsideWindow(at: number): number {
  return windowEnd(at) ?? at;
}

/** The state of a transaction, asked for within the rhythm of R12; the claim is stored before anything is sent. */
export async function checkTransaction(
  desk: Desk,
  actor: Actor,
  request: TransactionRequest,
): Promise<TransactionReport> {
  await requirePermission(desk, actor, 'look', { action: 'transaction query refused' });
  const now = desk.clock();
  const today = istDay(now);
  const { externalRef, date, aeps } = request;
  if (date > today) {
    throw new UsageError(
      `${date} lies in the future. Give the day the transaction was made, such as ${today}.`,
    );
  }
  const query = { externalRef, date, aeps };
  const old = istInstant(today) - istInstant(date) > KEPT_DAYS * DAY_MS;
  const about = { query, old };
  if (request.time) refuseTooSoon(date, request.time, now);
  const closedUntil = windowEnd(now);
  if (closedUntil !== undefined) {
    throw new Refused(
      `InstantPay does not answer transaction queries between 23:30 and 00:30 IST. Ask again from ${formatIst(closedUntil)}.`,
    );
  }
  const claim = await desk.store.transactions.claim(externalRef, date, now, now - QUERY_GAP_MS);
  if (!claim.claimed) {
    const nextAt = outsideWindow(claim.askedAt + QUERY_GAP_MS);
    return { kind: 'kept', ...about, answer: claim.answer, askedAt: claim.askedAt, nextAt };
  }
  const answer = await ask(desk, query, request.time, now, today);
  const row = desk.store.audit.append({
    at: desk.clock(),
    actorId: actor.userId,
    action: 'transaction query',
    reason: `${externalRef} of ${date}`,
    outcome: answer.query === 'answered' ? answer.outcome : answer.query,
    ipayUuid: answer.ipayUuid,
  });
  await ifPossible(row);
  return { kind: 'fresh', ...about, answer, askedAt: now, nextAt: outsideWindow(now + QUERY_GAP_MS) };
}

function refuseTooSoon(date: string, time: string, now: number): void {
  const possibleAt = istInstant(date, time) + SETTLE_MS;
  if (possibleAt - SETTLE_MS > now) throw new UsageError('That time lies in the future.');
  if (possibleAt > now) {
    throw new Refused(
      `InstantPay can tell a transaction's state only 30 minutes after it was made. Ask again from ${formatIst(outsideWindow(possibleAt))}.`,
    );
  }
}

/** R13: asks day T; when it does not stand there it may have begun just before midnight, so T+1 is asked too. */
async function ask(
  desk: Desk,
  query: TransactionQuery,
  time: string | undefined,
  now: number,
  today: string,
): Promise<TransactionAnswer> {
  const answer = await desk.gateway.transaction(query);
  if (answer.query === 'not_sent') {
    await ifPossible(desk.store.transactions.release(query.externalRef, query.date, now));
    return answer;
  }
  const nextDay = addDays(query.date, 1);
  const found = answer.query === 'answered' && answer.transactionStatusCode !== undefined;
  const mayBeThere = nextDay <= today && (time === undefined || time >= NEXT_DAY_FROM);
  if (found || answer.query === 'unreachable' || !mayBeThere) return keep(desk, query, answer);
  const { externalRef } = query;
  const claim = await desk.store.transactions.claim(externalRef, nextDay, now, now - QUERY_GAP_MS);
  const second = claim.claimed ? await desk.gateway.transaction({ ...query, date: nextDay }) : claim.answer;
  if (claim.claimed && second?.query === 'not_sent') {
    await ifPossible(desk.store.transactions.release(externalRef, nextDay, now));
  } else if (claim.claimed && second) {
    await ifPossible(desk.store.transactions.answer(externalRef, nextDay, second));
  }
  const better = second?.query === 'answered' && second.transactionStatusCode !== undefined ? second : answer;
  return keep(desk, query, better);
}

async function keep(
  desk: Desk,
  query: TransactionQuery,
  answer: TransactionAnswer,
): Promise<TransactionAnswer> {
  await ifPossible(desk.store.transactions.answer(query.externalRef, query.date, answer));
  return answer;
}
