/**
 * Owns what cancel requests need between clicks, in three jobs: what needs the store alone (expiries, nudges), what needs
 * Slack (card edits) and what asks InstantPay (requests left approved by a crash, unknown outcomes). So an outage of one
 * delays nothing that needs another. Every step is a compare-and-swap, so any number of replicas may run them.
 */

import pLimit from 'p-limit';
import { type Batch, batchesOf } from '../payouts/cancel/batch.ts';
import { APPROVED_UNFINISHED } from '../payouts/cancel/request.ts';
import { saveUnsaved } from '../payouts/cancel/execute.ts';
import { advanceAll, age } from '../payouts/cancel/settle.ts';
import type { Deps } from '../payouts/deps.ts';

/** What a card's sync looks like from here. */
export interface Cards {
  sync(cancelRequestId: string): Promise<unknown>;
  /** Runs the step and shows what came of it; `error`: what failed. */
  advanceAndShow(batch: Batch, step: () => Promise<unknown>): Promise<{ error?: unknown }>;
}

const AT_ONCE = 4;
const A_RUN = 100;

/** One round of expiries and nudges. */
export async function runWaiting(deps: Deps): Promise<void> {
  const unsaved = await eachOf([deps], saveUnsaved);
  const due = await deps.store.requests.due(['pending'], deps.clock(), A_RUN);
  const aged = await eachOf(batchesOf(due), ({ id }) => age(deps, id));
  rethrowFirst([...unsaved, ...aged]);
}

/** One round over the cards that are behind: those that never waited first, then those that Slack did not take. */
export async function runCards(deps: Deps, cards: Cards): Promise<void> {
  const behind = await deps.store.cards.behind(deps.clock(), A_RUN);
  rethrowFirst(await eachOf(behind, (cancelRequestId) => cards.sync(cancelRequestId)));
}

/** One round of what asks InstantPay: carries out what a crash left approved, looks unknown outcomes up. */
export async function runDecided(deps: Deps, cards: Cards): Promise<void> {
  // First, so that what this process knows is not looked up.
  const unsaved = await eachOf([deps], saveUnsaved);
  const due = await deps.store.requests.due(APPROVED_UNFINISHED, deps.clock(), A_RUN);
  // Only the steps are limited: messages that Slack does not take must not hold up the next request's step.
  const limit = pLimit(AT_ONCE);
  const advanced = await Promise.allSettled(
    // The requests of a batch that are due together take one step, so that each message is edited once for all of them.
    batchesOf(due).map(async (batch) => {
      const step = () => limit(() => advanceAll(deps, batch));
      const { error } = await cards.advanceAndShow(batch, step);
      if (error !== undefined) throw error;
    }),
  );
  rethrowFirst([...unsaved, ...advanced]);
}

/** One round of all; the cards after the expiries they show. */
export async function runApprovals(deps: Deps, cards: Cards): Promise<void> {
  const decided = Promise.allSettled([runDecided(deps, cards)]);
  const waited = await Promise.allSettled([runWaiting(deps)]);
  const shown = await Promise.allSettled([runCards(deps, cards)]);
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
