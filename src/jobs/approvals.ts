/**
 * Owns what cancel requests need between clicks. What needs the records and Slack alone (expiries, nudges, card edits)
 * and what asks InstantPay (requests left approved by a crash, unknown outcomes) are two jobs, so that an outage of
 * InstantPay delays only the second. Every step is a compare-and-swap, so any number of replicas may run both.
 */

import pLimit from 'p-limit';
import { APPROVED_UNFINISHED } from '../payouts/approval.ts';
import { attend, settleOwed } from '../payouts/carry-out.ts';
import type { Desk } from '../payouts/desk.ts';

/** What a card's sync looks like from here. */
export interface Cards {
  sync(approvalId: string): Promise<unknown>;
}

const AT_ONCE = 4;
const A_RUN = 100;

/** One round of what needs no InstantPay: expiries and nudges first, then every card that is behind. */
export async function runWaiting(desk: Desk, cards: Cards): Promise<void> {
  const owed = await eachOf([desk], settleOwed);
  const due = await desk.store.approvals.due(['pending'], desk.clock(), A_RUN);
  const aged = await eachOf(due, ({ id }) => attend(desk, id));
  // However many cards Slack did not take meanwhile, those whose request just changed come first.
  const behind = await desk.store.cards.behind(desk.clock(), A_RUN);
  const ids = new Set([...due.map(({ id }) => id), ...behind]);
  const shown = await eachOf([...ids], (approvalId) => cards.sync(approvalId));
  rethrowFirst([...owed, ...aged, ...shown]);
}

/** One round of what asks InstantPay: carries out what a crash left approved, looks unknown outcomes up. */
export async function runDecided(desk: Desk, cards: Cards): Promise<void> {
  // First, so that what this process knows is not looked up.
  const owed = await eachOf([desk], settleOwed);
  const due = await desk.store.approvals.due(APPROVED_UNFINISHED, desk.clock(), A_RUN);
  const attended = await eachOf(due, async ({ id }) => {
    await attend(desk, id);
    await cards.sync(id);
  });
  rethrowFirst([...owed, ...attended]);
}

/** One round of both, side by side. */
export async function runApprovals(desk: Desk, cards: Cards): Promise<void> {
  rethrowFirst(await Promise.allSettled([runWaiting(desk, cards), runDecided(desk, cards)]));
}

/** Some at once; one that fails does not keep the others waiting. */
function eachOf<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<PromiseSettledResult<unknown>[]> {
  const limit = pLimit(AT_ONCE);
  return Promise.allSettled(items.map((item) => limit(() => work(item))));
}

function rethrowFirst(results: readonly PromiseSettledResult<unknown>[]): void {
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
