/** Owns stopping the automatic reminders of one link, and allowing them again. */

import { isPayoutDeskError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';

/** Of one link; undefined where they are off, or it is not known. */
export type Automatic = 'allowed' | 'stopped' | undefined;

/** Returns whether anything changed. Rejects with Forbidden. A reminder that is claimed already may still be sent. */
export async function stopAutomatic(deps: Deps, actor: Actor, linkId: string): Promise<boolean> {
  await requirePermission(deps, actor, 'operate', { subject: 'reminder.auto_stop', linkId });
  const row = { at: deps.clock(), actorId: actor.userId, linkId };
  return deps.store.autoReminders.setStopped(linkId, true, { ...row, action: 'reminder.auto_stopped' });
}

export async function allowAutomatic(deps: Deps, actor: Actor, linkId: string): Promise<boolean> {
  await requirePermission(deps, actor, 'operate', { subject: 'reminder.auto_allow', linkId });
  const row = { at: deps.clock(), actorId: actor.userId, linkId };
  return deps.store.autoReminders.setStopped(linkId, false, { ...row, action: 'reminder.auto_allowed' });
}

/** What is not known is not shown: a card does not wait for the store. */
export async function automaticOf({ store, settings }: Deps, linkId: string): Promise<Automatic> {
  if (settings.automatic.beforeMs.length === 0) return undefined;
  try {
    const { stopped } = await store.autoReminders.known([linkId]);
    return stopped.length > 0 ? 'stopped' : 'allowed';
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return undefined;
  }
}
