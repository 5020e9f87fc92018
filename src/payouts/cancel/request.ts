/**
 * Owns the cancel request: its states, what it holds, and the guard that lets a transition ask for the state it starts
 * from. The ways between the states are in decision.ts (while it is pending) and transitions.ts (once approved):
 *
 *   pending -> approved -> executing -> executed | refused | unknown -> executed | refused | unresolved
 *   pending -> rejected | expired | withdrawn
 */

import type { LinkFacts } from '../links/facts.ts';
import type { Contact, Environment } from '../links/link.ts';
import type { AuditAction, AuditEntry } from '../audit-entry.ts';
import type { ApprovalRule } from '../policy.ts';
import type { Outcome } from './outcome.ts';

/** Decided and still moving: only InstantPay can say what comes next. */
export const APPROVED_UNFINISHED = ['approved', 'executing', 'unknown'] as const;
/** The request still moves, so its link cannot be requested again. */
export const UNFINISHED = ['pending', ...APPROVED_UNFINISHED] as const;

export const REQUEST_STATUSES = [
  ...UNFINISHED,
  'executed',
  'refused',
  'unresolved',
  'rejected',
  'expired',
  'withdrawn',
] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

export interface Approval {
  userId: string;
  at: number;
  /** Whose right it was given by, when it was lent; undefined: the approver's own. */
  onBehalfOf?: string | undefined;
}

/** Whose approval it is: a deputy's is that of the approver who is away. */
export function voiceOf({ userId, onBehalfOf = userId }: Approval): string {
  return onBehalfOf;
}

/** The cancellation of one link. */
/** A message in a channel. */
export interface SharedCard {
  channelId: string;
  /** Of the message that begins the thread. */
  threadTs: string;
}

export interface Question {
  /** The same whenever Slack delivers the same question again. */
  id: string;
  by: string;
  at: number;
  /** Masked. */
  text: string;
}

export interface CancelRequest {
  id: string;
  /** The batch it was requested in and is decided with: the ID of the first; its own when it is alone. */
  batchId: string;
  /** Of the batch, for people, as in C-1042; the store counts from 1001, with gaps. */
  number: number;
  /** Grows by one with every change; the store refuses a change made from an older version. */
  version: number;
  status: RequestStatus;
  linkId: string;
  amountPaise: number;
  contact: Contact;
  purpose: string | undefined;
  linkExpiresAt: number | undefined;
  environment: Environment | undefined;
  /** What else approvers decide by. */
  facts: LinkFacts;
  /** What approvers asked the requester, oldest first. */
  questions: readonly Question[];
  requestedBy: string;
  /** The Slack channel the request was made in. */
  requestedIn: string;
  /** The card that somebody shared in a channel, when the request was made on it: its thread reads the outcome. */
  sharedIn: SharedCard | undefined;
  reason: string;
  requestedAt: number;
  expiresAt: number;
  /** When approvers are nudged, and when they were. */
  nudgeAt: number;
  nudgedAt: number | undefined;
  /** When nobody had decided at three quarters and seven eighths of its time, and the next were told. */
  deputiesToldAt: number | undefined;
  administratorsToldAt: number | undefined;
  /** By the sum of the batch; fixed when the request is made. */
  approvalsRequired: number;
  /** The tier of APPROVAL_RULES that it was made under; undefined: APPROVERS decide. */
  rule: ApprovalRule | undefined;
  approvals: Approval[];
  /** Approvals that no longer count: who gave them lost the right to approve before the last one. */
  voidApprovals: Approval[];
  /** Whether one administrator may approve in an emergency (BREAK_GLASS); fixed when the request is made. */
  emergencyAllowed: boolean;
  /** Why one administrator approved without the others; undefined when the ordinary rule was kept. */
  emergencyReason: string | undefined;
  decidedAt: number | undefined;
  /** Who rejected or withdrew it, and why. */
  closedBy: string | undefined;
  closedReason: string | undefined;
  executingAt: number | undefined;
  /** Random ID of the claim behind `executing` or `unknown`: only its holder may make, or has made, the call. */
  holder: string | undefined;
  /** How often an unknown outcome was looked up, or an approved request could not be started. */
  checks: number;
  /** What went wrong on the way, for the card: one sentence. */
  problem: string | undefined;
  /** InstantPay's request id of the cancel call (R19). */
  ipayUuid: string | undefined;
  outcome: Outcome | undefined;
  /** When the job looks at this request next; undefined once it is finished. */
  wakeAt: number | undefined;
}

/** A request in one of these states: distributes, so that a check of the status narrows it. */
export type In<S extends RequestStatus> = S extends RequestStatus ? CancelRequest & { status: S } : never;
export type Unfinished = (typeof UNFINISHED)[number];
export type ApprovedUnfinished = (typeof APPROVED_UNFINISHED)[number];

/**
 * What a step has to tell. `request`: the card, and a direct message to each approver where APPROVERS_NOTIFY says so.
 * `nudge`: to the approvers, at half time. `deputies`, `administrators`: that nobody decided. `emergency`: that one
 * administrator approved. `outcome`: to the requester, and in the thread of a shared card. `question`: the newest one, in
 * the card's thread and to the requester.
 */
export type StepMessage =
  | 'request'
  | 'nudge'
  | 'deputies'
  | 'administrators'
  | 'emergency'
  | 'outcome'
  | 'question';

/**
 * Messages that show each new version of their request. `request`: the card with the buttons. `approver`: the same by
 * direct message. `outcome`: what the requester is told. `thread`: the same in the thread of a shared card, without what
 * is private.
 */
export const FOLLOWING_PURPOSES = ['request', 'approver', 'outcome', 'thread'] as const;
/** The others are posted once and never edited. */
export type MessagePurpose =
  | (typeof FOLLOWING_PURPOSES)[number]
  | 'nudge'
  | 'deputies'
  | 'administrators'
  | 'emergency'
  | 'question';

/** A change to store: the request as it was, as it becomes, and the audit rows that go with it. */
export interface RequestChange {
  before: CancelRequest;
  after: CancelRequest;
  audit: readonly AuditEntry[];
}

/** A step of the machine: the state it leads to, its audit rows, and the messages that are new with it. */
export interface Step<S extends RequestStatus = RequestStatus> {
  next: In<S>;
  audit: AuditEntry[];
  messages: readonly StepMessage[];
}

/** A step of one request of a batch; those of one decision are stored together. */
export interface BatchStep {
  before: CancelRequest;
  step: Step;
}

export function isIn<S extends RequestStatus>(
  request: CancelRequest,
  ...statuses: readonly S[]
): request is In<S> {
  const known: readonly RequestStatus[] = statuses;
  return known.includes(request.status);
}

export function isUnfinished(request: CancelRequest): request is In<Unfinished> {
  return isIn(request, ...UNFINISHED);
}

/** What a new request is made of. */
export type RequestInput = Pick<
  CancelRequest,
  | 'id'
  | 'linkId'
  | 'amountPaise'
  | 'contact'
  | 'purpose'
  | 'linkExpiresAt'
  | 'environment'
  | 'facts'
  | 'requestedBy'
  | 'requestedIn'
  | 'sharedIn'
  | 'reason'
  | 'requestedAt'
  | 'approvalsRequired'
  | 'rule'
  | 'emergencyAllowed'
  | 'ipayUuid'
> & {
  /** Default: its own, for a request that is alone. */
  batchId?: string;
  /** For how long it may wait for a decision; its approvers are nudged at half time. */
  ttlMs: number;
};

/** A request that was not stored yet: its number comes from the store. */
export type NewRequest = Omit<CancelRequest, 'number'>;

export function newRequest({ ttlMs, batchId, ...input }: RequestInput): NewRequest {
  const expiresAt = expiryOf(input, ttlMs);
  return {
    ...input,
    batchId: batchId ?? input.id,
    version: 1,
    status: 'pending',
    ...expiringAt(input.requestedAt, expiresAt),
    nudgedAt: undefined,
    deputiesToldAt: undefined,
    administratorsToldAt: undefined,
    questions: [],
    approvals: [],
    voidApprovals: [],
    emergencyReason: undefined,
    decidedAt: undefined,
    closedBy: undefined,
    closedReason: undefined,
    executingAt: undefined,
    holder: undefined,
    checks: 0,
    problem: undefined,
    outcome: undefined,
  };
}

/** A batch is decided together, so it expires as a whole, when the first of its requests would. */
export function newBatch(inputs: readonly RequestInput[]): [NewRequest, ...NewRequest[]] {
  const requests = inputs.map(newRequest);
  const endsAt = Math.min(...requests.map(({ expiresAt }) => expiresAt));
  const [first, ...others] = requests.map((one) => ({ ...one, ...expiringAt(one.requestedAt, endsAt) }));
  if (!first) throw new Error('A batch has a request at least.');
  return [first, ...others];
}

function expiringAt(
  requestedAt: number,
  expiresAt: number,
): Pick<CancelRequest, 'expiresAt' | 'nudgeAt' | 'wakeAt'> {
  const nudgeAt = requestedAt + Math.floor((expiresAt - requestedAt) / 2);
  return { expiresAt, nudgeAt, wakeAt: nudgeAt };
}

/** The end of its time, or the link's own expiry when that comes first; an ISSUED link past its expiry says nothing. */
function expiryOf(
  { requestedAt, linkExpiresAt }: Pick<CancelRequest, 'requestedAt' | 'linkExpiresAt'>,
  ttlMs: number,
): number {
  const ends = requestedAt + ttlMs;
  return linkExpiresAt !== undefined && linkExpiresAt > requestedAt ? Math.min(ends, linkExpiresAt) : ends;
}

/** What a request was made with; the store does not write it again. */
type FixedField = 'id' | 'batchId' | 'number' | 'linkId' | 'requestedBy' | 'requestedAt';

/** The request in this state, with these changes and the next version. */
export function change<S extends RequestStatus>(
  request: CancelRequest,
  status: S,
  changes: Partial<Omit<CancelRequest, 'status' | 'version' | FixedField>>,
): CancelRequest & { status: S } {
  return { ...request, ...changes, status, version: request.version + 1 };
}

/** The audit row of a step: what every row about this request carries. */
export function auditOf(
  request: NewRequest,
  at: number,
  actorId: string,
  action: AuditAction,
  more: Partial<AuditEntry> = {},
): AuditEntry {
  return {
    at,
    actorId,
    action,
    linkId: request.linkId,
    cancelRequestId: request.batchId,
    amountPaise: request.amountPaise,
    ...more,
  };
}
