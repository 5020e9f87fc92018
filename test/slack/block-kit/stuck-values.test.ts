/** Owns what the buttons of stuck links carry. */

import { expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { showStuckButton } from '../../../src/slack/views/stuck-list.ts';
import { decodeStuck, encodeStuck } from '../../../src/slack/block-kit/stuck-values.ts';

test.each([
  { for: { forMs: DAY_MS }, pageNumber: 1 },
  { for: { forMs: MINUTE_MS }, pageNumber: 999 },
  { for: { forMs: 90 * DAY_MS }, pageNumber: 12 },
  { for: { sinceDay: '2026-11-16' }, pageNumber: 2 },
])('%j comes back', (page) => {
  expect(decodeStuck(encodeStuck(page))).toEqual(page);
});

test.each([
  undefined,
  7,
  '',
  'm1440',
  'm1440.0',
  'm0.1',
  'm129601.1',
  'm1440.1000',
  'd2026-13-45.1',
  'd2026-11-16.1 ',
  'x1440.1',
  'm1440.1.1',
])('%s is no page', (value) => {
  expect(decodeStuck(value)).toBeUndefined();
});

test('a message shows the same list with one press', () => {
  expect(decodeStuck(showStuckButton(DAY_MS).value)).toEqual({ for: { forMs: DAY_MS }, pageNumber: 1 });
});
