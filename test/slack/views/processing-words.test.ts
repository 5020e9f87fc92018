/** Owns the words for how long a link has been PROCESSING. */

import { expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import { processingAge } from '../../../src/slack/views/processing-words.ts';
import { NOON } from '../../payouts/setup.ts';

test.each([
  [{ since: NOON - 72 * HOUR_MS, from: 'claim' }, 'claimed 3 days ago'],
  [{ since: NOON - 5 * HOUR_MS, from: 'seen' }, 'first seen PROCESSING 5 hours ago'],
  [{ since: NOON - 96 * HOUR_MS, from: 'created' }, 'created 4 days ago'],
  [undefined, 'age unknown'],
] as const)('R20: the label says what the age counts from', (age, words) => {
  expect(processingAge(age, NOON)).toBe(words);
});
