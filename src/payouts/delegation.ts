/** Owns standing in: an approver who is away lends the right to decide to a deputy, for a time, and never on. */

import { Forbidden, isPayoutDeskError, Refused, Unavailable } from '../errors.ts';
import { administratorsOf, judge, requirePermission, writeRefusal } from './access.ts';
import { NOT_VERIFIED } from './access-words.ts';
import type { AuditAction, AuditEntry } from './audit-entry.ts';
import type { Delegation } from './delegation-port.ts';
import {
  DEPUTY_DAY_PAST,
  DEPUTY_DAY_TOO_FAR,
  DEPUTY_IS_SELF,
  DEPUTY_NOT_MEMBER,
  LENT_RIGHT,
  NO_RIGHT_TO_LEND,
} from './delegation-words.ts';
import type { Actor, Deps } from './deps.ts';
import { addDays, istDay, istInstant } from './time.ts';

/** Longer than this nobody is away without that APPROVERS should be changed. */
export const MOST_DAYS_AWAY = 90;

export interface Lent {
  delegation: Delegation;
  /** The active one that it replaced. */
  before: Delegation | undefined;
  /** False: it was lent exactly so before, and nothing was stored. */
  isNew: boolean;
}

/**
 * Lends the person's own right to decide to the deputy until the end of the day (YYYY-MM-DD in IST). Rejects with
 * Forbidden unless the right is the person's own, with Refused for oneself, for anybody but a full member and for a day
 * that has passed or lies more than 90 days ahead.
 */
export async function lend(
  deps: Deps,
  actor: Actor,
  { deputyId, day }: { deputyId: string; day: string },
): Promise<Lent> {
  await requireOwnRight(deps, actor);
  if (deputyId === actor.userId) throw new Refused(DEPUTY_IS_SELF);
  const today = istDay(deps.clock());
  if (day < today) throw new Refused(DEPUTY_DAY_PAST);
  if (day > addDays(today, MOST_DAYS_AWAY)) throw new Refused(DEPUTY_DAY_TOO_FAR);
  if (!(await isMember(deps, deputyId))) throw new Refused(DEPUTY_NOT_MEMBER);
  const now = deps.clock();
  const before = await delegationOf(deps, actor.userId, now);
  const until = istInstant(addDays(day, 1));
  // Slack may deliver the command twice.
  if (before?.deputyId === deputyId && before.until === until)
    return { delegation: before, before, isNew: false };
  const delegation = { userId: actor.userId, deputyId, since: now, until };
  const ended = before && before.deputyId !== deputyId ? [rowOf(before, now, 'delegation.ended')] : [];
  const lent = { ...rowOf(delegation, now, 'delegation.lent'), detail: `until ${day}` };
  await deps.store.delegations.lend(delegation, [...ended, lent]);
  return { delegation, before, isNew: true };
}

/** Ends the person's delegation; undefined when there is none. */
export async function takeBack(deps: Deps, actor: Actor): Promise<Delegation | undefined> {
  await requirePermission(deps, actor, 'look', { subject: 'delegation.end' });
  const now = deps.clock();
  const delegation = await delegationOf(deps, actor.userId, now);
  if (!delegation) return undefined;
  const ended = await deps.store.delegations.end(delegation, [rowOf(delegation, now, 'delegation.ended')]);
  return ended ? delegation : undefined;
}

/** Who is away now, and who stands in. */
export async function whoIsAway(deps: Deps, actor: Actor): Promise<Delegation[]> {
  await requirePermission(deps, actor, 'look', { subject: 'delegation.list' });
  return deps.store.delegations.active(deps.clock());
}

async function delegationOf(deps: Deps, userId: string, now: number): Promise<Delegation | undefined> {
  const active = await deps.store.delegations.active(now);
  return active.find((delegation) => delegation.userId === userId);
}

/** A right that was lent cannot be lent on: who is away must know who decides in their place. */
async function requireOwnRight(deps: Deps, actor: Actor): Promise<void> {
  const verdict = await judge(deps.policy, deps.directory, actor, 'approve');
  if (verdict.allowed) return;
  await writeRefusal(deps, actor, { subject: 'delegation.lend' }, verdict.outcome, verdict.detail);
  if (verdict.outcome !== 'not_approver' || verdict.unsure)
    throw new Forbidden(verdict.why, { audited: true });
  const active = await deps.store.delegations.active(deps.clock());
  const isDeputy = active.some(({ deputyId }) => deputyId === actor.userId);
  if (isDeputy) throw new Forbidden(LENT_RIGHT, { audited: true });
  throw new Forbidden(NO_RIGHT_TO_LEND, { audited: true, contacts: administratorsOf(deps.policy) });
}

async function isMember({ directory }: Deps, userId: string): Promise<boolean> {
  try {
    return (await directory.person(userId)) === 'member';
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    throw new Unavailable(NOT_VERIFIED, { cause: error });
  }
}

function rowOf({ userId, deputyId }: Delegation, at: number, action: AuditAction): AuditEntry {
  return { at, actorId: userId, action, affectedUserId: deputyId };
}
