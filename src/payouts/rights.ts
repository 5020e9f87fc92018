/** Owns what a person may do as far as it is known: it shapes what is offered to them, and the rules ask again. */

import { isPayoutDeskError } from '../errors.ts';
import { type Access, judge, judgeAccess, type Verdict } from './access.ts';
import type { Delegation } from './delegation-port.ts';
import type { Actor, Deps } from './deps.ts';
import type { ApprovalRules, OfferedOnLink, OfferedTo, Policy } from './policy.ts';

/** `unsure`: Slack or the store did not answer. It is offered, since the rule refuses; private data is not shown. */
export type Right = 'yes' | 'no' | 'unsure';

export interface Rights {
  readonly permissions: Readonly<Record<OfferedTo, Right>>;
  /** Why a person has none, whatever the policy says, such as a guest; undefined for full members. */
  readonly refusal: string | undefined;
}

/** Returns what the person may do now, as a deputy too; Slack's cached answers count. */
export async function rightsOf(deps: Deps, actor: Actor): Promise<Rights> {
  const ask = (permission: 'look' | 'operate' | 'administer') =>
    judge(deps.policy, deps.directory, actor, permission);
  const [look, operate, approve, administer] = await Promise.all([
    ask('look'),
    ask('operate'),
    judgeApprove(deps, actor),
    ask('administer'),
  ]);
  const isMember = look.allowed || look.unsure || look.outcome === 'not_viewer';
  return {
    permissions: {
      look: rightBy(look),
      operate: rightBy(operate),
      approve: rightBy(approve),
      lend: approve?.allowed && approve.lent ? 'no' : rightBy(approve),
      administer: rightBy(administer),
    },
    refusal: isMember ? undefined : look.why,
  };
}

/** Undefined when the store does not tell who stands in for whom. */
async function judgeApprove(deps: Deps, actor: Actor): Promise<Access | undefined> {
  try {
    return await judgeAccess(deps, actor, 'approve');
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return undefined;
  }
}

function rightBy(verdict: Access | Verdict | undefined): Right {
  if (verdict?.allowed) return 'yes';
  return !verdict || verdict.unsure ? 'unsure' : 'no';
}

type OnLink = { readonly permissions: Pick<Rights['permissions'], OfferedOnLink> };

/** As `rightsOf`, of those that count on a link's card; the store is not asked. */
export async function linkRightsOf(deps: Deps, actor: Actor): Promise<OnLink> {
  const ask = async (permission: OfferedOnLink) =>
    rightBy(await judge(deps.policy, deps.directory, actor, permission));
  const [operate, administer] = await Promise.all([ask('operate'), ask('administer')]);
  return { permissions: { operate, administer } };
}

/** Whether to offer what is for those who have this. */
export function offers<To extends OfferedTo>(
  { permissions }: { readonly permissions: Readonly<Record<To, Right>> },
  to: To,
): boolean {
  return permissions[to] !== 'no';
}

/** What a person reads about permissions: their own, and whose decisions count. */
export interface Permissions {
  rights: Rights;
  policy: Policy;
  approvalRules: ApprovalRules | undefined;
  /** Who stands in for whom; undefined when the store does not answer. */
  delegations: readonly Delegation[] | undefined;
}

export async function permissionsOf(deps: Deps, actor: Actor): Promise<Permissions> {
  const [rights, delegations] = await Promise.all([rightsOf(deps, actor), activeDelegations(deps)]);
  const { policy, settings } = deps;
  return { rights, policy, approvalRules: settings.approvalRules, delegations };
}

async function activeDelegations({ store, clock }: Deps): Promise<readonly Delegation[] | undefined> {
  try {
    return await store.delegations.active(clock());
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return undefined;
  }
}
