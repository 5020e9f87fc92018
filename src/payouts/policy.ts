/** Owns the policy: who has which permission. */

export type Permission = 'look' | 'operate' | 'approve' | 'administer';

/** By what something is offered to a person. `lend`: to approvers by the settings, whose own right it is. */
export type OfferedTo = Permission | 'lend';

/** What decides whether something on a link's card is offered. Nothing there is for approvers alone, for whom the store would be asked. */
export type OfferedOnLink = 'operate' | 'administer';

export interface Principals {
  /** `*`: everybody in the workspace. */
  everyone: boolean;
  users: ReadonlySet<string>;
  groups: readonly string[];
}

export type Policy = Readonly<Record<Permission, Principals>>;

/** From this amount on so many approvals are needed, of these people; kept on each request as it was then. */
export interface ApprovalRule {
  fromPaise: number;
  approvals: number;
  users: readonly string[];
  groups: readonly string[];
}

/** APPROVAL_RULES. */
export interface ApprovalRules {
  /** APPROVERS alone: the permission `approve` also holds the people of the tiers. */
  approvers: Principals;
  /** By rising amount, the first from 0. */
  tiers: readonly ApprovalRule[];
}

/** One tier as it was set; `who` is undefined where APPROVERS are meant. */
export interface Tier {
  fromPaise: number;
  approvals: number;
  who: Pick<ApprovalRule, 'users' | 'groups'> | undefined;
}

/** Returns the tiers with APPROVERS wherever nobody is named and below the first; undefined without APPROVAL_RULES. */
export function approvalRules(
  approvers: Principals,
  tiers: readonly Tier[] | undefined,
): ApprovalRules | undefined {
  if (!tiers) return undefined;
  const all = { users: [...approvers.users], groups: approvers.groups };
  const named = tiers.map(
    ({ fromPaise, approvals, who }): ApprovalRule => ({ fromPaise, approvals, ...(who ?? all) }),
  );
  const below: ApprovalRule[] = named[0]?.fromPaise === 0 ? [] : [{ fromPaise: 0, approvals: 1, ...all }];
  return { approvers, tiers: [...below, ...named] };
}

/** These people and those of every tier. */
export function peopleOf(principals: Principals, rules: ApprovalRules | undefined): Principals {
  if (!rules || principals.everyone) return principals;
  const { tiers } = rules;
  return {
    everyone: false,
    users: new Set([...principals.users, ...tiers.flatMap(({ users }) => users)]),
    groups: [...new Set([...principals.groups, ...tiers.flatMap(({ groups }) => groups)])],
  };
}
