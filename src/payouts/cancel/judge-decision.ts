/** Owns by which right a decision is made, and whose earlier approvals still count, right before it is stored. */

import { Forbidden } from '../../errors.ts';
import { writeRefusal } from '../access.ts';
import { NOT_VERIFIED } from '../access-words.ts';
import type { AuditSubject } from '../audit-entry.ts';
import type { Delegation } from '../delegation-port.ts';
import type { Deps } from '../deps.ts';
import { type ApproverVerdict, decidersOf, judgeApproval, judgeApprover } from './approvers.ts';
import type { Decision } from './decision.ts';
import type { NoDecision } from './outcome.ts';
import { type CancelRequest, voiceOf } from './request.ts';

type No = { ok: false; why: NoDecision };

/** `lent`: the right of a deputy. `lost`: earlier approvers who may no longer approve. */
interface Right {
  lent?: Delegation;
  lost?: readonly string[];
}

/** What is known right before the decision is stored; `lent`: the rights of deputies that have to hold then. */
export interface Judged {
  right: Right;
  lent: readonly Delegation[];
  now: number;
}

export interface Judging {
  now: number;
  subject: AuditSubject;
  /** The policy lets the person decide as a deputy only. */
  lent: boolean;
}

/**
 * Returns by which right the decision is made, and the time at which Slack had told all that it needs; or why it cannot
 * be made. Rejects with Forbidden when the person has no right, or Slack does not tell.
 */
export async function judgeDecision(
  deps: Deps,
  request: CancelRequest,
  decision: Decision,
  judging: Judging,
): Promise<Judged | No> {
  const { now } = judging;
  const decides = decision.kind === 'approve' || decision.kind === 'reject';
  if (!decides || request.status !== 'pending' || decision.by === request.requestedBy)
    return { right: {}, lent: [], now };
  const own = await judgeRight(deps, request, decision.by, judging);
  if ('ok' in own) return own;
  const earlier = await judgeEarlier(deps, request, { ...decision, ...own }, now);
  if ('ok' in earlier) return earlier;
  const { lent, ...lost } = earlier;
  // A right that was lent may have ended while Slack was asked.
  if (own.lent) return { right: { ...own, ...lost }, lent: [own.lent, ...lent], now: deps.clock() };
  return { right: lost, lent, now };
}

/**
 * What the policy grants was asked before; here it is what the rule of the request says, and whether a lent right holds
 * still.
 */
export async function judgeRight(
  deps: Deps,
  request: CancelRequest,
  by: string,
  { now, subject, lent }: Judging,
): Promise<Right | No> {
  if (!lent && decidersOf(deps, request) === deps.policy.approve) return {};
  const actor = { userId: by };
  const verdict = await judgeApprover(deps, request, actor, now);
  if (verdict.allowed) return verdict.lent ? { lent: verdict.lent } : {};
  const { own, unsure } = verdict;
  const hasNone = verdict.why === 'not_approver' && !lent;
  if (own && !own.allowed && (unsure || hasNone)) {
    await writeRefusal(deps, actor, { subject, cancelRequestId: request.batchId }, own.outcome, own.detail);
    throw new Forbidden(unsure ? NOT_VERIFIED : own.why, { audited: true });
  }
  return { ok: false, why: whyNot(verdict) };
}

/** Who had a right until just now, and has none, was a deputy. */
function whyNot({ why }: Extract<ApproverVerdict, { allowed: false }>): NoDecision {
  return why === 'not_approver' ? 'deputy_ended' : why;
}

/**
 * Judges the earlier approvers again, as Slack tells it now, when this approval would be the last or is by a right that
 * was used before: those who lost the right since do not count. A no when it would carry only with approvers of whom
 * Slack does not tell.
 */
async function judgeEarlier(
  deps: Deps,
  { approvals, ...request }: CancelRequest,
  { kind, by, lent }: Pick<Decision, 'kind' | 'by'> & { lent?: Delegation | undefined },
  now: number,
): Promise<{ lost?: readonly string[]; lent: readonly Delegation[] } | No> {
  if (kind !== 'approve' || approvals.some(({ userId }) => userId === by)) return { lent: [] };
  const isUsed = approvals.some((approval) => voiceOf(approval) === (lent?.userId ?? by));
  if (!isUsed && (approvals.length === 0 || approvals.length + 1 < request.approvalsRequired))
    return { lent: [] };
  const judged = await Promise.all(
    approvals.map(async (approval) => ({
      userId: approval.userId,
      ...(await judgeApproval(deps, { ...request, approvals }, approval, now)),
    })),
  );
  const refused = judged.filter(({ counts }) => !counts);
  const lost = refused.filter(({ unsure }) => !unsure).map(({ userId }) => userId);
  const wouldCarry = approvals.length - lost.length + 1 >= request.approvalsRequired;
  if (wouldCarry && refused.length > lost.length) return { ok: false, why: 'approvers_unknown' };
  return { lost, lent: judged.flatMap(({ counts, lent: right }) => (counts && right ? right : [])) };
}
