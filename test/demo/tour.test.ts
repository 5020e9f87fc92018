/** Owns the tour as a whole: every step comes out right, in a process of its own, within its own time. */

import { expect, test } from 'vitest';
import { startDemo } from './demo-process.ts';

test('a day of use', { timeout: 190_000 }, async () => {
  const tour = startDemo('--tour', '--all');
  const code = await tour.ended;
  const lines = tour.output.trimEnd().split('\n');
  const wrong = lines.filter((line) => line.startsWith('  ✗'));
  expect(wrong, tour.output.slice(-3_000)).toEqual([]);
  expect(lines.at(-1)).toMatch(/^\d+ passed, 0 failed$/);
  expect(lines.some((line) => /✓ Its log of \d+ lines, at level trace, holds no secret/.test(line))).toBe(
    true,
  );
  expect(code).toBe(0);
});
