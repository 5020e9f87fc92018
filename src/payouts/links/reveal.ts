/** Owns showing what is masked everywhere else: to one administrator, fetched for that moment, and audited first. */

import { judge, requirePermission } from '../access.ts';
import type { Actor, Desk } from '../desk.ts';
import type { Revealed } from './revealed.ts';

/** Whether to offer it; `reveal` asks again. */
export async function mayReveal(desk: Desk, actor: Actor): Promise<boolean> {
  return (await judge(desk.policy, desk.directory, actor, 'administer')).allowed;
}

/** Who is paid and into which account, unmasked. The audit row is written before anything is fetched. */
export async function reveal(desk: Desk, actor: Actor, linkId: string): Promise<Revealed> {
  await requirePermission(desk, actor, 'administer', { action: 'reveal refused', linkId });
  await desk.store.audit.append({
    at: desk.clock(),
    actorId: actor.userId,
    action: 'private details revealed',
    linkId,
  });
  return desk.gateway.reveal(linkId);
}
