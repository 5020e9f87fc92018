/** Owns a digest's schedule in a channel: what it holds, and what becomes of the due times that came. */

import { type AuditAction, type AuditEntry, SYSTEM_ACTOR } from '../audit-entry.ts';
import { sortDue } from '../digest/run.ts';
import type { KnownStatus } from '../links/link.ts';
import { maskText } from '../mask.ts';
import { HOUR_MS } from '../time.ts';
import { createCalendar } from './calendar.ts';
import { isSkipped, type Skip } from './skip.ts';

/** Why a schedule is paused: by a person, or since Slack takes no message for its channel. */
export const PAUSE_REASONS = ['person', 'channel_archived', 'channel_gone', 'not_in_channel'] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];
/** Slack takes no message for the channel. */
export type ClosedReason = Exclude<PauseReason, 'person'>;

export interface Paused {
  why: PauseReason;
  at: number;
  /** A Slack user ID, or SYSTEM_ACTOR. */
  by: string;
}

/** What people choose. */
export interface Definition {
  cron: string;
  timezone: string;
  statuses: readonly KnownStatus[];
  /** Only links whose purpose holds this text; undefined: all. */
  purpose: string | undefined;
}

export interface Subscription extends Definition {
  id: string;
  /** Grows with each change of people or settings; each change compares and swaps on it. */
  version: number;
  channelId: string;
  /** A Slack user ID; SYSTEM_ACTOR for the one of the settings. */
  createdBy: string;
  createdAt: number;
  paused: Paused | undefined;
  /** Up to when its due times are accounted for. */
  markAt: number;
  /** Due times without a digest that the next digest tells, oldest first. */
  skipped: readonly number[];
}

/** Of more due times that passed, the newest are looked at. */
export const MOST_COUNTED = 50;
/** Each digest walks the whole list: more often than this nobody subscribes. */
const LEAST_GAP_MS = HOUR_MS;
const GAPS_LOOKED_AT = 60;
/** Skipped days in a row until the next due time is looked for no further. */
const DAYS_LOOKED_AHEAD = 400;

/** The schedule of the settings: changed and removed there alone. */
export const isOfSettings = ({ createdBy }: Pick<Subscription, 'createdBy'>): boolean =>
  createdBy === SYSTEM_ACTOR;

export interface Due {
  /** The one to read. */
  run: number | undefined;
  missed: number[];
  /** On days without a digest. */
  skipped: number[];
}

/** What becomes of the due times that came, oldest first. */
export function dueOf(
  dueTimes: readonly number[],
  now: number,
  { timezone, graceMs, skip }: { timezone: string; graceMs: number; skip: Skip },
): Due {
  const isOff = (dueAt: number): boolean => isSkipped(dueAt, timezone, skip);
  const due = sortDue(
    dueTimes.filter((dueAt) => !isOff(dueAt)),
    now,
    graceMs,
  );
  return { ...due, skipped: dueTimes.filter(isOff) };
}

/** The next due times, without the days that are skipped; fewer when there are no more. */
export function nextTimes(
  { cron, timezone }: Pick<Definition, 'cron' | 'timezone'>,
  now: number,
  { skip, amount }: { skip: Skip; amount: number },
): number[] {
  const calendar = createCalendar(cron, timezone);
  const times: number[] = [];
  let at = calendar.next(now);
  for (let tries = 0; at !== undefined && times.length < amount && tries < DAYS_LOOKED_AHEAD; tries += 1) {
    if (!isSkipped(at, timezone, skip)) times.push(at);
    at = calendar.next(at);
  }
  return times;
}

/** Whether two of its due times are less than an hour apart. */
export function isTooOften({ cron, timezone }: Pick<Definition, 'cron' | 'timezone'>): boolean {
  const calendar = createCalendar(cron, timezone);
  let before = calendar.next(0);
  for (let index = 0; before !== undefined && index < GAPS_LOOKED_AT; index += 1) {
    const next = calendar.next(before);
    if (next !== undefined && next - before < LEAST_GAP_MS) return true;
    before = next;
  }
  return false;
}

/** In the audit: "C0123 0 10 * * 1-5 Asia/Kolkata EXPIRED,PROCESSING", and the purpose, masked. */
function definitionKey({ channelId, cron, timezone, statuses, purpose }: Subscription): string {
  const only = purpose === undefined ? [] : [`“${maskText(purpose)}”`];
  return [channelId, cron, timezone, statuses.join(','), ...only].join(' ');
}

export function rowOf(
  subscription: Subscription,
  entry: { at: number; actorId: string; action: AuditAction },
): AuditEntry {
  return { ...entry, detail: definitionKey(subscription) };
}

/** In the audit: "C0123 0 10 * * * … → C0123 30 9 * * 1-5 …". */
export function changeKey(before: Subscription, after: Subscription): string {
  return `${definitionKey(before)} → ${definitionKey(after)}`;
}

/** Whether both post the same at the same times. */
export const isSame = (one: Definition, other: Definition): boolean => sameKey(one) === sameKey(other);

function sameKey({ cron, timezone, statuses, purpose }: Definition): string {
  return JSON.stringify([cron, timezone, statuses.toSorted(), purpose?.toLowerCase() ?? null]);
}

export function newSubscription(
  given: Definition & Pick<Subscription, 'id' | 'channelId' | 'createdBy'>,
  now: number,
): Subscription {
  return { ...given, version: 1, createdAt: now, paused: undefined, markAt: now, skipped: [] };
}
