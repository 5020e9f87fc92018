/**
 * Owns what cancel requests need between clicks: reminders, lapses, approved ones left behind by a crash, unknown
 * outcomes, and cards that Slack did not take at first. Every step is a claim in the store, so any number of desks
 * may run it at once.
 */

import pLimit from 'p-limit';
import { attend, settleOwed } from '../payouts/carry-out.ts';
import type { Desk } from '../payouts/desk.ts';

/** What a card's sync looks like from here. */
export interface Cards {
  sync(approvalId: string): Promise<unknown>;
}

const AT_ONCE = 4;
const A_RUN = 100;

/** One round over everything that is due. A failing request does not keep the others waiting. */
export async function runApprovals(desk: Desk, cards: Cards): Promise<void> {
  const limit = pLimit(AT_ONCE);
  // First, so that what this process knows is not looked up by others.
  const [owed] = await Promise.allSettled([settleOwed(desk)]);
  const due = await desk.store.approvals.due(desk.clock(), A_RUN);
  const attended = await Promise.allSettled(
    due.map((approval) =>
      limit(async () => {
        await attend(desk, approval.id);
        await cards.sync(approval.id);
      }),
    ),
  );
  const behind = await desk.store.cards.behind(desk.clock(), A_RUN);
  const synced = await Promise.allSettled(behind.map((approvalId) => limit(() => cards.sync(approvalId))));
  const failed = [owed, ...attended, ...synced].find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
