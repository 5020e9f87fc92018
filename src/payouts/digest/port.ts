/** Owns what digests need from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { Tells } from '../links/telling.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { DigestMessageKind, DigestRun } from './run.ts';
import type { StateChange, ToldState } from './told.ts';

/** An outbox row. One of each kind and run, `paused` one of each channel: a second one is ignored. */
export interface OutboxMessage extends DigestRun {
  kind: DigestMessageKind;
  channelId: string;
  /** What Slack is given, as JSON; the job that writes it knows its shape. */
  content: unknown;
  /** From then on it is not posted. */
  expiresAt: number;
  /** The stuck links it tells of, stored with it. */
  tells?: Tells | undefined;
}

export interface ReadClaim extends DigestRun {
  /** Fencing token: each later write of this holder compares and swaps on it. */
  token: number;
  /** From 1. */
  attempt: number;
  /** Why an earlier attempt found the list incomplete. */
  problem: string | undefined;
  /** Due times without a digest since the last one, oldest first. */
  skipped: readonly number[];
}

export interface MessageClaim extends OutboxMessage {
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

/** A message in Slack that was posted after its claim was lost. */
export interface StrayMessage {
  id: string;
  channelId: string;
  ts: string;
  /** The next holder found that message and kept it. */
  kept: boolean;
}

/**
 * Schedules, runs and the outbox of digests. Replicas share the database's clock for leases; `now` counts for when attempts
 * are due, and for leases on SQLite. A write of a claim is a compare-and-swap on its token: false when it was lost.
 */
export interface DigestStore {
  /**
   * Accounts for the due times up to `to` in one transaction: moves the mark, adds the run to read and the messages. What
   * was skipped goes with the run, else it stays with the schedule. Compare-and-swap on version and mark; false when
   * another replica won, or the schedule was changed, paused or removed meanwhile.
   */
  account(
    schedule: Subscription,
    to: number,
    outcome: {
      run: number | undefined;
      skipped: readonly number[];
      messages: readonly OutboxMessage[];
    },
  ): Promise<boolean>;
  /** Sets a mark that only a wrong clock can have set. The same compare-and-swap. */
  setMark(schedule: Subscription, to: number): Promise<boolean>;
  /** Deletes runs and messages that ended before this. */
  prune(before: number): Promise<void>;
  /** The schedules with an unfinished run whose next attempt is due and that is not leased. */
  dueSchedules(now: number): Promise<string[]>;
  /** Unfinished runs of a schedule whose next attempt is due and that are not leased, oldest first. */
  dueReads(scheduleId: string, now: number): Promise<DigestRun[]>;
  /**
   * Undefined when it is held by another replica, or not due; also while an older run of the schedule, or its digest, is not
   * done: what that one tells decides what this one compares with.
   */
  claimRead(run: DigestRun, now: number, leaseMs: number): Promise<ReadClaim | undefined>;
  renewRead(claim: ReadClaim, now: number, leaseMs: number): Promise<boolean>;
  /**
   * Ends the run: in one transaction adds its message, removes a note that was not posted yet, and keeps the state that is
   * told by this message as pending.
   */
  finishRead(claim: ReadClaim, now: number, message: OutboxMessage, state?: StateChange): Promise<boolean>;
  /** What the last posted digest told; undefined before the first one, and after one with too many open links. */
  told(scheduleId: string): Promise<ToldState | undefined>;
  /** The list was incomplete: adds the note, and the next attempt is at `nextAttemptAt`. */
  retryRead(claim: ReadClaim, nextAttemptAt: number, problem: string, note: OutboxMessage): Promise<boolean>;

  /** Unfinished messages whose next attempt is due and that are not leased, the longest waiting first. */
  dueMessages(now: number, limit: number): Promise<string[]>;
  claimMessage(id: string, now: number, leaseMs: number): Promise<MessageClaim | undefined>;
  /** The message is about to be posted: until `posted` or `postLater` that is not confirmed. */
  posting(claim: MessageClaim, now: number, leaseMs: number): Promise<boolean>;
  /** Slack took it: the row is done. In one transaction the pending state of a digest becomes what was told. */
  posted(claim: MessageClaim, ts: string, now: number): Promise<boolean>;
  /** Slack did not take it. `maybePosted`: its answer was lost, so it may have. */
  postLater(
    claim: MessageClaim,
    nextAttemptAt: number,
    why: { problem: string; maybePosted: boolean },
  ): Promise<boolean>;
  /** Gives the message up, with the pending state of a digest, and adds `instead`, in one transaction. */
  abandon(claim: MessageClaim, now: number, instead: OutboxMessage | undefined): Promise<boolean>;
  /** A holder posted this after its claim was lost. */
  addStray(id: string, ts: string): Promise<void>;
  /** Strays of messages that are done. */
  strays(limit: number): Promise<StrayMessage[]>;
  removeStray(stray: StrayMessage): Promise<void>;
  /** When the last digest was posted, of any schedule. */
  lastPostedAt(): Promise<number | undefined>;
}
