/** Owns `/payout expiring`: the links that expire soon, to remind some or all. */

import { SYSTEM_ACTOR } from '../../payouts/audit-entry.ts';
import type { Deps } from '../../payouts/deps.ts';
import { findExpiring } from '../../payouts/links/expiring.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import type { CommandOf } from '../parse/command.ts';
import { expiringList, SHOWN_AT_MOST } from '../views/expiring-list.ts';

export async function expiring(context: Context, { withinMs }: CommandOf<'expiring'>): Promise<void> {
  await answerExpiring(context, withinMs ?? context.deps.settings.expiringWithinMs);
}

/** Slack knows no person for what was sent automatically. */
async function nameOf({ directory }: Deps, userId: string): Promise<string | undefined> {
  return userId === SYSTEM_ACTOR ? 'Payout Desk' : directory.name(userId);
}

export async function answerExpiring(context: Context, withinMs: number): Promise<void> {
  const { deps, actor } = context;
  const links = await findExpiring(deps, actor, withinMs);
  const shown = links.soonest.slice(0, SHOWN_AT_MOST);
  const by = new Set(shown.flatMap(({ linkId }) => links.reminded.get(linkId)?.actorId ?? []));
  const names = await Promise.all(
    [...by].map(async (userId) => [userId, await nameOf(deps, userId)] as const),
  );
  await context.answer(
    expiringList(links, { now: deps.clock(), names: new Map(names), offers: await offersOf(context) }),
  );
}
