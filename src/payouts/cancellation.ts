/** Owns a cancel's way from the request to its end; the steps themselves are in approval.ts and execution.ts. */

import { isDeskError, NotFound, Refused, UsageError } from '../errors.ts';
import { type Permission, requirePermission } from './access.ts';
import {
  type Approval,
  age,
  auditOf,
  type Decision,
  decide,
  isUnfinished,
  type NoDecision,
  type Step,
} from './approval.ts';
import type { Actor, Desk } from './desk.ts';
import { begin, end, keepLooking, lose, provenEnd, putOff, refusalOf } from './execution.ts';
import { canCancel, type TrackedLink } from './link.ts';
import { describeStatus, environmentProblem, lookUp } from './links.ts';
import { maskText } from './mask.ts';
import type { CardCopy, WriteAnswer } from './ports.ts';

export const REASON_LENGTH = 500;

/** Beyond the call's own time-out: how long others wait before they look up what became of it. */
const LEASE_MARGIN_MS = 10_000;

export interface CancelRequest {
  linkId: string;
  reason: string;
  /** The Slack channel it was asked in. */
  askedIn: string;
}

/** `opened`: approval is asked for now. `already_open`: an unfinished request for this link stands. */
export type Requested = { kind: 'opened' | 'already_open'; approval: Approval };

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
  const above = desk.settings.approvalsRequiredAbovePaise;
  const remindAt = now + Math.floor(desk.settings.approvalTtlMs / 2);
  const approval: Approval = {
    id: desk.newId(),
    version: 1,
    status: 'pending',
    linkId,
    amountPaise: tracked.amountPaise,
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
    approvalsRequired: above !== undefined && tracked.amountPaise > above ? 2 : 1,
    votes: [],
    emergencyAllowed: desk.settings.breakGlass,
    emergencyReason: undefined,
    decidedAt: undefined,
    closedBy: undefined,
    closedReason: undefined,
    executingAt: undefined,
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
    copiesOf(desk, approval),
  );
  return opened.opened ? { kind: 'opened', approval } : { kind: 'already_open', approval: opened.existing };
}

/** The messages a request needs or may come to need: none of them posted yet. */
function copiesOf(desk: Desk, approval: Approval): CardCopy[] {
  const { approvalChannel } = desk.settings;
  return [
    freshCopy(desk.newId(), approval.id, 'request', approvalChannel),
    freshCopy(desk.newId(), approval.id, 'outcome', approval.requestedIn),
    freshCopy(desk.newId(), approval.id, 'reminder', approvalChannel),
    freshCopy(desk.newId(), approval.id, 'emergency', approvalChannel),
  ];
}

/** A copy that was not posted yet and is due at once. */
export function freshCopy(
  id: string,
  approvalId: string,
  purpose: CardCopy['purpose'],
  channelId: string,
): CardCopy {
  const unposted = { ts: undefined, shownVersion: 0, attempts: 0, nextAttemptAt: 0, problem: undefined };
  return { id, approvalId, purpose, channelId, ...unposted };
}

/** A reason as it is kept: trimmed, numbers and addresses masked (R17). */
export function readReason(text: string): string {
  const reason = text.trim();
  if (reason === '') throw new UsageError('Please say why, in a few words: approvers and the audit need it.');
  if (reason.length > REASON_LENGTH) {
    throw new UsageError(`Please keep the reason under ${REASON_LENGTH} characters.`);
  }
  return maskText(reason);
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
 * a normal answer: `why` and the request as it is now.
 */
export async function decideCancel(
  desk: Desk,
  actor: Actor,
  approvalId: string,
  kind: Decision['kind'],
  reason = '',
): Promise<Answered> {
  const permission = PERMISSION[kind];
  await requirePermission(desk, actor, permission, { action: `cancel ${kind} refused`, approvalId });
  if (kind === 'break_glass' && !desk.settings.breakGlass) {
    throw new Refused('Approving alone is switched off on this desk (BREAK_GLASS). Nothing was changed.');
  }
  const by = actor.userId;
  const decision: Decision =
    kind === 'reject' || kind === 'break_glass' ? { kind, by, reason: readReason(reason) } : { kind, by };
  for (;;) {
    const approval = await find(desk, approvalId);
    const now = desk.clock();
    const lapsed = age(approval, now);
    if (lapsed) {
      await store(desk, approval, lapsed);
      continue;
    }
    const decided = decide(approval, decision, now);
    if (!decided.ok) {
      await desk.store.audit.append(
        auditOf(approval, now, actor.userId, `cancel ${kind} refused`, { outcome: decided.why }),
      );
      return { ok: false, why: decided.why, approval };
    }
    const next = await store(desk, approval, decided);
    if (next) return { ok: true, approval: next };
  }
}

async function find(desk: Desk, approvalId: string): Promise<Approval> {
  const approval = await desk.store.approvals.find(approvalId);
  if (!approval) throw new NotFound('This cancel request is not in the records of this desk.');
  return approval;
}

/** The new state when it could be stored; undefined when somebody else changed the request first. */
async function store(desk: Desk, before: Approval, step: Step): Promise<Approval | undefined> {
  return (await desk.store.approvals.save(before, step.next, step.audit)) ? step.next : undefined;
}

/**
 * Carries an approved request out: tracks the link again (R8), claims the one call by storing `executing`, calls
 * once, and stores what was seen. Returns the request as it is afterwards; when another desk was faster, its state.
 */
export async function executeCancel(desk: Desk, approval: Approval): Promise<Approval> {
  if (approval.status !== 'approved') return approval;
  const link = await trackOrProblem(desk, approval.linkId);
  const now = desk.clock();
  if ('problem' in link) return keep(desk, approval, putOff(approval, link.problem, now));
  const seen = {
    linkStatus: link.status,
    message: `The link is ${describeStatus(link)}.`,
    ipayUuid: link.ipayUuid,
    settledByTracking: true,
  };
  const wrongEnvironment = environmentProblem(desk, link.environment);
  if (wrongEnvironment) {
    const outcome = { ...seen, kind: 'wrong_environment' as const, message: wrongEnvironment };
    return keep(desk, approval, end(approval, now, outcome));
  }
  if (!canCancel(link.status)) {
    return keep(desk, approval, end(approval, now, { ...seen, kind: 'link_changed' }));
  }
  const executing = await store(
    desk,
    approval,
    begin(approval, now, desk.settings.callTimeoutMs + LEASE_MARGIN_MS),
  );
  if (!executing) return find(desk, approval.id);
  return recordAnswer(desk, executing, await desk.gateway.cancel(approval.linkId));
}

/** Stores what the one call answered. */
async function recordAnswer(desk: Desk, executing: Approval, answer: WriteAnswer): Promise<Approval> {
  const now = desk.clock();
  switch (answer.kind) {
    case 'done':
      return keep(
        desk,
        executing,
        end(executing, now, {
          kind: 'cancelled',
          linkStatus: 'CANCELLED',
          message: answer.message,
          ipayUuid: answer.ipayUuid,
          settledByTracking: false,
        }),
      );
    case 'refused':
      return keep(desk, executing, end(executing, now, refusalOf(answer, undefined)));
    case 'not_sent':
      return keep(desk, executing, putOff(executing, answer.message, now));
    case 'unknown':
      return keep(desk, executing, lose(executing, answer.message, now, answer.ipayUuid));
    case 'verify': {
      const link = await trackOrProblem(desk, executing.linkId);
      const after = desk.clock();
      if ('problem' in link || link.status === 'UNKNOWN') {
        return keep(desk, executing, lose(executing, answer.message, after, answer.ipayUuid));
      }
      const proven = provenEnd(link.status, answer.message, answer.ipayUuid);
      return keep(desk, executing, end(executing, after, proven ?? refusalOf(answer, link.status)));
    }
  }
}

/**
 * Stores a step; when the request changed meanwhile (a lease ran out and another desk began to look the outcome
 * up), what is there now stands: its look-ups lead to the same truth.
 */
async function keep(desk: Desk, before: Approval, step: Step): Promise<Approval> {
  return (await store(desk, before, step)) ?? find(desk, before.id);
}

/** Looks an unknown outcome up by tracking, never by calling again (R9). */
export async function settleCancel(desk: Desk, approval: Approval): Promise<Approval> {
  let unknown = approval;
  if (approval.status === 'executing') {
    const problem = 'The desk stopped while the cancel was under way.';
    const step = lose(approval, problem, desk.clock());
    const lost = await store(desk, approval, step);
    if (!lost) return find(desk, approval.id);
    unknown = lost;
  }
  if (unknown.status !== 'unknown') return unknown;
  const link = await trackOrProblem(desk, unknown.linkId);
  const now = desk.clock();
  if ('problem' in link) {
    const seen = { linkStatus: undefined, problem: link.problem, ipayUuid: undefined };
    return keep(desk, unknown, keepLooking(unknown, seen, now));
  }
  const message = `The link is ${describeStatus(link)}.`;
  const proven = provenEnd(link.status, message, link.ipayUuid);
  if (proven) return keep(desk, unknown, end(unknown, now, proven));
  const seen = { linkStatus: link.status, problem: message, ipayUuid: link.ipayUuid };
  return keep(desk, unknown, keepLooking(unknown, seen, now));
}

/** Does what is due for a request by itself: reminds, lapses, executes what was approved, settles what is unknown. */
export async function attend(desk: Desk, approvalId: string): Promise<Approval> {
  const approval = await find(desk, approvalId);
  if (!isUnfinished(approval) || (approval.wakeAt ?? Infinity) > desk.clock()) return approval;
  switch (approval.status) {
    case 'pending': {
      const step = age(approval, desk.clock());
      return step ? keep(desk, approval, step) : approval;
    }
    case 'approved':
      return executeCancel(desk, approval);
    default:
      return settleCancel(desk, approval);
  }
}

async function trackOrProblem(desk: Desk, linkId: string): Promise<TrackedLink | { problem: string }> {
  try {
    return await desk.gateway.track(linkId);
  } catch (error) {
    if (!isDeskError(error)) throw error;
    return { problem: error.message };
  }
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
  return find(desk, approvalId);
}
