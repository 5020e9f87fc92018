/** Owns what the rules of cancelling need from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { AuditEntry } from '../audit-entry.ts';
import type { Holding } from '../delegation-port.ts';
import type { Batch } from './batch.ts';
import type { CancelRequest, MessagePurpose, NewRequest, RequestChange, RequestStatus } from './request.ts';

export interface CancelRequestStore {
  /**
   * Inserts the pending requests of a batch with their audit rows and the outbox rows in one transaction, or none of
   * them: when one of the links has an unfinished request, or this very batch was opened before. Gives the batch its number.
   */
  open(
    requests: readonly NewRequest[],
    audit: readonly AuditEntry[],
    messages: readonly CardCopy[],
  ): Promise<Opened>;
  find(id: string): Promise<CancelRequest | undefined>;
  findBatch(batchId: string): Promise<Batch | undefined>;
  /** The unfinished requests of these links, in the order of the links. */
  unfinishedOf(linkIds: readonly string[]): Promise<CancelRequest[]>;
  /**
   * Compare-and-swap on each request's `version`, together with the audit rows and the new outbox rows; false when
   * another replica won any of them, and then nothing is stored. All changes are of one batch, and each `after.version`
   * must be `before.version + 1`. An outbox row that is there already stays as it is. False, too, when one of the rights
   * of `holding` does not hold any more.
   */
  save(
    changes: readonly RequestChange[],
    messages?: readonly CardCopy[],
    holding?: Holding,
  ): Promise<boolean>;
  /** Batches that wait for a decision, oldest first. */
  pending(): Promise<Batch[]>;
  /** Unfinished requests in one of these states whose `wakeAt` has come, most overdue first. */
  due(statuses: readonly RequestStatus[], now: number, limit: number): Promise<CancelRequest[]>;
}

export type Opened =
  | { opened: true; batch: Batch }
  /** `taken`: the unfinished requests of these links. `existing`: the batch of the first, or this one as it is now. */
  | { opened: false; existing: Batch; taken: readonly CancelRequest[] };

/** Outbox row: one Slack message about a batch and the version it shows. */
export interface CardCopy {
  id: string;
  /** The batch. */
  cancelRequestId: string;
  purpose: MessagePurpose;
  /** A channel; for a direct message the person's user ID until it was posted. */
  channelId: string;
  /** Slack's message id; undefined until it was posted. */
  ts: string | undefined;
  /** The version of the batch that it shows; 0 until it was posted. */
  shownVersion: number;
  /** Attempts since the last success; a claim counts as one, so that an attempt that was cut off counts too. */
  attempts: number;
  /** When the next attempt is due. */
  nextAttemptAt: number;
  /** Slack's error code of the last failure. */
  problem: string | undefined;
}

/** A message that its holder alone may post or edit, until the lease expires. */
export interface HeldCopy extends CardCopy {
  /** The fencing token of the lease: later writes compare and swap on it. */
  token: number;
  /** An earlier lease expired, or the answer to a post was lost: there may be a second message, or one may yet come. */
  takenOver: boolean;
}

/** The result of the work on a message. */
export type CardResult = Pick<
  CardCopy,
  'channelId' | 'ts' | 'shownVersion' | 'attempts' | 'nextAttemptAt' | 'problem'
> & {
  /** The answer to a post was lost: from now on the message counts as taken over. */
  mayComeLate?: boolean;
};

export interface CardStore {
  of(cancelRequestId: string): Promise<CardCopy[]>;
  /**
   * Atomic: leases the messages of a batch that are behind its version, due and not leased. Replicas share the
   * database's clock for leases; `now` counts for what is due, and where there is one process alone.
   */
  claim(cancelRequestId: string, now: number, leaseMs: number): Promise<HeldCopy[]>;
  /** The lease ends `leaseMs` from now instead; false: it was lost. */
  renew(copy: HeldCopy, now: number, leaseMs: number): Promise<boolean>;
  /** Compare-and-swap on the token: stores the result and ends the lease; false, and no write: it was lost. */
  settle(copy: HeldCopy, result: CardResult): Promise<boolean>;
  /** Makes a posted message due again from the start; one that is not in the outbox is added. */
  showAgain(copy: CardCopy & { ts: string }, now: number): Promise<void>;
  /** Batches with a message that is behind, due and not leased, the longest waiting first. */
  behind(now: number, limit: number): Promise<string[]>;
}
