/**
 * Owns the four-eyes rule as a state machine: `decide(approval, decision, now)` gives the next state or says why
 * not. Pure: who the person is and what they may do was found out before.
 *
 *   pending -> approved -> executing -> executed | refused | unknown -> executed | refused | unresolved
 *   pending -> rejected | lapsed | withdrawn
 */

import type { Contact, Environment, LinkStatus } from '../links/link.ts';
import type { AuditEntry } from '../ports.ts';

export type RequestStatus =
  | 'pending'
  | 'approved'
  | 'executing'
  | 'unknown'
  | 'executed'
  | 'refused'
  | 'unresolved'
  | 'rejected'
  | 'expired'
  | 'withdrawn';

/** Decided and still moving: only InstantPay can say what comes next. */
export const APPROVED_UNFINISHED: readonly RequestStatus[] = ['approved', 'executing', 'unknown'];
/** States in which a link may not be asked for again: the request still moves. */
export const UNFINISHED: readonly RequestStatus[] = ['pending', ...APPROVED_UNFINISHED];

/** What the desk saw at the end; never what it hopes. */
export interface Outcome {
  kind:
    | 'cancelled'
    | 'link_changed'
    | 'instantpay_refused'
    | 'recipient_won'
    | 'link_expired'
    | 'wrong_environment'
    /** The decision grew too old before the call could leave; nothing was sent. */
    | 'too_late'
    | 'still_unknown';
  /** The link's status when last seen. */
  linkStatus: LinkStatus | undefined;
  /** The link's amount when it was no longer the one that was approved (R8). */
  amountPaise?: number | undefined;
  /** InstantPay's words, masked, or the desk's sentence. */
  message: string;
  ipayUuid: string | undefined;
  /** True when the outcome was read by tracking, not from the cancel call's own answer (R9). */
  settledByTracking: boolean;
}

export interface Approval {
  userId: string;
  at: number;
}

export interface CancelRequest {
  id: string;
  /** Grows by one with every change; the store refuses a change made from an older version. */
  version: number;
  status: RequestStatus;
  linkId: string;
  amountPaise: number;
  contact: Contact;
  purpose: string | undefined;
  linkExpiresAt: number | undefined;
  environment: Environment | undefined;
  requestedBy: string;
  /** The Slack channel the request was made in: the requester is told there. */
  requestedIn: string;
  reason: string;
  requestedAt: number;
  expiresAt: number;
  /** When approvers are reminded, and when they were. */
  remindAt: number;
  remindedAt: number | undefined;
  /** 1, or 2 above APPROVALS_REQUIRED_ABOVE; fixed when the request is made. */
  approvalsRequired: number;
  approvals: Approval[];
  /** Votes that no longer count: their voters lost the right to approve before the last vote. */
  voidApprovals: Approval[];
  /** Whether an administrator may approve alone (BREAK_GLASS); fixed when the request is made. */
  emergencyAllowed: boolean;
  /** Why one administrator approved alone; undefined when the ordinary rule was kept. */
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
  /** When the desk has to look at this request by itself; undefined once it is finished. */
  wakeAt: number | undefined;
}

/** A step of the machine: the state to store and the audit rows that belong to it. */
export interface Step {
  next: CancelRequest;
  audit: AuditEntry[];
}

export type Decision =
  /** `lost`: earlier voters who may no longer approve; judged when this vote would be the last. */
  | { kind: 'approve'; by: string; lost?: readonly string[] }
  | { kind: 'reject'; by: string; reason: string }
  /** An administrator approves alone, with a typed reason, announced in the channel. */
  | { kind: 'break_glass'; by: string; reason: string }
  | { kind: 'withdraw'; by: string };

/** Why a decision changes nothing; all of them are normal answers. */
export type NoDecision =
  | 'finished'
  | 'expired'
  | 'own_request'
  | 'already_voted'
  | 'not_requester'
  /** Slack did not tell whether the earlier voters may still approve. */
  | 'voters_unknown'
  | 'no_break_glass';

export type Decided = ({ ok: true } & Step) | { ok: false; why: NoDecision };

/** How long after its decision an approved request may wait untouched before any desk takes it up again. */
export const TAKE_UP_AFTER_MS = 30_000;

export function isUnfinished(request: CancelRequest): boolean {
  return UNFINISHED.includes(request.status);
}

/** The approval with these changes and the next version. */
export function change(request: CancelRequest, changes: Partial<CancelRequest>): CancelRequest {
  return { ...request, ...changes, version: request.version + 1 };
}

/** The audit row of a step: what every row about this request carries. */
export function auditOf(
  request: CancelRequest,
  at: number,
  actorId: string,
  action: string,
  more: Partial<AuditEntry> = {},
): AuditEntry {
  return {
    at,
    actorId,
    action,
    linkId: request.linkId,
    cancelRequestId: request.id,
    amountPaise: request.amountPaise,
    ...more,
  };
}

/**
 * What one person's decision makes of a request at this time. Consent counts from `pressedAt`, when the person gave it:
 * a desk that was frozen before it stored it must not take it for a fresh one.
 */
export function decide(request: CancelRequest, decision: Decision, now: number, pressedAt = now): Decided {
  // Nobody presses before the request is there: such a stamp says nothing.
  const givenAt = pressedAt < request.requestedAt ? now : pressedAt;
  if (request.status !== 'pending') return { ok: false, why: 'finished' };
  if (now >= request.expiresAt) return { ok: false, why: 'expired' };
  const decisionMs = now - request.requestedAt;
  if (decision.kind === 'withdraw') {
    if (decision.by !== request.requestedBy) return { ok: false, why: 'not_requester' };
    const next = close(request, 'withdrawn', decision.by, undefined, now);
    return { ok: true, next, audit: [auditOf(next, now, decision.by, 'cancel withdrawn', { decisionMs })] };
  }
  if (decision.by === request.requestedBy) return { ok: false, why: 'own_request' };
  if (decision.kind === 'reject') {
    const next = close(request, 'rejected', decision.by, decision.reason, now);
    const row = { decisionMs, reason: decision.reason };
    return { ok: true, next, audit: [auditOf(next, now, decision.by, 'cancel rejected', row)] };
  }
  if (decision.kind === 'break_glass') return breakGlass(request, decision, now, givenAt);
  if (request.approvals.some((vote) => vote.userId === decision.by))
    return { ok: false, why: 'already_voted' };
  return addVote(request, decision, now, givenAt);
}

/** One more vote; those of voters who lost the right no longer count, and the record and the audit say so. */
function addVote(
  request: CancelRequest,
  { by, lost = [] }: Extract<Decision, { kind: 'approve' }>,
  now: number,
  givenAt: number,
): Decided {
  const gone = request.approvals.filter(({ userId }) => lost.includes(userId));
  const approvals = [...request.approvals.filter((one) => !gone.includes(one)), { userId: by, at: now }];
  const voidApprovals = [...request.voidApprovals.filter(({ userId }) => userId !== by), ...gone];
  const enough = approvals.length >= request.approvalsRequired;
  const decided = { status: 'approved', decidedAt: givenAt, wakeAt: now + TAKE_UP_AFTER_MS } as const;
  const next = change(request, { approvals, voidApprovals, ...(enough && decided) });
  const outcome = `${approvals.length} of ${request.approvalsRequired} approvals`;
  const row = { decisionMs: now - request.requestedAt, outcome };
  return {
    ok: true,
    next,
    audit: [
      auditOf(next, now, by, 'cancel approved', row),
      ...gone.map(({ userId }) =>
        auditOf(next, now, 'desk', 'approval void', { reason: `${userId} may no longer approve` }),
      ),
    ],
  };
}

/** However many approvals are needed: one administrator's word carries, and is marked as such for good. */
function breakGlass(
  request: CancelRequest,
  { by, reason }: Extract<Decision, { kind: 'break_glass' }>,
  now: number,
  givenAt: number,
): Decided {
  if (!request.emergencyAllowed) return { ok: false, why: 'no_break_glass' };
  const next = change(request, {
    approvals: [...request.approvals.filter((vote) => vote.userId !== by), { userId: by, at: now }],
    emergencyReason: reason,
    status: 'approved',
    decidedAt: givenAt,
    wakeAt: now + TAKE_UP_AFTER_MS,
  });
  const row = { decisionMs: now - request.requestedAt, reason, outcome: 'approved alone' };
  return { ok: true, next, audit: [auditOf(next, now, by, 'break glass', row)] };
}

function close(
  request: CancelRequest,
  status: 'rejected' | 'withdrawn' | 'expired',
  by: string | undefined,
  reason: string | undefined,
  now: number,
): CancelRequest {
  return change(request, {
    status,
    decidedAt: now,
    closedBy: by,
    closedReason: reason,
    wakeAt: undefined,
  });
}

/** What time alone does to a waiting request: it lapses, or its approvers are due a reminder. */
export function tick(request: CancelRequest, now: number): Step | undefined {
  if (request.status !== 'pending') return undefined;
  if (now >= request.expiresAt) {
    const next = close(request, 'expired', undefined, undefined, now);
    return { next, audit: [auditOf(next, now, 'desk', 'cancel request expired')] };
  }
  if (request.remindedAt === undefined && now >= request.remindAt) {
    const next = change(request, { remindedAt: now, wakeAt: request.expiresAt });
    return { next, audit: [auditOf(next, now, 'desk', 'approvers reminded')] };
  }
  return undefined;
}
