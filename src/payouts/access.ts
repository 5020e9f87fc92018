/** Owns permissions: denied unless the policy allows it, asked again at every step, and every refusal audited. */

import { Forbidden, isPayoutDeskError } from '../errors.ts';
import type { AccessOutcome, AuditSubject } from './audit-entry.ts';
import { NOT_A_MEMBER, NOT_VERIFIED, notPermitted } from './access-words.ts';
import type { Actor, Deps } from './deps.ts';
import type { Directory } from './directory.ts';
import type { Permission, Policy, Principals } from './policy.ts';

const NOBODY: Principals = { everyone: false, users: new Set(), groups: [] };

/** `why` is for the person, `outcome` and `detail` are for the audit. `unsure`: Slack did not answer, so it is a no for now. */
export type Verdict =
  | { allowed: true }
  | { allowed: false; why: string; outcome: AccessOutcome; detail?: string | undefined; unsure: boolean };

export function isUnsure(verdict: Verdict): boolean {
  return !verdict.allowed && verdict.unsure;
}

const NOT_LISTED: Record<Permission, AccessOutcome> = {
  look: 'not_viewer',
  operate: 'not_operator',
  approve: 'not_approver',
  administer: 'not_administrator',
};

/**
 * Returns whether the policy gives the person the permission. Only full members of the workspace have any, and an answer
 * that Slack does not give is a no. `since`: an instant; cached answers of Slack from before it do not count.
 */
export async function judge(
  policy: Policy,
  directory: Directory,
  actor: Actor,
  permission: Permission,
  since?: number,
): Promise<Verdict> {
  // A permission the policy does not know allows nobody.
  const principals = Object.hasOwn(policy, permission) ? policy[permission] : NOBODY;
  const named = principals.everyone || principals.users.has(actor.userId);
  // Asked side by side: a person waits for the slowest answer, not for the sum.
  const [person, ...groups] = await Promise.allSettled([
    directory.person(actor.userId, since),
    ...(named ? [] : principals.groups.map((group) => directory.groupMembers(group, since))),
  ]);
  if (person.status === 'rejected') {
    if (!isPayoutDeskError(person.reason)) throw person.reason;
    return {
      allowed: false,
      unsure: true,
      outcome: 'identity_unknown',
      why: NOT_VERIFIED,
    };
  }
  if (person.value !== 'member') {
    return { allowed: false, why: NOT_A_MEMBER[person.value], outcome: person.value, unsure: false };
  }
  if (named) return { allowed: true };
  let unreadable: string | undefined;
  for (const group of groups) {
    if (group.status === 'fulfilled') {
      if (group.value.has(actor.userId)) return { allowed: true };
      continue;
    }
    if (!isPayoutDeskError(group.reason)) throw group.reason;
    unreadable = group.reason.message;
  }
  return {
    allowed: false,
    why: notPermitted(permission, unreadable),
    outcome: NOT_LISTED[permission],
    detail: unreadable,
    unsure: unreadable !== undefined,
  };
}

/** Everybody in the workspace: what is left is whether somebody is a full member of it. */
const MEMBERS: Principals = { everyone: true, users: new Set(), groups: [] };

/** Returns whether the person is a full member of the workspace, as Slack tells it since that instant. */
export function judgeMember({ policy, directory }: Deps, actor: Actor, since?: number): Promise<Verdict> {
  return judge({ ...policy, look: MEMBERS }, directory, actor, 'look', since);
}

/** `lent`: not the person's own right, but that of somebody who is away. */
export type Access = { allowed: true; lent: boolean } | Extract<Verdict, { allowed: false }>;

/**
 * Returns whether the person has the permission, by the policy or as the deputy of somebody who has it by the policy.
 * Only the right to decide can be lent, and only once: a deputy's deputy has none.
 */
export async function judgeAccess(
  deps: Deps,
  actor: Actor,
  permission: Permission,
  now?: number,
): Promise<Access> {
  const own = await judge(deps.policy, deps.directory, actor, permission);
  if (own.allowed) return { allowed: true, lent: false };
  if (permission !== 'approve' || own.outcome !== 'not_approver') return own;
  const active = await deps.store.delegations.active(now ?? deps.clock());
  const lenders = active.filter(({ deputyId }) => deputyId === actor.userId);
  const verdicts = await Promise.all(
    lenders.map(({ userId }) => judge(deps.policy, deps.directory, { userId }, permission)),
  );
  if (verdicts.some(({ allowed }) => allowed)) return { allowed: true, lent: true };
  return { ...own, unsure: own.unsure || verdicts.some(isUnsure) };
}

/** What somebody wanted to do, for the audit of a refusal. */
export interface Wanted {
  subject: AuditSubject;
  linkId?: string | undefined;
  cancelRequestId?: string | undefined;
}

/** Returns how it is allowed; otherwise writes the refusal to the audit and rejects with Forbidden. */
export async function requirePermission(
  deps: Deps,
  actor: Actor,
  permission: Permission,
  wanted: Wanted,
): Promise<Extract<Access, { allowed: true }>> {
  const verdict = await judgeAccess(deps, actor, permission);
  if (verdict.allowed) return verdict;
  await writeRefusal(deps, actor, wanted, verdict.outcome, verdict.detail);
  const contacts = isNotListed(verdict) ? administratorsOf(deps.policy) : [];
  throw new Forbidden(verdict.why, { audited: true, contacts });
}

/** The permission is missing, which an administrator can grant; what a person is to the workspace, nobody can. */
const isNotListed = ({ outcome }: Verdict & { allowed: false }): boolean =>
  Object.values<AccessOutcome>(NOT_LISTED).includes(outcome);

/** More names than these are no help. */
const CONTACTS = 3;

/** Whom to ask for a permission: people first, then user groups; nobody when everybody administers. */
export function administratorsOf({ administer: { everyone, users, groups } }: Policy): string[] {
  return everyone ? [] : [...users, ...groups].slice(0, CONTACTS);
}

/** Writes to the audit that somebody was refused access, and why. */
export async function writeRefusal(
  deps: Deps,
  actor: Actor,
  wanted: Wanted,
  outcome: AccessOutcome,
  detail?: string,
): Promise<void> {
  await deps.store.audit.append({
    at: deps.clock(),
    actorId: actor.userId,
    action: 'access.refused',
    ...wanted,
    outcome,
    detail,
  });
}
