/** Owns deciding on a cancel request: who may, who was earlier, and saving what the decision makes of it. */

import { Refused } from '../../errors.ts';
import type { Permission } from '../policy.ts';
import { requirePermission, writeRefusal } from '../access.ts';
import type { AuditSubject } from '../audit-entry.ts';
import type { Actor, Deps } from '../deps.ts';
import { allowsEmergency } from './ask.ts';
import type { NoDecision } from './outcome.ts';
import { type Batch, batchOf, pendingOf, totalPaise } from './batch.ts';
import { type Decision, decideAll, tickAll } from './decision.ts';
import { readReason } from './reason.ts';
import { judgeDecision } from './judge-decision.ts';
import { auditOf, type BatchStep } from './request.ts';
import { findBatch, saveTogether } from './save.ts';
import { EMERGENCY_OFF } from './words.ts';

const ACCESS: Record<Decision['kind'], { permission: Permission; subject: AuditSubject }> = {
  approve: { permission: 'approve', subject: 'cancel.approve' },
  reject: { permission: 'approve', subject: 'cancel.reject' },
  withdraw: { permission: 'operate', subject: 'cancel.withdraw' },
  emergency: { permission: 'administer', subject: 'cancel.emergency_approve' },
};

export type Answered = { ok: true; batch: Batch } | { ok: false; why: NoDecision; batch: Batch };

export interface DecideInput {
  /** Required to reject and in an emergency. */
  reason?: string | undefined;
  /** IDs of links that an approver leaves out: they are not cancelled, and their requests end. */
  leaveOut?: readonly string[] | undefined;
  /** When the person pressed the button; default now. */
  pressedAt?: number | undefined;
  /** Told at once, before the refusal is written down, that the request was decided before. */
  onLate?: () => Promise<void>;
}

/**
 * One person's decision on a batch, stored for all its requests at once. Permission is judged here, at decision time. A
 * batch that another person decided first is a normal answer: `why`, and the batch as it is now.
 */
export async function decideCancel(
  deps: Deps,
  actor: Actor,
  batchId: string,
  kind: Decision['kind'],
  { reason = '', leaveOut, pressedAt, onLate }: DecideInput = {},
): Promise<Answered> {
  const { permission, subject } = ACCESS[kind];
  const access = await requirePermission(deps, actor, permission, { subject, cancelRequestId: batchId });
  if (kind === 'emergency') await requireEmergency(deps, actor, batchId);
  const by = actor.userId;
  const decision: Decision =
    kind === 'reject' || kind === 'emergency' ? { kind, by, reason: readReason(reason) } : { kind, by };
  for (;;) {
    const batch = await findBatch(deps, batchId);
    const now = deps.clock();
    const [waiting] = pendingOf(batch);
    if (!waiting) await onLate?.();
    // The job expires it too; a click that comes first does not wait for that, and never finds it still open.
    else if (now >= waiting.expiresAt) {
      await saveTogether(deps, tickAll(batch, now));
      continue;
    }
    const judging = { now, subject, lent: access.lent };
    const judged = await judgeDecision(deps, waiting ?? batch.requests[0], decision, judging);
    const decided =
      'ok' in judged
        ? judged
        : decideAll(batch, { ...decision, ...judged.right }, judged.now, { pressedAt, leaveOut });
    if (!decided.ok) {
      const { why } = decided;
      await auditRefusal(deps, batch, decision, why, now);
      return { ok: false, why, batch };
    }
    const lent = 'ok' in judged ? [] : judged.lent;
    if (await saveTogether(deps, decided.steps, lent))
      return { ok: true, batch: after(batch, decided.steps) };
  }
}

/** The batch with these steps taken. */
function after(batch: Batch, steps: readonly BatchStep[]): Batch {
  const next = new Map(steps.map(({ step }) => [step.next.id, step.next]));
  return batchOf(batch.requests.map((request) => next.get(request.id) ?? request)) ?? batch;
}

/** Writes the refusal down; the second click of a person whose first one counted is none. */
async function auditRefusal(
  deps: Deps,
  { requests }: Batch,
  { kind, by }: Decision,
  why: NoDecision,
  now: number,
): Promise<void> {
  const counted = requests.some(({ approvals }) => approvals.some(({ userId }) => userId === by));
  if (why === 'finished' && kind === 'approve' && counted) return;
  const [first, ...others] = requests;
  // Of one link it names the link; of several their sum.
  const about = others.length > 0 ? { linkId: undefined, amountPaise: totalPaise({ requests }) } : {};
  const row = { subject: ACCESS[kind].subject, outcome: why, ...about };
  await deps.store.audit.append(auditOf(first, now, by, 'decision.refused', row));
}

/** Resolves where emergency approval is turned on; otherwise audits the refusal and rejects with Refused. */
export async function requireEmergency(deps: Deps, actor: Actor, cancelRequestId: string): Promise<void> {
  if (allowsEmergency(deps)) return;
  const { subject } = ACCESS.emergency;
  await writeRefusal(deps, actor, { subject, cancelRequestId }, 'emergency_off');
  throw new Refused(EMERGENCY_OFF);
}

/** Batches waiting for a decision: the person's own first, then the others, oldest first. */
export async function waitingRequests(deps: Deps, actor: Actor): Promise<Batch[]> {
  await requirePermission(deps, actor, 'look', { subject: 'cancel.list' });
  const pending = await deps.store.requests.pending();
  const mine = ({ requests: [first] }: Batch) => (first.requestedBy === actor.userId ? 0 : 1);
  const since = ({ requests: [first] }: Batch) => first.requestedAt;
  return pending.sort((one, other) => mine(one) - mine(other) || since(one) - since(other));
}

/** One batch, for people who may decide on requests: a deputy need not have the permission to look. */
export async function requestToDecide(deps: Deps, actor: Actor, batchId: string): Promise<Batch> {
  const { permission, subject } = ACCESS.reject;
  await requirePermission(deps, actor, permission, { subject, cancelRequestId: batchId });
  return findBatch(deps, batchId);
}

/** One batch, for people who may look. */
export async function showRequest(deps: Deps, actor: Actor, batchId: string): Promise<Batch> {
  await requirePermission(deps, actor, 'look', { subject: 'cancel.show', cancelRequestId: batchId });
  return findBatch(deps, batchId);
}
