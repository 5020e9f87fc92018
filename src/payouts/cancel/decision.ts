/** Owns maker-checker as pure rules: what a person's decision, or time alone, makes of a waiting request. */

import { type AuditEntry, SYSTEM_ACTOR } from '../audit-entry.ts';
import type { NoDecision } from './outcome.ts';
import { auditOf, type CancelRequest, change, type In, isIn, type Step } from './request.ts';

/** How long a fresh approval waits for the replica that took it, before any replica takes it up. */
export const TAKE_UP_AFTER_MS = 30_000;

export type Decision =
  /** `lost`: earlier approvers who may no longer approve; judged when this approval would be the last. */
  | { kind: 'approve'; by: string; lost?: readonly string[] }
  | { kind: 'reject'; by: string; reason: string }
  /** One administrator approves without the others, with a typed reason, announced in the channel. */
  | { kind: 'emergency'; by: string; reason: string }
  | { kind: 'withdraw'; by: string };

type Decided = Step<'pending' | 'approved' | 'rejected' | 'withdrawn'>;
export type DecisionResult = ({ ok: true } & Decided) | { ok: false; why: NoDecision };

/**
 * What one person's decision makes of a request now. Consent counts from `pressedAt`, when the person gave it: a replica
 * that was frozen before it stored the decision must not take it for a fresh one.
 */
export function decide(
  request: CancelRequest,
  decision: Decision,
  now: number,
  pressedAt = now,
): DecisionResult {
  // Nobody presses before the request is there: such a stamp says nothing.
  const givenAt = pressedAt < request.requestedAt ? now : pressedAt;
  if (!isIn(request, 'pending')) return { ok: false, why: 'finished' };
  if (now >= request.expiresAt) return { ok: false, why: 'expired' };
  const decisionMs = now - request.requestedAt;
  if (decision.kind === 'withdraw') {
    if (decision.by !== request.requestedBy) return { ok: false, why: 'not_requester' };
    const next = close(request, 'withdrawn', decision.by, undefined, now);
    return {
      ok: true,
      next,
      audit: [auditOf(next, now, decision.by, 'cancel.withdrawn', { decisionMs })],
      messages: [],
    };
  }
  if (decision.by === request.requestedBy) return { ok: false, why: 'own_request' };
  switch (decision.kind) {
    case 'reject': {
      const next = close(request, 'rejected', decision.by, decision.reason, now);
      const row = { decisionMs, reason: decision.reason };
      return {
        ok: true,
        next,
        audit: [auditOf(next, now, decision.by, 'cancel.rejected', row)],
        messages: ['outcome'],
      };
    }
    case 'emergency':
      return approveInEmergency(request, decision, now, givenAt);
    case 'approve':
      if (request.approvals.some(({ userId }) => userId === decision.by)) {
        return { ok: false, why: 'already_approved' };
      }
      return addApproval(request, decision, now, givenAt);
  }
}

/** One more approval; those of approvers who lost the right no longer count, and the record and the audit say so. */
function addApproval(
  request: In<'pending'>,
  { by, lost = [] }: Extract<Decision, { kind: 'approve' }>,
  now: number,
  givenAt: number,
): DecisionResult {
  const gone = request.approvals.filter(({ userId }) => lost.includes(userId));
  const approvals = [...request.approvals.filter((one) => !gone.includes(one)), { userId: by, at: now }];
  const voidApprovals = [...request.voidApprovals.filter(({ userId }) => userId !== by), ...gone];
  const enough = approvals.length >= request.approvalsRequired;
  const next = enough
    ? change(request, 'approved', {
        approvals,
        voidApprovals,
        decidedAt: givenAt,
        wakeAt: now + TAKE_UP_AFTER_MS,
      })
    : change(request, 'pending', { approvals, voidApprovals });
  const row = { decisionMs: now - request.requestedAt, ...countsOf(next) };
  return {
    ok: true,
    next,
    audit: [
      auditOf(next, now, by, 'cancel.approved', row),
      ...gone.map(({ userId }) =>
        auditOf(next, now, SYSTEM_ACTOR, 'approval.voided', { affectedUserId: userId }),
      ),
    ],
    messages: [],
  };
}

/** How many approvals there are and how many are needed, for the audit. */
function countsOf({ approvals, approvalsRequired }: CancelRequest): Partial<AuditEntry> {
  return { approvals: approvals.length, approvalsRequired };
}

/** One administrator's approval is enough, and the request is marked as an emergency permanently. */
function approveInEmergency(
  request: In<'pending'>,
  { by, reason }: Extract<Decision, { kind: 'emergency' }>,
  now: number,
  givenAt: number,
): DecisionResult {
  if (!request.emergencyAllowed) return { ok: false, why: 'no_emergency' };
  const next = change(request, 'approved', {
    approvals: [...request.approvals.filter(({ userId }) => userId !== by), { userId: by, at: now }],
    emergencyReason: reason,
    decidedAt: givenAt,
    wakeAt: now + TAKE_UP_AFTER_MS,
  });
  const row = { decisionMs: now - request.requestedAt, reason, ...countsOf(next) };
  return {
    ok: true,
    next,
    audit: [auditOf(next, now, by, 'cancel.emergency_approved', row)],
    messages: ['emergency'],
  };
}

function close<S extends 'rejected' | 'withdrawn' | 'expired'>(
  request: In<'pending'>,
  status: S,
  by: string | undefined,
  reason: string | undefined,
  now: number,
): CancelRequest & { status: S } {
  return change(request, status, {
    decidedAt: now,
    closedBy: by,
    closedReason: reason,
    wakeAt: undefined,
  });
}

/** What time alone does to a waiting request: it expires, or its approvers are nudged; undefined: nothing yet. */
export function tick(request: In<'pending'>, now: number): Step<'pending' | 'expired'> | undefined {
  if (now >= request.expiresAt) {
    const next = close(request, 'expired', undefined, undefined, now);
    return { next, audit: [auditOf(next, now, SYSTEM_ACTOR, 'cancel.expired')], messages: ['outcome'] };
  }
  if (request.nudgedAt === undefined && now >= request.nudgeAt) {
    const next = change(request, 'pending', { nudgedAt: now, wakeAt: request.expiresAt });
    return { next, audit: [auditOf(next, now, SYSTEM_ACTOR, 'approvers.nudged')], messages: ['nudge'] };
  }
  return undefined;
}
