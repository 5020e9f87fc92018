/** Owns doing the same for several items, a few at once; one that fails does not keep the others waiting. */

export async function aFewAtOnce<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  const results: PromiseSettledResult<Result>[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    // The workers share one iterator, so each item is taken once.
    for (const [index, item] of waiting) {
      const [result] = await Promise.allSettled([work(item)]);
      results[index] = result;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}

/** Returns every result, in order; rejects with the first failure. */
export function allOf<Result>(results: readonly PromiseSettledResult<Result>[]): Result[] {
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
