/** Owns asking for a cancel and deciding on it; carrying it out is in carry-out.ts. */

import { Refused } from '../../errors.ts';
import { isUnsure, judge, type Permission, requirePermission } from '../access.ts';
import {
  type Approval,
  age,
  auditOf,
  type Decision,
  decide,
  isUnfinished,
  type NoDecision,
} from './request.ts';
import { copiesOf } from './messages.ts';
import type { Actor, Desk } from '../desk.ts';
import { canCancel } from '../links/link.ts';
import { describeStatus, environmentProblem, lookUp } from '../links/find.ts';
import { readReason } from './reason.ts';
import { findApproval, storeStep } from './save.ts';

export interface CancelRequest {
  linkId: string;
  reason: string;
  /** The Slack channel it was asked in. */
  askedIn: string;
  /** The same whenever the same request is delivered again; then nothing new is opened, also after its end. */
  id?: string | undefined;
}

/**
 * `opened`: approval is asked for now. `already_open`: an unfinished request for this link stands. `delivered_before`:
 * this is a late copy of a request that has ended since.
 */
export type Requested = { kind: 'opened' | 'already_open' | 'delivered_before'; approval: Approval };

/**
 * Asks for approval to cancel. Refused at once unless the asker is an operator and the link is ISSUED right now
 * (R8); at most one unfinished request a link.
 */
export async function requestCancel(desk: Desk, actor: Actor, request: CancelRequest): Promise<Requested> {
  const { linkId } = request;
  await requirePermission(desk, actor, 'operate', { action: 'cancel request refused', linkId });
  const reason = readReason(request.reason);
  const { tracked, record } = await lookUp(desk, linkId);
  const now = desk.clock();
  const wrongEnvironment = environmentProblem(desk, tracked.environment);
  if (wrongEnvironment) throw new Refused(wrongEnvironment, { ipayUuid: tracked.ipayUuid });
  if (!canCancel(tracked.status)) {
    throw new Refused(
      `Only an ISSUED link can be cancelled; this one is ${describeStatus(tracked)}. Nothing was done.`,
      {
        ipayUuid: tracked.ipayUuid,
      },
    );
  }
  const { amountPaise } = tracked;
  if (amountPaise === undefined) {
    // R8: the amount that was approved is compared before the call, so there has to be one.
    throw new Refused(
      'Cancellation not requested. InstantPay’s amount for this link cannot be read. Contact your administrator.',
      { ipayUuid: tracked.ipayUuid },
    );
  }
  const above = desk.settings.approvalsRequiredAbovePaise;
  const remindAt = now + Math.floor(desk.settings.approvalTtlMs / 2);
  const approval: Approval = {
    id: request.id ?? desk.newId(),
    version: 1,
    status: 'pending',
    linkId,
    amountPaise,
    contact: record?.contact ?? { name: undefined, email: undefined, mobile: undefined },
    purpose: record?.purpose,
    linkExpiresAt: record?.expiresAt,
    environment: tracked.environment,
    requestedBy: actor.userId,
    requestedIn: request.askedIn,
    reason,
    requestedAt: now,
    lapsesAt: now + desk.settings.approvalTtlMs,
    remindAt,
    remindedAt: undefined,
    approvalsRequired: above !== undefined && amountPaise > above ? 2 : 1,
    votes: [],
    voidVotes: [],
    emergencyAllowed: allowsBreakGlass(desk),
    emergencyReason: undefined,
    decidedAt: undefined,
    closedBy: undefined,
    closedReason: undefined,
    executingAt: undefined,
    holder: undefined,
    checks: 0,
    problem: undefined,
    ipayUuid: tracked.ipayUuid,
    outcome: undefined,
    wakeAt: remindAt,
  };
  const row = { reason, ipayUuid: tracked.ipayUuid, statusBefore: tracked.status };
  const opened = await desk.store.approvals.open(
    approval,
    auditOf(approval, now, actor.userId, 'cancel requested', row),
    await copiesOf(desk, approval),
  );
  if (opened.opened) return { kind: 'opened', approval };
  const { existing } = opened;
  return { kind: isUnfinished(existing) ? 'already_open' : 'delivered_before', approval: existing };
}

const PERMISSION: Record<Decision['kind'], Permission> = {
  approve: 'approve',
  reject: 'approve',
  withdraw: 'operate',
  break_glass: 'administer',
};

export type Answered = { ok: true; approval: Approval } | { ok: false; why: NoDecision; approval: Approval };

/**
 * One person's decision. Access is asked for here, at decision time. A request that somebody else decided first is
 * a normal answer: `why` and the request as it is now. `pressedAt`: when the person decided.
 */
export async function decideCancel(
  desk: Desk,
  actor: Actor,
  approvalId: string,
  kind: Decision['kind'],
  reason = '',
  pressedAt?: number,
): Promise<Answered> {
  const permission = PERMISSION[kind];
  await requirePermission(desk, actor, permission, { action: `cancel ${kind} refused`, approvalId });
  if (kind === 'break_glass') await requireBreakGlass(desk, actor, approvalId);
  const by = actor.userId;
  const decision: Decision =
    kind === 'reject' || kind === 'break_glass' ? { kind, by, reason: readReason(reason) } : { kind, by };
  for (;;) {
    const approval = await findApproval(desk, approvalId);
    const now = desk.clock();
    // The job lapses it too; a click that comes first does not wait for that, and never finds it still open.
    const lapsed = now >= approval.lapsesAt ? age(approval, now) : undefined;
    if (lapsed) {
      await storeStep(desk, approval, lapsed);
      continue;
    }
    const voters = await judgeVoters(desk, approval, decision, now);
    const decided =
      voters === 'unknown' ? VOTERS_UNKNOWN : decide(approval, { ...decision, ...voters }, now, pressedAt);
    if (!decided.ok) {
      // The second click of somebody whose first one counted is no refusal.
      const counted =
        decided.why === 'finished' && kind === 'approve' && approval.votes.some((vote) => vote.userId === by);
      if (!counted) {
        const row = { outcome: decided.why };
        await desk.store.audit.append(auditOf(approval, now, by, `cancel ${kind} refused`, row));
      }
      return { ok: false, why: decided.why, approval };
    }
    const next = await storeStep(desk, approval, decided);
    if (next) return { ok: true, approval: next };
  }
}

const VOTERS_UNKNOWN = { ok: false, why: 'voters_unknown' } as const;

/**
 * Judges the earlier voters again, as Slack tells it now, when this vote would be the last: who lost the right since
 * does not count. `unknown` when the vote would carry only with voters of whom Slack did not tell whether they still may.
 */
async function judgeVoters(
  desk: Desk,
  approval: Approval,
  decision: Decision,
  now: number,
): Promise<{ lost?: readonly string[] } | 'unknown'> {
  const { votes, approvalsRequired } = approval;
  if (decision.kind !== 'approve' || votes.length === 0 || votes.length + 1 < approvalsRequired) return {};
  if (approval.status !== 'pending' || decision.by === approval.requestedBy) return {};
  if (votes.some(({ userId }) => userId === decision.by)) return {};
  const verdicts = await Promise.all(
    votes.map(async ({ userId }) => ({
      userId,
      verdict: await judge(desk.policy, desk.directory, { userId }, 'approve', now),
    })),
  );
  const refused = verdicts.filter(({ verdict }) => !verdict.allowed);
  const lost = refused.filter(({ verdict }) => !isUnsure(verdict)).map(({ userId }) => userId);
  const wouldCarry = votes.length - lost.length + 1 >= approvalsRequired;
  return wouldCarry && refused.length > lost.length ? 'unknown' : { lost };
}

/** Whether one administrator may approve alone: switched on, and the administrators are named, not everybody. */
function allowsBreakGlass({ policy, settings }: Desk): boolean {
  const { everyone, users, groups } = policy.administer;
  return settings.breakGlass && !everyone && (users.size > 0 || groups.length > 0);
}

/** Resolves where one administrator may approve alone; otherwise writes the refusal to the audit and rejects. */
export async function requireBreakGlass(desk: Desk, actor: Actor, approvalId: string): Promise<void> {
  if (allowsBreakGlass(desk)) return;
  await desk.store.audit.append({
    at: desk.clock(),
    actorId: actor.userId,
    action: 'cancel break_glass refused',
    approvalId,
    outcome: 'switched off',
  });
  throw new Refused('Emergency approval is turned off. No action was taken.');
}

/** Requests waiting for a decision: the person's own first, then the others, oldest first. */
export async function waitingApprovals(desk: Desk, actor: Actor): Promise<Approval[]> {
  await requirePermission(desk, actor, 'look', { action: 'approvals refused' });
  const pending = await desk.store.approvals.pending();
  const mine = (approval: Approval) => (approval.requestedBy === actor.userId ? 0 : 1);
  return pending.sort((one, other) => mine(one) - mine(other) || one.requestedAt - other.requestedAt);
}

/** One request, for people who may look. */
export async function showApproval(desk: Desk, actor: Actor, approvalId: string): Promise<Approval> {
  await requirePermission(desk, actor, 'look', { action: 'approval refused', approvalId });
  return findApproval(desk, approvalId);
}
