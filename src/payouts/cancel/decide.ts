/** Owns deciding on a cancel request: who may, who was earlier, and saving what the decision makes of it. */

import { Refused } from '../../errors.ts';
import type { Permission } from '../policy.ts';
import { requirePermission, writeRefusal } from '../access.ts';
import type { AuditSubject } from '../audit-entry.ts';
import type { Actor, Deps } from '../deps.ts';
import { allowsEmergency } from './ask.ts';
import type { NoDecision } from './outcome.ts';
import { type Decision, decide, tick } from './decision.ts';
import { readReason } from './reason.ts';
import { judgeDecision } from './judge-decision.ts';
import { auditOf, type CancelRequest, isIn } from './request.ts';
import { findRequest, saveStep } from './save.ts';
import { EMERGENCY_OFF } from './words.ts';

const ACCESS: Record<Decision['kind'], { permission: Permission; subject: AuditSubject }> = {
  approve: { permission: 'approve', subject: 'cancel.approve' },
  reject: { permission: 'approve', subject: 'cancel.reject' },
  withdraw: { permission: 'operate', subject: 'cancel.withdraw' },
  emergency: { permission: 'administer', subject: 'cancel.emergency_approve' },
};

export type Answered =
  | { ok: true; request: CancelRequest }
  | { ok: false; why: NoDecision; request: CancelRequest };

export interface DecideInput {
  /** Required to reject and in an emergency. */
  reason?: string | undefined;
  /** When the person pressed the button; default now. */
  pressedAt?: number | undefined;
  /** Told at once, before the refusal is written down, that the request was decided before. */
  onLate?: () => Promise<void>;
}

/**
 * One person's decision. Permission is judged here, at decision time. A request that another person decided first is a
 * normal answer: `why`, and the request as it is now.
 */
export async function decideCancel(
  deps: Deps,
  actor: Actor,
  cancelRequestId: string,
  kind: Decision['kind'],
  { reason = '', pressedAt, onLate }: DecideInput = {},
): Promise<Answered> {
  const { permission, subject } = ACCESS[kind];
  const access = await requirePermission(deps, actor, permission, { subject, cancelRequestId });
  if (kind === 'emergency') await requireEmergency(deps, actor, cancelRequestId);
  const by = actor.userId;
  const decision: Decision =
    kind === 'reject' || kind === 'emergency' ? { kind, by, reason: readReason(reason) } : { kind, by };
  for (;;) {
    const request = await findRequest(deps, cancelRequestId);
    const now = deps.clock();
    if (!isIn(request, 'pending')) await onLate?.();
    // The job expires it too; a click that comes first does not wait for that, and never finds it still open.
    else if (now >= request.expiresAt) {
      const expired = tick(request, now);
      if (expired) await saveStep(deps, request, expired);
      continue;
    }
    const judged = await judgeDecision(deps, request, decision, { now, subject, lent: access.lent });
    const decided =
      'ok' in judged ? judged : decide(request, { ...decision, ...judged.right }, judged.now, pressedAt);
    if (!decided.ok) {
      const { why } = decided;
      await auditRefusal(deps, request, decision, why, now);
      return { ok: false, why, request };
    }
    const next = await saveStep(deps, request, decided);
    if (next) return { ok: true, request: next };
  }
}

/** Writes the refusal down; the second click of a person whose first one counted is none. */
async function auditRefusal(
  deps: Deps,
  request: CancelRequest,
  { kind, by }: Decision,
  why: NoDecision,
  now: number,
): Promise<void> {
  const counted = request.approvals.some(({ userId }) => userId === by);
  if (why === 'finished' && kind === 'approve' && counted) return;
  const row = { subject: ACCESS[kind].subject, outcome: why };
  await deps.store.audit.append(auditOf(request, now, by, 'decision.refused', row));
}

/** Resolves where emergency approval is turned on; otherwise audits the refusal and rejects with Refused. */
export async function requireEmergency(deps: Deps, actor: Actor, cancelRequestId: string): Promise<void> {
  if (allowsEmergency(deps)) return;
  const { subject } = ACCESS.emergency;
  await writeRefusal(deps, actor, { subject, cancelRequestId }, 'emergency_off');
  throw new Refused(EMERGENCY_OFF);
}

/** Requests waiting for a decision: the person's own first, then the others, oldest first. */
export async function waitingRequests(deps: Deps, actor: Actor): Promise<CancelRequest[]> {
  await requirePermission(deps, actor, 'look', { subject: 'cancel.list' });
  const pending = await deps.store.requests.pending();
  const mine = (request: CancelRequest) => (request.requestedBy === actor.userId ? 0 : 1);
  return pending.sort((one, other) => mine(one) - mine(other) || one.requestedAt - other.requestedAt);
}

/** One request, for people who may look. */
export async function showRequest(deps: Deps, actor: Actor, cancelRequestId: string): Promise<CancelRequest> {
  await requirePermission(deps, actor, 'look', { subject: 'cancel.show', cancelRequestId });
  return findRequest(deps, cancelRequestId);
}
