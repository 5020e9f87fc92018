/** Owns what the rules of cancelling need from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { AuditEntry } from '../audit-entry.ts';
import type { CancelRequest, MessagePurpose, NewRequest, RequestStatus } from './request.ts';

export interface CancelRequestStore {
  /**
   * Inserts a pending request with its audit row and its outbox rows in one transaction; when the link has an
   * unfinished one, returns that instead; when this very request was opened before, returns it as it is. Gives the request its number.
   */
  open(
    request: NewRequest,
    audit: AuditEntry,
    messages: readonly CardCopy[],
  ): Promise<{ opened: true; request: CancelRequest } | { opened: false; existing: CancelRequest }>;
  find(id: string): Promise<CancelRequest | undefined>;
  /**
   * Compare-and-swap on `version`, together with the audit rows and the new outbox rows; false when another replica
   * won. `after.version` must be `before.version + 1`. An outbox row that is there already stays as it is.
   */
  save(
    before: CancelRequest,
    after: CancelRequest,
    audit: readonly AuditEntry[],
    messages?: readonly CardCopy[],
  ): Promise<boolean>;
  /** Requests that wait for a decision, oldest first. */
  pending(): Promise<CancelRequest[]>;
  /** Unfinished requests in one of these states whose `wakeAt` has come, most overdue first. */
  due(statuses: readonly RequestStatus[], now: number, limit: number): Promise<CancelRequest[]>;
}

/** Outbox row: one Slack message about a request and the version it shows. */
export interface CardCopy {
  id: string;
  cancelRequestId: string;
  purpose: MessagePurpose;
  /** A channel; for a direct message the person's user ID until it was posted. */
  channelId: string;
  /** Slack's message id; undefined until it was posted. */
  ts: string | undefined;
  /** The version of the request that it shows; 0 until it was posted. */
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
   * Atomic: leases the messages of a request that are behind its version, due and not leased. Replicas share the
   * database's clock for leases; `now` counts for what is due, and where there is one process alone.
   */
  claim(cancelRequestId: string, now: number, leaseMs: number): Promise<HeldCopy[]>;
  /** The lease ends `leaseMs` from now instead; false: it was lost. */
  renew(copy: HeldCopy, now: number, leaseMs: number): Promise<boolean>;
  /** Compare-and-swap on the token: stores the result and ends the lease; false, and no write: it was lost. */
  settle(copy: HeldCopy, result: CardResult): Promise<boolean>;
  /** Makes a posted message due again from the start; one that is not in the outbox is added. */
  showAgain(copy: CardCopy & { ts: string }, now: number): Promise<void>;
  /** Requests with a message that is behind, due and not leased, the longest waiting first. */
  behind(now: number, limit: number): Promise<string[]>;
}
