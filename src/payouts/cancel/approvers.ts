/** Owns who may decide on a request: its tier's people or their deputies, never the requester; and who is called to it. */

import { isPayoutDeskError } from '../../errors.ts';
import { isUnsure, judge, judgeAccess, judgeMember, type Verdict } from '../access.ts';
import type { Delegation } from '../delegation-port.ts';
import type { Actor, Deps } from '../deps.ts';
import type { Principals } from '../policy.ts';
import { escalationsOf, type Reach } from './decision.ts';
import { type Approval, type CancelRequest, voiceOf } from './request.ts';

/** What of a request says who decides. */
type Asked = Pick<CancelRequest, 'requestedBy' | 'rule' | 'approvals'>;

/**
 * `lent`: by whose right, when it is a deputy's. `not_of_tier`: an approver, but not for a request of this sum.
 * `lent_by_requester`: a deputy, but of the requester alone. `unsure`: Slack did not answer, so it is a no for now.
 */
export type ApproverVerdict =
  | { allowed: true; lent: Delegation | undefined }
  | {
      allowed: false;
      why: 'own_request' | 'lent_by_requester' | 'not_of_tier' | 'not_approver';
      unsure: boolean;
      /** Of the right that is the person's own. */
      own: Verdict | undefined;
    };

/** Returns whether the person may decide on this request now; Slack's cached answers count. */
export async function judgeApprover(
  deps: Deps,
  request: Asked,
  actor: Actor,
  now: number,
): Promise<ApproverVerdict> {
  const { userId } = actor;
  if (userId === request.requestedBy)
    return { allowed: false, why: 'own_request', unsure: false, own: undefined };
  const own = await judgeOwn(deps, request, userId);
  if (own.allowed) return { allowed: true, lent: undefined };
  // No full member, or nobody knows: no right of somebody else changes that.
  if (own.outcome !== 'not_approver') return { allowed: false, why: 'not_approver', unsure: own.unsure, own };
  const lent = (await deps.store.delegations.active(now)).filter(({ deputyId }) => deputyId === userId);
  const usable = lent.filter((one) => one.userId !== request.requestedBy);
  const verdicts = await Promise.all(usable.map((one) => judgeOwn(deps, request, one.userId)));
  const held = usable.filter((_one, index) => verdicts[index]?.allowed === true);
  // Each approver counts once, so the right of one who has not approved comes first.
  const best = held.find((one) => !hasVoice(request.approvals, one.userId)) ?? held[0];
  if (best) return { allowed: true, lent: best };
  const unsure = own.unsure || verdicts.some(isUnsure);
  if (usable.length < lent.length) return { allowed: false, why: 'lent_by_requester', unsure, own };
  const { allowed: decides } = await judgeAccess(deps, actor, 'approve', now);
  return { allowed: false, why: decides ? 'not_of_tier' : 'not_approver', unsure, own };
}

/** Returns whether an approval that was given counts still: its right is held now, and was not lent for a time that is over. */
export async function judgeApproval(
  deps: Deps,
  request: Asked,
  { userId, onBehalfOf }: Approval,
  now: number,
): Promise<{ counts: boolean; unsure: boolean; lent?: Delegation | undefined }> {
  if (onBehalfOf === undefined) return counted(await judgeOwn(deps, request, userId, now));
  const active = await deps.store.delegations.active(now);
  const lent = active.find((one) => one.userId === onBehalfOf && one.deputyId === userId);
  if (!lent) return { counts: false, unsure: false };
  const deputy = counted(await judgeMember(deps, { userId }, now));
  const lender = counted(await judgeOwn(deps, request, onBehalfOf, now));
  const isLost = [deputy, lender].some(({ counts, unsure }) => !counts && !unsure);
  return {
    counts: deputy.counts && lender.counts,
    unsure: !isLost && (deputy.unsure || lender.unsure),
    lent,
  };
}

function counted(verdict: Verdict): { counts: boolean; unsure: boolean } {
  return { counts: verdict.allowed, unsure: isUnsure(verdict) };
}

function hasVoice(approvals: readonly Approval[], userId: string): boolean {
  return approvals.some((approval) => voiceOf(approval) === userId);
}

/** Who decides on the request by name, deputies aside. */
export function decidersOf({ policy, settings }: Deps, { rule }: Pick<Asked, 'rule'>): Principals {
  if (rule) return { everyone: false, users: new Set(rule.users), groups: rule.groups };
  return settings.approvalRules?.approvers ?? policy.approve;
}

/** Whether the person decides on this request by a right of their own. */
async function judgeOwn(deps: Deps, request: Asked, userId: string, since?: number): Promise<Verdict> {
  const { policy, directory } = deps;
  const named = decidersOf(deps, request);
  const verdict = await judge({ ...policy, approve: named }, directory, { userId }, 'approve', since);
  if (!verdict.allowed || named === policy.approve) return verdict;
  // People who were taken out of the settings since decide on nothing, whatever rule an older request keeps.
  return judge(policy, directory, { userId }, 'approve', since);
}

export interface Notified {
  /** Approvers by name and deputies, never the requester nor who is away. */
  users: string[];
  groups: readonly string[];
  /** Those of `users` who stand in for somebody. */
  deputies: readonly string[];
  /** Whom a deputy stands in for, also as members of these groups. */
  away: ReadonlySet<string>;
}

/** Who is called to decide on the request now: a deputy in place of each approver who is away. */
export async function approversToNotify(deps: Deps, request: Asked, now: number): Promise<Notified> {
  const { users, groups } = decidersOf(deps, request);
  const standingIn = await delegationsOf(deps, request, now);
  const away = new Set(standingIn.map(({ userId }) => userId));
  const deputies = [...new Set(standingIn.map(({ deputyId }) => deputyId))];
  const called = new Set([...[...users].filter((userId) => !away.has(userId)), ...deputies]);
  called.delete(request.requestedBy);
  return { users: [...called], groups, deputies, away };
}

/** The deputies of approvers of this request who were named after the nudge, so that nobody has called them yet. */
export async function deputiesToTell(
  deps: Deps,
  request: Asked & Pick<CancelRequest, 'nudgedAt'>,
  now: number,
): Promise<string[]> {
  const standingIn = await delegationsOf(deps, request, now);
  const untold = standingIn.filter(({ since }) => since > (request.nudgedAt ?? -Infinity));
  return [...new Set(untold.map(({ deputyId }) => deputyId))];
}

/** Whom an escalation that is due would reach now. */
export async function reachOf(deps: Deps, request: CancelRequest, now: number): Promise<Reach> {
  const { users, groups } = deps.policy.administer;
  const isDue = request.nudgedAt !== undefined && now >= escalationsOf(request).deputiesAt;
  const deputies = isDue ? await deputiesToTell(deps, request, now) : [];
  return { deputies: deputies.length > 0, administrators: users.size > 0 || groups.length > 0 };
}

/** The delegations by which somebody may decide on this request. */
async function delegationsOf(deps: Deps, request: Asked, now: number): Promise<Delegation[]> {
  const { requestedBy } = request;
  const active = (await deps.store.delegations.active(now)).filter(
    ({ userId, deputyId }) => userId !== requestedBy && deputyId !== requestedBy,
  );
  if (active.length === 0) return [];
  const { users, groups } = decidersOf(deps, request);
  const members = await Promise.all(groups.map((group) => membersOf(deps, group)));
  return active.filter(({ userId }) => users.has(userId) || members.some((group) => group.has(userId)));
}

/** Empty while Slack does not tell: a message must not fail for it. */
async function membersOf({ directory }: Deps, group: string): Promise<ReadonlySet<string>> {
  try {
    return await directory.groupMembers(group);
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return new Set();
  }
}
