/**
 * Owns what cancel requests need between clicks, in three jobs: what needs the store alone (expiries, nudges), what needs
 * Slack (card edits) and what asks InstantPay (requests left approved by a crash, unknown outcomes). So an outage of one
 * delays nothing that needs another. Every step is a compare-and-swap, so any number of replicas may run them.
 */

import pLimit from 'p-limit';
import { APPROVED_UNFINISHED } from '../payouts/cancel/request.ts';
import { attend, settleOwed } from '../payouts/cancel/execute.ts';
import type { Desk } from '../payouts/desk.ts';

/** What a card's sync looks like from here. */
export interface Cards {
  sync(approvalId: string): Promise<unknown>;
}

const AT_ONCE = 4;
const A_RUN = 100;

/** One round of expiries and nudges. */
export async function runWaiting(desk: Desk): Promise<void> {
  const owed = await eachOf([desk], settleOwed);
  const due = await desk.store.approvals.due(['pending'], desk.clock(), A_RUN);
  const aged = await eachOf(due, ({ id }) => attend(desk, id));
  rethrowFirst([...owed, ...aged]);
}

/** One round over the cards that are behind: those that never waited first, then those that Slack did not take. */
export async function runCards(desk: Desk, cards: Cards): Promise<void> {
  const behind = await desk.store.cards.behind(desk.clock(), A_RUN);
  rethrowFirst(await eachOf(behind, (approvalId) => cards.sync(approvalId)));
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

/** One round of all; the cards after the expiries they show. */
export async function runApprovals(desk: Desk, cards: Cards): Promise<void> {
  const decided = Promise.allSettled([runDecided(desk, cards)]);
  const waited = await Promise.allSettled([runWaiting(desk)]);
  const shown = await Promise.allSettled([runCards(desk, cards)]);
  rethrowFirst([...waited, ...shown, ...(await decided)]);
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
