/** Owns what the blocks of App Home carry, and reading which requests are selected there. */

import { z } from 'zod';
import { ACTION_IDS, BLOCK_IDS } from './ids.ts';
import { decodeRequestId } from './values.ts';

/**
 * Returns the block ID of a request that waits. Slack keeps what is selected while the ID stays, so it changes only when
 * all are selected: `selectedAt` in epoch milliseconds, 0 before.
 */
export function encodeHomeRequest(batchId: string, selectedAt: number): string {
  return `${BLOCK_IDS.homeRequest}.${batchId}.${selectedAt}`;
}

const boxes = z.object({
  [ACTION_IDS.homeSelect]: z.object({ selected_options: z.array(z.object({ value: z.string() })) }),
});

/** Returns the IDs of the selected requests from the `state.values` of a click in App Home; they may be forged. */
export function readSelectedRequests(values: unknown): string[] {
  const blocks = typeof values === 'object' && values !== null ? Object.entries(values) : [];
  return blocks.flatMap(([blockId, block]) => {
    if (!blockId.startsWith(`${BLOCK_IDS.homeRequest}.`)) return [];
    const { data } = boxes.safeParse(block);
    return (data?.[ACTION_IDS.homeSelect].selected_options ?? []).flatMap(
      ({ value }) => decodeRequestId(value) ?? [],
    );
  });
}
