/** Owns revealing masked details to one administrator: audited first, then fetched, never stored. */

import { judge, requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import type { Revealed } from './revealed.ts';

/** Whether to offer `Reveal`; the rule asks again. */
export async function mayReveal(deps: Deps, actor: Actor): Promise<boolean> {
  return (await judge(deps.policy, deps.directory, actor, 'administer')).allowed;
}

/** Returns recipient and accounts, unmasked. The audit row is written before anything is fetched. */
export async function reveal(deps: Deps, actor: Actor, linkId: string): Promise<Revealed> {
  await requirePermission(deps, actor, 'administer', { subject: 'link.reveal', linkId });
  await deps.store.audit.append({
    at: deps.clock(),
    actorId: actor.userId,
    action: 'link.revealed',
    linkId,
  });
  return deps.gateway.reveal(linkId);
}
