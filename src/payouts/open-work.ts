/** Owns what is open at a moment, for those who operate Payout Desk: counts, without anything private. */

import type { RequestStatus } from './cancel/request.ts';
import { createCalendar, isCron } from './subscriptions/calendar.ts';
import { isSkipped, type Skip } from './subscriptions/skip.ts';
import type { Subscription } from './subscriptions/subscription.ts';
import type { DigestRun } from './digest/run.ts';

/** What a request does while it counts as open, and `unresolved`: ended, and only a person can tell how. */
export const OPEN_STATUSES = ['pending', 'approved', 'executing', 'unknown', 'unresolved'] as const;
export type OpenStatus = (typeof OPEN_STATUSES)[number];

/** What is counted of a request: how it ended, and that its outcome was not known for a while. */
export const CANCEL_OUTCOMES = [
  'executed',
  'refused',
  'unknown',
  'unresolved',
  'rejected',
  'expired',
  'withdrawn',
] as const satisfies RequestStatus[];

/** Messages that Slack does not show yet as they are stored. */
export const MESSAGE_KINDS = ['card', 'digest', 'watch', 'home'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Each count stops at a limit. Instants are epoch milliseconds. */
export interface OpenWork {
  /** Links with a cancel request. */
  requests: Record<OpenStatus, number>;
  /** When the oldest request that waits for a decision was made. */
  oldestPendingAt: number | undefined;
  behind: Record<MessageKind, number>;
  /** Links and transactions that somebody watches. */
  watched: number;
  /** Digests that are being read, or that Slack did not take yet. */
  openDigests: DigestRun[];
}

export interface OpenWorkStore {
  read(): Promise<OpenWork>;
}

/** Days without a digest that are passed over until the next due time is looked for no further. */
const LOOKED_AHEAD = 30;

/**
 * Since when the longest overdue digest is due: one that is not posted yet, or whose due time no replica accounted for.
 * Undefined: none is.
 */
export function overdueSince(
  schedules: readonly Subscription[],
  openDigests: readonly DigestRun[],
  { now, skip }: { now: number; skip: Skip },
): number | undefined {
  const active = schedules.filter(({ paused }) => !paused);
  const ids = new Set(active.map(({ id }) => id));
  const open = openDigests.filter(({ scheduleId }) => ids.has(scheduleId)).map(({ dueAt }) => dueAt);
  const unaccounted = active.map((schedule) => firstDue(schedule, now, skip));
  const due = [...open, ...unaccounted].filter((at) => at !== undefined && at <= now);
  return due.length === 0 ? undefined : Math.min(...due.filter((at) => at !== undefined));
}

/** The first due time after what was accounted for, on a day with digests. */
function firstDue({ cron, timezone, markAt }: Subscription, now: number, skip: Skip): number | undefined {
  if (!isCron(cron)) return undefined;
  const calendar = createCalendar(cron, timezone);
  let at = calendar.next(markAt);
  for (let looked = 0; looked < LOOKED_AHEAD; looked += 1) {
    if (at === undefined || at > now) return undefined;
    if (!isSkipped(at, timezone, skip)) return at;
    at = calendar.next(at);
  }
  return undefined;
}
