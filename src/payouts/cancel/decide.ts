/** Owns asking for a cancel and deciding on it; carrying it out is in carry-out.ts. */

import { Refused } from '../../errors.ts';
import { isUnsure, judge, type Permission, requirePermission } from '../access.ts';
import {
  type CancelRequest,
  tick,
  auditOf,
  type Decision,
  decide,
  isUnfinished,
  type NoDecision,
} from './request.ts';
import { copiesOf } from './messages.ts';
import type { Actor, Deps } from '../deps.ts';
import { canCancel } from '../links/link.ts';
import { describeStatus, environmentProblem, lookUp } from '../links/find.ts';
import { readReason } from './reason.ts';
import { findRequest, saveStep } from './save.ts';

export interface NewCancelRequest {
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
export type Requested = { kind: 'opened' | 'already_open' | 'delivered_before'; request: CancelRequest };

/**
 * Asks for approval to cancel. Refused at once unless the asker is an operator and the link is ISSUED right now
 * (R8); at most one unfinished request a link.
 */
export async function requestCancel(deps: Deps, actor: Actor, input: NewCancelRequest): Promise<Requested> {
  const { linkId } = input;
  await requirePermission(deps, actor, 'operate', { action: 'cancel request refused', linkId });
  const reason = readReason(input.reason);
  const { tracked, record } = await lookUp(deps, linkId);
  const now = deps.clock();
  const wrongEnvironment = environmentProblem(deps, tracked.environment);
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
  const above = deps.settings.approvalsRequiredAbovePaise;
  const remindAt = now + Math.floor(deps.settings.approvalTtlMs / 2);
  const request: CancelRequest = {
    id: input.id ?? deps.newId(),
    version: 1,
    status: 'pending',
    linkId,
    amountPaise,
    contact: record?.contact ?? { name: undefined, email: undefined, mobile: undefined },
    purpose: record?.purpose,
    linkExpiresAt: record?.expiresAt,
    environment: tracked.environment,
    requestedBy: actor.userId,
    requestedIn: input.askedIn,
    reason,
    requestedAt: now,
    expiresAt: now + deps.settings.approvalTtlMs,
    remindAt,
    remindedAt: undefined,
    approvalsRequired: above !== undefined && amountPaise > above ? 2 : 1,
    approvals: [],
    voidApprovals: [],
    emergencyAllowed: allowsBreakGlass(deps),
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
  const opened = await deps.store.requests.open(
    request,
    auditOf(request, now, actor.userId, 'cancel requested', row),
    await copiesOf(deps, request),
  );
  if (opened.opened) return { kind: 'opened', request };
  const { existing } = opened;
  return { kind: isUnfinished(existing) ? 'already_open' : 'delivered_before', request: existing };
}

const PERMISSION: Record<Decision['kind'], Permission> = {
  approve: 'approve',
  reject: 'approve',
  withdraw: 'operate',
  break_glass: 'administer',
};

export type Answered =
  | { ok: true; request: CancelRequest }
  | { ok: false; why: NoDecision; request: CancelRequest };

/**
 * One person's decision. Access is asked for here, at decision time. A request that somebody else decided first is
 * a normal answer: `why` and the request as it is now. `pressedAt`: when the person decided.
 */
export async function decideCancel(
  deps: Deps,
  actor: Actor,
  cancelRequestId: string,
  kind: Decision['kind'],
  reason = '',
  pressedAt?: number,
): Promise<Answered> {
  const permission = PERMISSION[kind];
  await requirePermission(deps, actor, permission, { action: `cancel ${kind} refused`, cancelRequestId });
  if (kind === 'break_glass') await requireBreakGlass(deps, actor, cancelRequestId);
  const by = actor.userId;
  const decision: Decision =
    kind === 'reject' || kind === 'break_glass' ? { kind, by, reason: readReason(reason) } : { kind, by };
  for (;;) {
    const request = await findRequest(deps, cancelRequestId);
    const now = deps.clock();
    // The job lapses it too; a click that comes first does not wait for that, and never finds it still open.
    const expired = now >= request.expiresAt ? tick(request, now) : undefined;
    if (expired) {
      await saveStep(deps, request, expired);
      continue;
    }
    const voters = await judgeVoters(deps, request, decision, now);
    const decided =
      voters === 'unknown' ? VOTERS_UNKNOWN : decide(request, { ...decision, ...voters }, now, pressedAt);
    if (!decided.ok) {
      // The second click of somebody whose first one counted is no refusal.
      const counted =
        decided.why === 'finished' &&
        kind === 'approve' &&
        request.approvals.some((vote) => vote.userId === by);
      if (!counted) {
        const row = { outcome: decided.why };
        await deps.store.audit.append(auditOf(request, now, by, `cancel ${kind} refused`, row));
      }
      return { ok: false, why: decided.why, request };
    }
    const next = await saveStep(deps, request, decided);
    if (next) return { ok: true, request: next };
  }
}

const VOTERS_UNKNOWN = { ok: false, why: 'voters_unknown' } as const;

/**
 * Judges the earlier voters again, as Slack tells it now, when this vote would be the last: who lost the right since
 * does not count. `unknown` when the vote would carry only with voters of whom Slack did not tell whether they still may.
 */
async function judgeVoters(
  deps: Deps,
  request: CancelRequest,
  decision: Decision,
  now: number,
): Promise<{ lost?: readonly string[] } | 'unknown'> {
  const { approvals, approvalsRequired } = request;
  if (decision.kind !== 'approve' || approvals.length === 0 || approvals.length + 1 < approvalsRequired)
    return {};
  if (request.status !== 'pending' || decision.by === request.requestedBy) return {};
  if (approvals.some(({ userId }) => userId === decision.by)) return {};
  const verdicts = await Promise.all(
    approvals.map(async ({ userId }) => ({
      userId,
      verdict: await judge(deps.policy, deps.directory, { userId }, 'approve', now),
    })),
  );
  const refused = verdicts.filter(({ verdict }) => !verdict.allowed);
  const lost = refused.filter(({ verdict }) => !isUnsure(verdict)).map(({ userId }) => userId);
  const wouldCarry = approvals.length - lost.length + 1 >= approvalsRequired;
  return wouldCarry && refused.length > lost.length ? 'unknown' : { lost };
}

/** Whether one administrator may approve alone: switched on, and the administrators are named, not everybody. */
function allowsBreakGlass({ policy, settings }: Deps): boolean {
  const { everyone, users, groups } = policy.administer;
  return settings.breakGlass && !everyone && (users.size > 0 || groups.length > 0);
}

/** Resolves where one administrator may approve alone; otherwise writes the refusal to the audit and rejects. */
export async function requireBreakGlass(deps: Deps, actor: Actor, cancelRequestId: string): Promise<void> {
  if (allowsBreakGlass(deps)) return;
  await deps.store.audit.append({
    at: deps.clock(),
    actorId: actor.userId,
    action: 'cancel break_glass refused',
    cancelRequestId,
    outcome: 'switched off',
  });
  throw new Refused('Emergency approval is turned off. No action was taken.');
}

/** Requests waiting for a decision: the person's own first, then the others, oldest first. */
export async function waitingRequests(deps: Deps, actor: Actor): Promise<CancelRequest[]> {
  await requirePermission(deps, actor, 'look', { action: 'approvals refused' });
  const pending = await deps.store.requests.pending();
  const mine = (request: CancelRequest) => (request.requestedBy === actor.userId ? 0 : 1);
  return pending.sort((one, other) => mine(one) - mine(other) || one.requestedAt - other.requestedAt);
}

/** One request, for people who may look. */
export async function showRequest(deps: Deps, actor: Actor, cancelRequestId: string): Promise<CancelRequest> {
  await requirePermission(deps, actor, 'look', { action: 'approval refused', cancelRequestId });
  return findRequest(deps, cancelRequestId);
}
