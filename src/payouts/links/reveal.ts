/** Owns revealing masked details to one administrator: audited first, then fetched, never stored. */

import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import type { Revealed } from './revealed.ts';

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
