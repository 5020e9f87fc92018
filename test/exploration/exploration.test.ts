/**
 * Owns the exploration of every interleaving of two replicas, two people's decisions, the job, crashes, time and InstantPay's answers
 * over the real functions of src/payouts. Every state must keep the promises of promises.ts, and every path must end
 * settled. CHAOS=full explores more at a time; scenarios.ts says what is bounded.
 */

import { afterAll, expect, test } from 'vitest';
import { BATCHES, DECISIONS, LENT_DECISIONS, scenarios } from './scenarios.ts';
import { explore } from './search.ts';
import { createWorld } from './world.ts';

const size = process.env['CHAOS'] === 'full' ? 'full' : 'small';

/** So that the exploration cannot shrink unnoticed. */
const AT_LEAST = {
  small: { states: 500_000, paths: 40_000_000_000n },
  full: { states: 40_000_000, paths: 10n ** 16n },
}[size];
const MOST_STATES = 6_000_000;

const total = { states: 0, steps: 0, paths: 0n, longest: 0, positions: 0 };
const ends = new Set<string>();

for (const { name, options } of scenarios(size)) {
  test(name, { timeout: 600_000 }, async () => {
    const explored = await explore(await createWorld(options), MOST_STATES);
    total.states += explored.states;
    total.steps += explored.steps;
    total.paths += explored.paths;
    total.longest = Math.max(total.longest, explored.longest);
    total.positions += explored.positions;
    for (const end of Object.keys(explored.ends)) ends.add(end);
  });
}

test('was as large as it should be, and met every end there is', () => {
  expect(total.states).toBeGreaterThan(AT_LEAST.states);
  expect(total.paths).toBeGreaterThan(AT_LEAST.paths);
  expect([...ends].sort()).toEqual(
    ['executed', 'expired', 'refused', 'rejected', 'unresolved', 'withdrawn'].sort(),
  );
});

afterAll(() => {
  console.log(
    `explored (${size}): ${total.states.toLocaleString('en')} states, ${total.steps.toLocaleString('en')} steps, ` +
      `${total.paths.toLocaleString('en')} complete paths of up to ${total.longest} steps, ` +
      `${DECISIONS.length + LENT_DECISIONS.length + BATCHES.length} pairs of decisions, ${total.positions.toLocaleString('en')} positions in the functions`,
  );
});
