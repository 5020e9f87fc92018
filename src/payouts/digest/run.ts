/**
 * Owns when a due digest is read, posted, tried again and given up, and the port of its records. A run is one due time
 * of a schedule; what it has to say is an outbox row, done only once Slack took it.
 */

import { DAY_MS, MINUTE_MS } from '../time.ts';

/** A tick of the clock may come late, also when nothing is to be made up. */
const ON_TIME_MS = MINUTE_MS;
/** A walk may be longer than the grace; what it found is still posted. */
const POST_WITHIN_MS = 5 * MINUTE_MS;
/** How long a channel is owed the notice that a digest was missed. */
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
/** Only a person can mend what Slack refuses: the channel is archived, Payout Desk was removed from it. */
export const POST_REFUSED: Backoff = { firstMs: 10 * MINUTE_MS, longestMs: 10 * MINUTE_MS };

/**
 * `complete`: posted. `incomplete`: a list that could not be read to its end, once for each digest. `failed`: was due
 * and is given up, or waits for somebody to let Payout Desk post. `skipped`: nobody was there at the due time.
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

/** Until when a channel is told that a digest was missed. */
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
 * will be no digest.
 */
export const DIGEST_MESSAGE_KINDS = ['digest', 'incomplete', 'missed'] as const;
export type DigestMessageKind = (typeof DIGEST_MESSAGE_KINDS)[number];

/** A message to be owed: the first of its kind and run stands, a second one is the same message again. */
export interface OwedMessage extends DigestRun {
  kind: DigestMessageKind;
  channelId: string;
  /** What Slack is given, as JSON keeps it; whoever wrote it knows its shape. */
  content: unknown;
  /** Past this it is not worth posting any more. */
  expiresAt: number;
}

export interface ReadClaim extends DigestRun {
  /** Fencing token: each later write of this holder compares and swaps on it. */
  token: number;
  /** From 1. */
  attempt: number;
  /** Why an earlier attempt found the list incomplete. */
  problem: string | undefined;
}

export interface MessageClaim extends OwedMessage {
  id: string;
  /** Fencing token: each later write of this holder compares and swaps on it. */
  token: number;
  /** From 1. */
  attempt: number;
  /** Since when Slack may have it: an earlier attempt was cut off while posting, or its answer was lost. */
  maybePostedAt: number | undefined;
  /** Slack's error code of the last failure. */
  problem: string | undefined;
}

/** A message in Slack that a former holder posted after it had lost its claim. */
export interface StrayMessage {
  id: string;
  channelId: string;
  ts: string;
  /** The holder after it found that message and made it the one that stands. */
  stands: boolean;
}

/** A schedule as its due times are counted. */
export interface ScheduleRecord {
  id: string;
  cron: string;
  timezone: string;
}

/**
 * The records of digests. Leases are judged by the database's clock where replicas share one; `now` counts where there
 * is one process alone, and for the times of attempts. A write of a claim returns false when another holder has it.
 */
export interface DigestStore {
  /**
   * Remembers the schedule and returns the mark up to which its due times are accounted for. One that is new or has
   * another expression or zone, or a mark that no right clock has set, begins at `now`: before that nothing was due by it.
   */
  adopt(schedule: ScheduleRecord, now: number): Promise<number>;
  /** The mark; undefined when the schedule was replaced by another one meanwhile. */
  mark(schedule: ScheduleRecord): Promise<number | undefined>;
  /**
   * Accounts for the due times in (`from`, `to`] in one transaction: moves the mark, adds the run to be read and the
   * messages owed. Compare-and-swap on the mark; false when another replica was faster.
   */
  account(
    schedule: ScheduleRecord,
    from: number,
    to: number,
    outcome: { run: number | undefined; owed: readonly OwedMessage[] },
  ): Promise<boolean>;
  /** Unfinished runs of a schedule whose next attempt is due and that nobody holds, oldest first. */
  dueReads(scheduleId: string, now: number): Promise<DigestRun[]>;
  claimRead(run: DigestRun, now: number, leaseMs: number): Promise<ReadClaim | undefined>;
  renewRead(claim: ReadClaim, now: number, leaseMs: number): Promise<boolean>;
  /** The run is over: in one transaction its message is owed, and a note that was not posted yet is not any more. */
  finishRead(claim: ReadClaim, now: number, owed: OwedMessage): Promise<boolean>;
  /** The list was incomplete: read again at `nextAttemptAt`, and the channel is owed the note. */
  retryRead(claim: ReadClaim, nextAttemptAt: number, problem: string, note: OwedMessage): Promise<boolean>;

  /** Unfinished messages whose next attempt is due and that nobody holds, the longest waiting first. */
  dueMessages(now: number, limit: number): Promise<string[]>;
  claimMessage(id: string, now: number, leaseMs: number): Promise<MessageClaim | undefined>;
  /** The message is about to be posted: until `posted` or `postLater` nobody can say whether it was. */
  posting(claim: MessageClaim, now: number, leaseMs: number): Promise<boolean>;
  /** Slack took it: the row is done. */
  posted(claim: MessageClaim, ts: string, now: number): Promise<boolean>;
  /** Slack did not take it. `maybePosted`: its answer was lost, so it may have. */
  postLater(
    claim: MessageClaim,
    nextAttemptAt: number,
    why: { problem: string; maybePosted: boolean },
  ): Promise<boolean>;
  /** The message is given up; `instead` is owed in its place, in one transaction. */
  abandon(claim: MessageClaim, now: number, instead: OwedMessage | undefined): Promise<boolean>;
  /** A former holder found that it posted after its claim was lost. */
  addStray(id: string, ts: string): Promise<void>;
  /** Strays of messages that are done. */
  strays(limit: number): Promise<StrayMessage[]>;
  removeStray(stray: StrayMessage): Promise<void>;
  /** When the last digest of a schedule was posted. */
  lastPostedAt(scheduleId: string): Promise<number | undefined>;
}
