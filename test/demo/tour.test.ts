/**
 * Owns the short tour as a whole: every step comes out right, in a process of its own, within its own time. The whole day,
 * `--tour --all`, is played by the continuous integration: it takes half a minute of processor time.
 */

import { expect, test } from 'vitest';
import { SCREEN_LINES } from '../../demo/tour/screens.ts';
import { startDemo } from './demo-process.ts';

test('ten scenes, each on one screen', { timeout: 190_000 }, async () => {
  const tour = startDemo('--tour');
  const code = await tour.ended;
  const wrong = tour.output.split('\n').filter((line) => line.startsWith('  ✗'));
  expect(wrong, tour.output).toEqual([]);
  expect(tour.output).toMatch(/^[1-9]\d passed, 0 failed$/m);
  const scenes = tour.output.split(/^(?=\d+\. )/m).slice(1);
  expect(scenes).toHaveLength(10);
  for (const scene of scenes.slice(0, -1))
    expect(scene.trimEnd().split('\n').length, scene).toBeLessThan(SCREEN_LINES);
  expect(code).toBe(0);
});
