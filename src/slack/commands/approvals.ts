/** Owns `/payout approvals`. */

import { waitingRequests } from '../../payouts/cancel/decide.ts';
import type { Context } from '../context.ts';
import { waitingList } from '../views/approval-list.ts';

export async function approvals(context: Context): Promise<void> {
  const waiting = await waitingRequests(context.deps, context.actor);
  await context.answer(waitingList(waiting, context.actor.userId, context.deps.clock()));
}
