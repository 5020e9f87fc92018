/** Owns checking a transaction: when InstantPay is asked, when the saved answer is shown, and what is saved (R12). */

import { Refused, UsageError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import { maskText } from '../mask.ts';
import {
  type TransactionQuery,
  isFinalOutcome,
  mayBeElsewhere,
  mayStandOnNextDay,
  outsideWindow,
  type TransactionAnswer,
  wasLookedUp,
  windowEnd,
} from './transaction.ts';
import { bestEffort } from '../best-effort.ts';
import { addDays, DAY_MS, HOUR_MS, istDay, istInstant, MINUTE_MS } from '../time.ts';
import type { TransactionRecord } from './port.ts';
import { closedWindow, FUTURE_DAY, FUTURE_TIME, tooEarly } from './words.ts';

/** R12: at least this long between two queries of one transaction. */
const QUERY_GAP_MS = 4 * HOUR_MS;
/** R12: not sooner than this after the transaction. */
const SETTLE_MS = 30 * MINUTE_MS;
/** R12: results exist for this long. */
const KEPT_DAYS = 30;

export interface TransactionRequest extends TransactionQuery {
  /** Wall time of the transaction in IST (HH:MM); undefined if not given. */
  time: string | undefined;
  /** `Check now` was pressed: ask also when the outcome is final or the 30 minutes cannot be verified. */
  checkNow: boolean;
}

/**
 * `fresh`: InstantPay was asked just now. `kept`: it was not; this is the saved answer. `too_soon_perhaps`: made today at
 * an unknown time, so InstantPay is asked only on `Check now` (R12).
 */
export interface TransactionReport {
  kind: 'fresh' | 'kept' | 'too_soon_perhaps';
  query: TransactionQuery;
  /** The last known outcome, else the answer to the last query; undefined if none was saved. */
  answer: TransactionAnswer | undefined;
  /** When InstantPay gave `answer`. */
  answeredAt: number | undefined;
  /** The last query, if it returned no outcome and `answer` is older. */
  lastAttempt: TransactionAnswer | undefined;
  /** The last query; undefined if there was none. */
  askedAt: number | undefined;
  /** Earliest time of the next query. */
  nextAt: number;
  /** True if the day is more than 30 days back: InstantPay keeps results for 30 days. */
  old: boolean;
}

/**
 * Returns what is known of a transaction, asking InstantPay within the rhythm of R12; the claim is stored before
 * anything is sent. Rejects with Forbidden, UsageError (day or time in the future) or Refused (too soon, nightly window).
 */
export async function checkTransaction(
  deps: Deps,
  actor: Actor,
  request: TransactionRequest,
): Promise<TransactionReport> {
  await requirePermission(deps, actor, 'look', { subject: 'transaction.check' });
  const now = deps.clock();
  const today = istDay(now);
  const { externalRef, date, aeps, time, checkNow } = request;
  if (date > today) {
    throw new UsageError(FUTURE_DAY);
  }
  const query = { externalRef, date, aeps };
  const old = istInstant(today) - istInstant(date) > KEPT_DAYS * DAY_MS;
  const before = await deps.store.transactions.find(query);
  // R12: a final outcome is asked for again only on `Check now`, since a reversal may have followed.
  const isFinal = before?.known !== undefined && isFinalOutcome(before.known.answer.outcome);
  if (before && isFinal && !checkNow) return keptReport(query, before, old);
  if (time) refuseTooSoon(date, time, now);
  refuseInWindow(now);
  if (date === today && !time && !checkNow && !before) {
    const nothing = { answer: undefined, answeredAt: undefined, lastAttempt: undefined, askedAt: undefined };
    return { kind: 'too_soon_perhaps', query, ...nothing, nextAt: now, old };
  }
  const claim = await deps.store.transactions.claim(query, now, now - QUERY_GAP_MS);
  if (!claim.claimed) return keptReport(query, claim.record, old);
  const answer = await ask(deps, query, time, now);
  await bestEffort(recordCheck(deps, actor, query, answer));
  return freshReport({ query, answer, known: before?.known, now, old });
}

/** The answer just given, or the known outcome if this one brought none. */
function freshReport({
  query,
  answer,
  known,
  now,
  old,
}: {
  query: TransactionQuery;
  answer: TransactionAnswer;
  known: TransactionRecord['known'];
  now: number;
  old: boolean;
}): TransactionReport {
  const nextAt = wasLookedUp(answer) ? outsideWindow(now + QUERY_GAP_MS) : now;
  const shown =
    known && answer.outcome === 'unknown'
      ? { answer: known.answer, answeredAt: known.at, lastAttempt: answer }
      : { answer, answeredAt: now, lastAttempt: undefined };
  return { kind: 'fresh', query, ...shown, askedAt: now, nextAt, old };
}

function recordCheck(
  deps: Deps,
  actor: Actor,
  query: TransactionQuery,
  answer: TransactionAnswer,
): Promise<void> {
  return deps.store.audit.append({
    at: deps.clock(),
    actorId: actor.userId,
    action: 'transaction.checked',
    // R14: a reference may be somebody's mobile or account number.
    reference: maskText(query.externalRef),
    transactionDate: query.date,
    detail: query.aeps ? 'AePS' : undefined,
    outcome: answer.query === 'answered' ? answer.outcome : `query_${answer.query}`,
    ipayUuid: answer.ipayUuid,
  });
}

function keptReport(query: TransactionQuery, record: TransactionRecord, old: boolean): TransactionReport {
  const { known, last, askedAt } = record;
  const nextAt = outsideWindow(askedAt + QUERY_GAP_MS);
  const shown = known
    ? {
        answer: known.answer,
        answeredAt: known.at,
        lastAttempt: last?.outcome === 'unknown' ? last : undefined,
      }
    : { answer: last, answeredAt: last && askedAt, lastAttempt: undefined };
  return { kind: 'kept', query, ...shown, askedAt, nextAt, old };
}

function refuseInWindow(now: number): void {
  const closedUntil = windowEnd(now);
  if (closedUntil === undefined) return;
  throw new Refused(closedWindow(closedUntil, now));
}

function refuseTooSoon(date: string, time: string, now: number): void {
  const possibleAt = istInstant(date, time) + SETTLE_MS;
  if (possibleAt - SETTLE_MS > now) throw new UsageError(FUTURE_TIME);
  if (possibleAt > now) {
    throw new Refused(tooEarly(outsideWindow(possibleAt), now));
  }
}

/** R13: asks day T, then T+1 if the transaction may have begun just before midnight. */
async function ask(
  deps: Deps,
  query: TransactionQuery,
  time: string | undefined,
  now: number,
): Promise<TransactionAnswer> {
  const answer = await askOnce(deps, query, now);
  const nextDay = addDays(query.date, 1);
  const mayBeThere = nextDay <= istDay(now) && (time === undefined || mayStandOnNextDay(time));
  if (!mayBeThere || !mayBeElsewhere(answer)) return answer;
  const there = { ...query, date: nextDay };
  const claim = await deps.store.transactions.claim(there, now, now - QUERY_GAP_MS);
  const second = claim.claimed
    ? await askOnce(deps, there, now)
    : (claim.record.known?.answer ?? claim.record.last);
  if (second === undefined || second.outcome === 'unknown') return answer;
  await bestEffort(deps.store.transactions.answer(query, second, now));
  return second;
}

/** Sends one claimed query and saves the answer; if nothing was looked up, releases the claim (R12). */
async function askOnce(deps: Deps, query: TransactionQuery, now: number): Promise<TransactionAnswer> {
  const answer = await deps.gateway.transaction(query);
  const keeping = wasLookedUp(answer)
    ? deps.store.transactions.answer(query, answer, now)
    : deps.store.transactions.release(query, now);
  await bestEffort(keeping);
  return answer;
}
