/** Owns `/payout approvals`. */

import { waitingApprovals } from '../../payouts/cancel/decide.ts';
import type { Call } from '../context.ts';
import { waitingList } from '../views/approval-list.ts';

export async function approvals(call: Call): Promise<void> {
  const waiting = await waitingApprovals(call.desk, call.actor);
  await call.answer(waitingList(waiting, call.actor.userId, call.desk.clock()));
}
