/** Owns beginning and ending a watch: what is over already is said at once, and nobody watches without the right to look. */

import { isPayoutDeskError, Refused } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import { claimedAt, isFinalStatus } from '../links/link.ts';
import { type LinkView, track } from '../links/track.ts';
import { DAY_MS, istDay, MINUTE_MS } from '../time.ts';
import {
  checkTransaction,
  knownTransaction,
  tooSoonUntil,
  type TransactionReport,
} from '../transactions/check.ts';
import { isFinalOutcome, type TransactionQuery } from '../transactions/transaction.ts';
import type { Watched } from './port.ts';
import {
  auditedSubject,
  nextLookAtLink,
  NOTHING_KNOWN,
  spreadAfterWindow,
  spreadOf,
  WATCHES_EACH,
  WATCHES_IN_ALL,
  type Watcher,
  type WatchFacts,
  type WatchSubject,
} from './watch.ts';
import { ALL_FULL, tooManyWatches } from './words.ts';

/** R12: InstantPay knows a status 30 minutes after the transaction. */
const SETTLE_MS = 30 * MINUTE_MS;
/** A check that was put off is given up when InstantPay could not be asked for so long. */
const ONCE_FOR_MS = DAY_MS;

/** `final`: it is over, so there is nothing to watch. `until`: when watching ends at the latest. */
export type LinkWatch =
  | { kind: 'final'; view: LinkView }
  | { kind: 'started' | 'already'; view: LinkView; until: number };

/** Rejects with Forbidden, Refused (too many) or Unavailable (the link could not be tracked). */
export async function watchLink(deps: Deps, actor: Actor, linkId: string): Promise<LinkWatch> {
  await requirePermission(deps, actor, 'look', { subject: 'watch.start', linkId });
  const view = await track(deps, actor, linkId);
  const { tracked, record } = view;
  if (isFinalStatus(tracked.status)) return { kind: 'final', view };
  const now = deps.clock();
  const known = tracked.status !== 'UNKNOWN';
  const { contact } = record ?? {};
  const facts: WatchFacts = {
    ...NOTHING_KNOWN,
    state: known ? tracked.status : undefined,
    stateSince: known ? now : undefined,
    seenAt: now,
    amountPaise: tracked.amountPaise,
    name: contact?.name ?? contact?.mobile ?? contact?.email,
    claimedAt: tracked.status === 'PROCESSING' ? claimedAt(tracked) : undefined,
    environment: tracked.environment,
  };
  const until = now + deps.settings.watchForMs;
  const watcher = { userId: actor.userId, since: now, until, once: false };
  const kind = await start(deps, { kind: 'link', linkId }, watcher, facts, nextLookAtLink(now, now));
  return { kind, view, until };
}

export type TransactionWatch =
  | { kind: 'final'; report: TransactionReport }
  | { kind: 'started' | 'already'; report: TransactionReport; until: number; dueAt: number };

/** Asks InstantPay when its rhythm allows (R12). Rejects with Forbidden, UsageError or Refused (too many). */
export async function watchTransaction(
  deps: Deps,
  actor: Actor,
  query: TransactionQuery,
  time?: string,
): Promise<TransactionWatch> {
  await requirePermission(deps, actor, 'look', { subject: 'watch.start' });
  // What is too young to be asked about waits, and is asked then.
  const waitsUntil = tooSoonUntil(query.date, time, deps.clock());
  const report =
    waitsUntil === undefined
      ? await checkTransaction(deps, actor, { ...query, time, checkNow: false })
      : await knownTransaction(deps, query);
  const { answer } = report;
  if (answer && isFinalOutcome(answer.outcome)) return { kind: 'final', report };
  const now = deps.clock();
  const until = now + deps.settings.watchForMs;
  const watcher = { userId: actor.userId, since: now, until, once: false };
  const dueAt = firstLook({ ...report, nextAt: Math.max(report.nextAt, waitsUntil ?? 0) }, now);
  const kind = await start(deps, { kind: 'transaction', query }, watcher, factsOf(report), dueAt);
  return { kind, report, until, dueAt };
}

/**
 * Puts a check off to the end of the nightly window (R12); its answer comes by direct message, once. Rejects with
 * Forbidden, UsageError or Refused (too many); returns the report when the window is over, and nothing is put off.
 */
export async function askLater(deps: Deps, actor: Actor, query: TransactionQuery): Promise<TransactionWatch> {
  await requirePermission(deps, actor, 'look', { subject: 'watch.start' });
  const report = await checkTransaction(deps, actor, { ...query, checkNow: false, time: undefined });
  if (report.kind !== 'closed') return { kind: 'final', report };
  const now = deps.clock();
  const dueAt = firstLook(report, now);
  const until = dueAt + ONCE_FOR_MS;
  const watcher = { userId: actor.userId, since: now, until, once: true };
  const kind = await start(deps, { kind: 'transaction', query }, watcher, factsOf(report), dueAt);
  return { kind, report, until, dueAt };
}

function firstLook({ query, nextAt, kind }: TransactionReport, now: number): number {
  const spread = spreadOf(JSON.stringify([query.externalRef, query.date, query.aeps]));
  const isNew = kind === 'too_soon_perhaps' || query.date === istDay(now);
  return spreadAfterWindow(Math.max(nextAt, isNew ? now + SETTLE_MS : now + MINUTE_MS), spread);
}

export function factsOf({ answer, answeredAt }: TransactionReport): WatchFacts {
  if (!answer || answer.query !== 'answered' || answer.outcome === 'unknown') return NOTHING_KNOWN;
  return {
    ...NOTHING_KNOWN,
    state: answer.outcome,
    stateSince: answeredAt,
    seenAt: answeredAt,
    amountPaise: answer.amountPaise,
    environment: answer.environment,
  };
}

async function start(
  deps: Deps,
  subject: WatchSubject,
  watcher: Watcher,
  facts: WatchFacts,
  dueAt: number,
): Promise<'started' | 'already'> {
  const { since: at, userId: actorId } = watcher;
  const limits = { each: WATCHES_EACH, inAll: WATCHES_IN_ALL };
  const entry = { at, actorId, action: 'watch.started' as const, ...auditedSubject(subject) };
  const outcome = await deps.store.watches.start(
    { id: deps.newId(), subject, facts, dueAt },
    watcher,
    limits,
    [entry],
  );
  if (outcome === 'too_many') throw new Refused(tooManyWatches(WATCHES_EACH));
  if (outcome === 'full') throw new Refused(ALL_FULL);
  return outcome;
}

/** Returns false when the person did not watch it. */
export async function stopWatching(deps: Deps, actor: Actor, subject: WatchSubject): Promise<boolean> {
  const linkId = subject.kind === 'link' ? subject.linkId : undefined;
  await requirePermission(deps, actor, 'look', { subject: 'watch.stop', linkId });
  const entry = { at: deps.clock(), actorId: actor.userId, action: 'watch.stopped' as const };
  return deps.store.watches.stop(subject, actor.userId, [{ ...entry, ...auditedSubject(subject) }]);
}

/** What the person watches, the latest first. */
export async function myWatches(deps: Deps, actor: Actor): Promise<Watched[]> {
  await requirePermission(deps, actor, 'look', { subject: 'watch.list' });
  return deps.store.watches.watchedBy(actor.userId);
}

/** For a card; when the store does not answer, as if it were not watched: watching it again changes nothing. */
export async function isWatching({ store }: Deps, actor: Actor, subject: WatchSubject): Promise<boolean> {
  try {
    return await store.watches.isWatching(subject, actor.userId);
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return false;
  }
}
