/** Owns long loops of the rules: every item is visited, and others have their turn meanwhile. */

import { expect, test } from 'vitest';
import { A_STEP, eachInSteps, inTurns } from '../../src/payouts/in-turns.ts';

test.each([
  [0, 0],
  [1, 0],
  [A_STEP, 1],
  [3 * A_STEP + 1, 3],
])('%d items: each is visited once, in order, with %d turns between', async (items, turns) => {
  const all = Array.from({ length: items }, (_, index) => index);
  const visited: number[] = [];
  const left: number[] = [];
  function* work() {
    yield* eachInSteps(all, (item) => void visited.push(item));
    return visited.length;
  }
  const turn = async (): Promise<void> => void left.push(visited.length);
  expect(await inTurns(turn, work())).toBe(items);
  expect(visited).toEqual(all);
  expect(left).toEqual(Array.from({ length: turns }, (_, index) => (index + 1) * A_STEP));
});

test('without turns the work is done all the same', async () => {
  const seen = new Set<number>();
  await inTurns(
    undefined,
    eachInSteps(new Set([1, 2]), (item) => void seen.add(item)),
  );
  expect([...seen]).toEqual([1, 2]);
});
