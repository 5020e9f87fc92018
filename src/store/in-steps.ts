/**
 * Owns statements that change many rows, in steps: SQLite answers synchronously, so one that takes long keeps every request and
 * timer waiting. Between two steps the event loop turns, also within a transaction.
 */

import { setImmediate } from 'node:timers/promises';

/** Each statement should take a millisecond or two. */
export const AT_ONCE = 200;

/** Repeats a statement that changes at most `AT_ONCE` rows, until nothing is left to change. */
export async function inSteps(
  statement: () => Promise<{ numUpdatedRows: bigint } | { numDeletedRows: bigint }>,
): Promise<void> {
  for (;;) {
    const result = await statement();
    const changed = 'numUpdatedRows' in result ? result.numUpdatedRows : result.numDeletedRows;
    if (changed === 0n) return;
    await setImmediate();
  }
}

/** Runs a statement for some of the items at a time. */
export async function someAtOnce<Item>(
  items: readonly Item[],
  statement: (some: Item[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    if (from > 0) await setImmediate();
    await statement(items.slice(from, from + AT_ONCE));
  }
}
