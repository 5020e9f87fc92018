/**
 * Owns when a due digest is read, posted, tried again and given up. A run is one due time of a schedule; its messages are
 * outbox rows, done only once Slack took them.
 */

import { DAY_MS, MINUTE_MS } from '../time.ts';

/** A tick of the clock may come late, also without a grace. */
const ON_TIME_MS = MINUTE_MS;
/** A walk may be longer than the grace; what it found is still posted. */
const POST_WITHIN_MS = 5 * MINUTE_MS;
/** How long the notice that a digest was missed is posted. */
const NOTICE_WITHIN_MS = DAY_MS;
/** The last attempt is made this long before the deadline, so that an outage of nearly the whole grace is survived. */
const LAST_ATTEMPT_MS = 30_000;

export interface Backoff {
  firstMs: number;
  longestMs: number;
}

/** Walking a long list again costs InstantPay much more than a post costs Slack. */
export const READ_AGAIN: Backoff = { firstMs: MINUTE_MS, longestMs: 5 * MINUTE_MS };
export const POST_AGAIN: Backoff = { firstMs: 5_000, longestMs: MINUTE_MS };
/** Only an administrator can fix what Slack refuses: the channel is archived, Payout Desk was removed from it. */
export const POST_REFUSED: Backoff = { firstMs: 10 * MINUTE_MS, longestMs: 10 * MINUTE_MS };

/**
 * `complete`: posted. `incomplete`: a list that could not be read to its end, once for each digest. `failed`: was due
 * and is given up, or waits for an administrator to let Payout Desk post. `skipped`: no replica ran at the due time.
 */
export const DIGEST_OUTCOMES = ['complete', 'incomplete', 'failed', 'skipped'] as const;
export type DigestOutcome = (typeof DIGEST_OUTCOMES)[number];

/** One due digest: unique by `scheduleId` and `dueAt`. */
export interface DigestRun {
  scheduleId: string;
  dueAt: number;
}

/** Until when a due digest is read again. */
export function readUntil(dueAt: number, graceMs: number): number {
  return dueAt + Math.max(graceMs, ON_TIME_MS);
}

/** Until when a digest that was read completely is posted. */
export function postUntil(dueAt: number, graceMs: number, readAt: number): number {
  return Math.max(readUntil(dueAt, graceMs), readAt + POST_WITHIN_MS);
}

/** Until when the notice of a missed digest is posted. */
export function noticeUntil(now: number): number {
  return now + NOTICE_WITHIN_MS;
}

/** Of the due times that came, oldest first: the one to read, and those that are too old or overtaken by a newer one. */
export function sortDue(
  dueTimes: readonly number[],
  now: number,
  graceMs: number,
): { run: number | undefined; missed: number[] } {
  const last = dueTimes.at(-1);
  const run = last !== undefined && now <= readUntil(last, graceMs) ? last : undefined;
  return { run, missed: dueTimes.filter((dueAt) => dueAt !== run) };
}

/**
 * When to try again after attempt number `attempt` (from 1): backoff with jitter, no earlier than Slack asks for, and
 * once more shortly before the deadline. Undefined: there is no time left for another attempt.
 */
export function nextAttemptAt(
  attempt: number,
  backoff: Backoff,
  {
    now,
    until,
    random,
    retryAfterMs = 0,
  }: { now: number; until: number; random: () => number; retryAfterMs?: number | undefined },
): number | undefined {
  const fullMs = Math.min(backoff.firstMs * 2 ** (attempt - 1), backoff.longestMs);
  // Half of it is fixed, so that replicas spread without hammering.
  const waitMs = Math.max(Math.round(fullMs / 2 + (fullMs / 2) * random()), retryAfterMs);
  const lastAt = until - LAST_ATTEMPT_MS;
  if (now >= lastAt || now + retryAfterMs > until) return undefined;
  return Math.max(Math.min(now + waitMs, lastAt), now + retryAfterMs);
}

/**
 * What a message of a run says. `incomplete`: the list could not be read to its end and is tried again. `missed`: there
 * will be no digest. `stuck`: tells of stuck links between digests; its `dueAt` is when they were found. `paused`: tells an
 * administrator that a schedule was paused; its `dueAt` is when.
 */
export const DIGEST_MESSAGE_KINDS = ['digest', 'incomplete', 'missed', 'stuck', 'paused'] as const;
export type DigestMessageKind = (typeof DIGEST_MESSAGE_KINDS)[number];
