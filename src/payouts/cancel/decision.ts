/** Owns maker-checker as pure rules: what a person's decision, or time alone, makes of a waiting request. */

import { type AuditEntry, type Escalation, SYSTEM_ACTOR } from '../audit-entry.ts';
import type { Delegation } from '../delegation-port.ts';
import type { NoDecision } from './outcome.ts';
import { type Batch, pendingOf } from './batch.ts';
import {
  auditOf,
  type BatchStep,
  type CancelRequest,
  change,
  type In,
  isIn,
  type Step,
  voiceOf,
} from './request.ts';
import { LEFT_OUT } from './words.ts';

/** How long a fresh approval waits for the replica that took it, before any replica takes it up. */
export const TAKE_UP_AFTER_MS = 30_000;

export type Decision =
  /**
   * `lent`: a deputy decides by this right. `lost`: earlier approvers who may no longer approve; judged when this approval
   * would be the last, or when it and an earlier one are by the right of one approver.
   */
  | { kind: 'approve'; by: string; lent?: Delegation | undefined; lost?: readonly string[] }
  | { kind: 'reject'; by: string; reason: string; lent?: Delegation | undefined }
  /** One administrator approves without the others, with a typed reason, announced in the channel. */
  | { kind: 'emergency'; by: string; reason: string }
  | { kind: 'withdraw'; by: string };

type Decided = Step<'pending' | 'approved' | 'rejected' | 'withdrawn'>;
export type DecisionResult = ({ ok: true } & Decided) | { ok: false; why: NoDecision };

export type BatchResult = { ok: true; steps: BatchStep[] } | { ok: false; why: NoDecision };

/**
 * What one person's decision makes of a batch: the same for each request that waits, in one transaction. Links that an
 * approver leaves out end as rejected with the same decision, and stay out whatever a second approver selects.
 */
export function decideAll(
  batch: Batch,
  decision: Decision,
  now: number,
  {
    pressedAt,
    leaveOut = [],
  }: { pressedAt?: number | undefined; leaveOut?: readonly string[] | undefined } = {},
): BatchResult {
  const pending = pendingOf(batch);
  const approves = decision.kind === 'approve' || decision.kind === 'emergency';
  const isLeftOut = ({ linkId }: CancelRequest): boolean => approves && leaveOut.includes(linkId);
  const steps: BatchStep[] = [];
  for (const before of pending) {
    const decided = decide(before, decision, now, pressedAt);
    if (!decided.ok) return decided;
    steps.push({ before, step: isLeftOut(before) ? leftOut(before, decision, now) : decided });
  }
  if (pending.length === 0) return { ok: false, why: 'finished' };
  return pending.every(isLeftOut) ? { ok: false, why: 'nothing_left' } : { ok: true, steps };
}

/** The requester reads of it on the card and with the outcome of the others. */
function leftOut(request: In<'pending'>, { by, ...decision }: Decision, now: number): Step<'rejected'> {
  const next = close(request, 'rejected', by, LEFT_OUT, now);
  const lent = 'lent' in decision ? decision.lent : undefined;
  const row = { decisionMs: now - request.requestedAt, reason: LEFT_OUT, ...inPlaceOf(lent) };
  return { next, audit: [auditOf(next, now, by, 'cancel.rejected', row)], messages: [] };
}

/** What time alone does to a batch that waits; empty: nothing yet. */
export function tickAll(batch: Batch, now: number, reach?: Reach): BatchStep[] {
  return pendingOf(batch).flatMap((before) => {
    const step = tick(before, now, reach);
    return step ? [{ before, step }] : [];
  });
}

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
  if ('lent' in decision && decision.lent && now >= decision.lent.until)
    return { ok: false, why: 'deputy_ended' };
  switch (decision.kind) {
    case 'reject': {
      const next = close(request, 'rejected', decision.by, decision.reason, now);
      const row = { decisionMs, reason: decision.reason, ...inPlaceOf(decision.lent) };
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
      if (countsAlready(request, decision)) return { ok: false, why: 'counted_once' };
      return addApproval(request, decision, now, givenAt);
  }
}

/** An approver and the deputy of that approver count once; an approval that is void does not. */
function countsAlready(
  { approvals }: CancelRequest,
  { by, lent, lost = [] }: Extract<Decision, { kind: 'approve' }>,
): boolean {
  const voice = lent?.userId ?? by;
  return approvals.some((approval) => voiceOf(approval) === voice && !lost.includes(approval.userId));
}

/** One more approval; those of approvers who lost the right no longer count, and the record and the audit say so. */
function addApproval(
  request: In<'pending'>,
  { by, lent, lost = [] }: Extract<Decision, { kind: 'approve' }>,
  now: number,
  givenAt: number,
): DecisionResult {
  const gone = request.approvals.filter(({ userId }) => lost.includes(userId));
  const own = { userId: by, at: now };
  const approvals = [
    ...request.approvals.filter((one) => !gone.includes(one)),
    lent ? { ...own, onBehalfOf: lent.userId } : own,
  ];
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
  const row = { decisionMs: now - request.requestedAt, ...inPlaceOf(lent), ...countsOf(next) };
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

/** Whose right was used, for the audit. */
function inPlaceOf(lent: Delegation | undefined): Partial<AuditEntry> {
  return lent ? { affectedUserId: lent.userId } : {};
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

/** Whom an escalation would reach; where there is nobody, the audit alone says that it was due. */
export interface Reach {
  /** Deputies who were not told before. */
  deputies: boolean;
  administrators: boolean;
}

const NOBODY: Reach = { deputies: false, administrators: false };

/** The instants at which a waiting request is escalated. */
export function escalationsOf({ requestedAt, expiresAt }: Pick<CancelRequest, 'requestedAt' | 'expiresAt'>) {
  const after = (eighths: number): number =>
    requestedAt + Math.floor(((expiresAt - requestedAt) * eighths) / 8);
  return { deputiesAt: after(6), administratorsAt: after(7) };
}

/** What is due for a waiting request now: one step at a time, each once; undefined: nothing yet. */
export function tick(
  request: In<'pending'>,
  now: number,
  reach: Reach = NOBODY,
): Step<'pending' | 'expired'> | undefined {
  if (now >= request.expiresAt) {
    const next = close(request, 'expired', undefined, undefined, now);
    return { next, audit: [auditOf(next, now, SYSTEM_ACTOR, 'cancel.expired')], messages: ['outcome'] };
  }
  const { deputiesAt, administratorsAt } = escalationsOf(request);
  if (request.nudgedAt === undefined) {
    if (now < request.nudgeAt) return undefined;
    const next = change(request, 'pending', { nudgedAt: now, wakeAt: deputiesAt });
    return { next, audit: [auditOf(next, now, SYSTEM_ACTOR, 'approvers.nudged')], messages: ['nudge'] };
  }
  if (request.deputiesToldAt === undefined) {
    if (now < deputiesAt) return undefined;
    const changes = { deputiesToldAt: now, wakeAt: administratorsAt };
    return escalate(request, changes, now, reach.deputies ? 'deputies' : 'no_deputies');
  }
  if (request.administratorsToldAt === undefined) {
    if (now < administratorsAt) return undefined;
    const changes = { administratorsToldAt: now, wakeAt: request.expiresAt };
    return escalate(request, changes, now, reach.administrators ? 'administrators' : 'no_administrators');
  }
  return undefined;
}

function escalate(
  request: In<'pending'>,
  changes: Partial<Pick<CancelRequest, 'deputiesToldAt' | 'administratorsToldAt' | 'wakeAt'>>,
  now: number,
  outcome: Escalation,
): Step<'pending'> {
  const next = change(request, 'pending', changes);
  return {
    next,
    audit: [auditOf(next, now, SYSTEM_ACTOR, 'request.escalated', { outcome })],
    messages: outcome === 'deputies' || outcome === 'administrators' ? [outcome] : [],
  };
}
