/** Owns `/payout approvals`. */

import { waitingRequests } from '../../payouts/cancel/decide.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import { waitingList } from '../views/approval-list.ts';

export async function approvals(context: Context): Promise<void> {
  const reader = { actorId: context.actor.userId, offers: await offersOf(context) };
  const waiting = await waitingRequests(context.deps, context.actor);
  await context.answer(waitingList(waiting, reader, context.deps.clock()));
}
