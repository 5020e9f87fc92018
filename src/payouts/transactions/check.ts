/** Owns checking a transaction: when InstantPay is asked, when the saved answer is shown, and what is saved (R12). */

import { Refused, UsageError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import { SYSTEM_ACTOR } from '../audit-entry.ts';
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
import { FUTURE_DAY, FUTURE_TIME, tooEarly } from './words.ts';

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
 * an unknown time, so InstantPay is asked only on `Check now` (R12). `closed`: it is not asked between 23:30 and 00:30; this
 * is the saved answer, if there is one.
 */
export interface TransactionReport {
  kind: 'fresh' | 'kept' | 'too_soon_perhaps' | 'closed';
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
 * anything is sent. Rejects with Forbidden, UsageError (day or time in the future) or Refused (too soon).
 */
export async function checkTransaction(
  deps: Deps,
  actor: Actor,
  request: TransactionRequest,
): Promise<TransactionReport> {
  await requirePermission(deps, actor, 'look', { subject: 'transaction.check' });
  if (request.date > istDay(deps.clock())) throw new UsageError(FUTURE_DAY);
  return check(deps, actor, request);
}

/** The same for a watch, which waits for the 30 minutes by itself: asks whatever the rhythm allows. */
export function checkWatched(deps: Deps, query: TransactionQuery): Promise<TransactionReport> {
  const request = { ...query, time: undefined, checkNow: false };
  return check(deps, { userId: SYSTEM_ACTOR }, request, { isSettled: true });
}

/** What is stored of a transaction; InstantPay is not asked. */
export async function knownTransaction(deps: Deps, query: TransactionQuery): Promise<TransactionReport> {
  const now = deps.clock();
  const record = await deps.store.transactions.find(query);
  const old = isOld(query, now);
  return record ? keptReport(query, record, old) : nothingReport('kept', query, now, old);
}

async function check(
  deps: Deps,
  actor: Actor,
  request: TransactionRequest,
  { isSettled = false } = {},
): Promise<TransactionReport> {
  const now = deps.clock();
  const { externalRef, date, aeps, time, checkNow } = request;
  const query = { externalRef, date, aeps };
  const old = isOld(query, now);
  const before = await deps.store.transactions.find(query);
  if (before && !checkNow && isKnownFinal(before)) return keptReport(query, before, old);
  refuseTooSoon(date, time, now);
  if (windowEnd(now) !== undefined) return closedReport(query, before, now, old);
  const isTimed = time !== undefined || checkNow || isSettled;
  if (date === istDay(now) && !isTimed && !before) return nothingReport('too_soon_perhaps', query, now, old);
  const claim = await deps.store.transactions.claim(query, now, now - QUERY_GAP_MS);
  if (!claim.claimed) return keptReport(query, claim.record, old);
  const answer = await ask(deps, query, time, now);
  await bestEffort(recordCheck(deps, actor, query, answer));
  // Those who watch it are told of an outcome that somebody else asked for.
  if (isFinalOutcome(answer.outcome))
    await bestEffort(deps.store.watches.hurry({ kind: 'transaction', query }, now));
  return freshReport({ query, answer, known: before?.known, now, old });
}

/** R12: a final outcome is asked for again only on `Check now`, since a reversal may have followed. */
function isKnownFinal({ known }: TransactionRecord): boolean {
  return known !== undefined && isFinalOutcome(known.answer.outcome);
}

function isOld({ date }: TransactionQuery, now: number): boolean {
  return istInstant(istDay(now)) - istInstant(date) > KEPT_DAYS * DAY_MS;
}

/** Nothing is known of it yet. */
function nothingReport(
  kind: TransactionReport['kind'],
  query: TransactionQuery,
  nextAt: number,
  old: boolean,
): TransactionReport {
  const nothing = { answer: undefined, answeredAt: undefined, lastAttempt: undefined, askedAt: undefined };
  return { kind, query, ...nothing, nextAt, old };
}

/** R12: no calls until the window ends. */
function closedReport(
  query: TransactionQuery,
  record: TransactionRecord | undefined,
  now: number,
  old: boolean,
): TransactionReport {
  const end = outsideWindow(now);
  if (!record) return nothingReport('closed', query, end, old);
  const kept = keptReport(query, record, old);
  return { ...kept, kind: 'closed', nextAt: Math.max(kept.nextAt, end) };
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

/** R12: until when a transaction of this time is too young to be asked about; undefined when it is not, or is in the future. */
export function tooSoonUntil(date: string, time: string | undefined, now: number): number | undefined {
  if (time === undefined) return undefined;
  const madeAt = istInstant(date, time);
  return madeAt <= now && now < madeAt + SETTLE_MS ? madeAt + SETTLE_MS : undefined;
}

function refuseTooSoon(date: string, time: string | undefined, now: number): void {
  if (time === undefined) return;
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
