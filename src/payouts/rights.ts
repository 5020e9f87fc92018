/** Owns what a person may do as far as it is known: it shapes what is offered to them, and the rules ask again. */

import { judge } from './access.ts';
import type { Actor, Deps } from './deps.ts';
import type { Permission } from './policy.ts';

/** `unsure`: Slack did not answer. What that allows is offered, since the rule refuses; private data is not shown. */
export type Right = 'yes' | 'no' | 'unsure';

export interface Rights {
  readonly permissions: Readonly<Record<Permission, Right>>;
  /** Why a person has none, whatever the policy says, such as a guest; undefined for full members. */
  readonly refusal: string | undefined;
}

/** Returns what the person may do now; Slack's cached answers count. */
export async function rightsOf(deps: Deps, actor: Actor): Promise<Rights> {
  const ask = (permission: Permission) => judge(deps.policy, deps.directory, actor, permission);
  const [look, operate, approve, administer] = await Promise.all([
    ask('look'),
    ask('operate'),
    ask('approve'),
    ask('administer'),
  ]);
  const rightOf = (verdict: typeof look): Right =>
    verdict.allowed ? 'yes' : verdict.unsure ? 'unsure' : 'no';
  const isMember = look.allowed || look.unsure || look.outcome === 'not_viewer';
  return {
    permissions: {
      look: rightOf(look),
      operate: rightOf(operate),
      approve: rightOf(approve),
      administer: rightOf(administer),
    },
    refusal: isMember ? undefined : look.why,
  };
}

/** Whether to offer what needs this permission. */
export function offers({ permissions }: Rights, permission: Permission): boolean {
  return permissions[permission] !== 'no';
}
