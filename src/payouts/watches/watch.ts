/** Owns what a watch is: its subject, what is known of it, when it is looked at next, and who is told of what. */

import { type AuditEntry, SYSTEM_ACTOR } from '../audit-entry.ts';
import { LINK_STATUSES } from '../links/link.ts';
import type { Environment } from '../links/link.ts';
import { maskText } from '../mask.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time.ts';
import {
  outsideWindow,
  TRANSACTION_OUTCOMES,
  type TransactionQuery,
  windowEnd,
} from '../transactions/transaction.ts';

/** Most watches of one person, and of all people together: each is a call now and then. */
export const WATCHES_EACH = 50;
export const WATCHES_IN_ALL = 5_000;

/** A claim and its payout mostly take minutes: looked at often at first. */
const OFTEN_MS = 10 * MINUTE_MS;
const OFTEN_FOR_MS = 6 * HOUR_MS;
const LATER_MS = HOUR_MS;
/** What was refused before it was looked up does not count for the rhythm (R12), and is not repeated at once either. */
const TRY_AGAIN_MS = 30 * MINUTE_MS;
/** What waited for the end of the nightly window is spread over these minutes. */
export const SPREAD_MS = 20 * MINUTE_MS;
/** A failing look-up is no news until then. */
export const FAILING_MS = DAY_MS;

export const WATCH_KINDS = ['link', 'transaction'] as const;
export type WatchKind = (typeof WATCH_KINDS)[number];

export type WatchSubject =
  | { kind: 'link'; linkId: string }
  | { kind: 'transaction'; query: TransactionQuery };

/** The status of a link, or the outcome of a transaction. */
export const WATCH_STATES = [...LINK_STATUSES, ...TRANSACTION_OUTCOMES] as const;
export type WatchState = (typeof WATCH_STATES)[number];

/** What is known of the subject; nothing in it is unmasked. */
export interface WatchFacts {
  /** The last recognised state; undefined while none is known. */
  state: WatchState | undefined;
  /** When a look first found this state. */
  stateSince: number | undefined;
  /** When InstantPay last told. */
  seenAt: number | undefined;
  amountPaise: number | undefined;
  /** Of a link's recipient. */
  name: string | undefined;
  /** When a link was claimed, as its history tells (R20). */
  claimedAt: number | undefined;
  environment: Environment | undefined;
}

export const NOTHING_KNOWN: WatchFacts = {
  state: undefined,
  stateSince: undefined,
  seenAt: undefined,
  amountPaise: undefined,
  name: undefined,
  claimedAt: undefined,
  environment: undefined,
};

/** One person who watches. */
export interface Watcher {
  userId: string;
  since: number;
  /** Watching ends then, whatever became of it. */
  until: number;
  /** Wants the next answer alone: a check that was put off to the end of the nightly window. */
  once: boolean;
}

/**
 * What a watcher is told. `final`: it ended. `returned`: PROCESSING went back to ISSUED, so a payout failed (R7). `answer`:
 * of a check that was put off. `over`: watching ended before it did. `failing`: InstantPay has not told for a day.
 * `unreadable`: the stored reference cannot be opened any more.
 */
export const WATCH_NEWS = ['final', 'returned', 'answer', 'over', 'failing', 'unreadable'] as const;
export type WatchNews = (typeof WATCH_NEWS)[number];

/** What one look led to. */
export interface WatchStep {
  at: number;
  facts: WatchFacts;
  /** Look-ups have failed since then; `told`: the watchers know. */
  failing: { since: number; told: boolean } | undefined;
  /** When it is looked at next. */
  dueAt: number;
  /** Told to everybody who watches; the first and the last end the watch. */
  news: 'final' | 'returned' | 'failing' | 'unreadable' | undefined;
  /** When InstantPay was last asked about a transaction: those who wanted one answer have it. */
  askedAt: number | undefined;
}

/** What one watcher is told of a step, and whether their watch ends with it. */
export function tellingOf(
  { until, once, since }: Watcher,
  { news, askedAt, at }: WatchStep,
): { news: WatchNews | undefined; ends: boolean } {
  const isAnswered = news === 'final' || (askedAt !== undefined && askedAt >= since);
  if (once && isAnswered) return { news: 'answer', ends: true };
  if (news === 'final' || news === 'unreadable') return { news, ends: true };
  // A change is told first; that watching is over comes with the next look.
  if (news !== undefined) return { news, ends: false };
  return until <= at ? { news: 'over', ends: true } : { news: undefined, ends: false };
}

/** When a link is looked at next. `since`: when the last person began to watch. */
export function nextLookAtLink(now: number, since: number): number {
  return now + (now - since < OFTEN_FOR_MS ? OFTEN_MS : LATER_MS);
}

/** When a transaction may be asked about next (R12); `nextAt` is what its rhythm allows, in the past when nothing was looked up. */
export function nextLookAtTransaction(now: number, nextAt: number, spread: number): number {
  return spreadAfterWindow(Math.max(nextAt, now + TRY_AGAIN_MS), spread);
}

/**
 * R12: outside the nightly window, and not all at its end: what falls into the window, or on its end, comes some minutes
 * later. `spread`: of 0 to 1.
 */
export function spreadAfterWindow(at: number, spread: number): number {
  const end = outsideWindow(at);
  const isAtEnd = end !== at || windowEnd(at - 1) === at;
  return isAtEnd ? end + Math.floor(spread * SPREAD_MS) : at;
}

/** A number of 0 to 1 that differs between subjects and stays the same for each: the FNV-1a hash of its key. */
export function spreadOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) / 2 ** 32;
}

/** How the audit names a subject; R14: a reference may be somebody's mobile or account number. */
export function auditedSubject(
  subject: WatchSubject | undefined,
): Pick<AuditEntry, 'linkId' | 'reference' | 'transactionDate'> {
  if (!subject) return {};
  if (subject.kind === 'link') return { linkId: subject.linkId };
  return { reference: maskText(subject.query.externalRef), transactionDate: subject.query.date };
}

/** The audit row of a watch that Payout Desk ended. */
export function endedEntry(
  { userId }: Pick<Watcher, 'userId'>,
  subject: WatchSubject | undefined,
  { at, facts }: Pick<WatchStep, 'at' | 'facts'>,
): AuditEntry {
  return {
    at,
    actorId: SYSTEM_ACTOR,
    action: 'watch.ended',
    affectedUserId: userId,
    ...auditedSubject(subject),
    statusAfter: facts.state,
  };
}
