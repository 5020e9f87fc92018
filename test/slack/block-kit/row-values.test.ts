/** Owns what the menu of a row carries: each choice comes back as it was made, and nothing else does. */

import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/slack/block-kit/limits.ts';
import { decodeRowChoice, encodeRowChoice, ROW_CHOICES } from '../../../src/slack/block-kit/row-values.ts';

const LINK = '6578262c5e6c5b4a6d3f1a2b';

test.each(ROW_CHOICES)('%s comes back with its link, and fits an option', (choice) => {
  const value = encodeRowChoice(choice, LINK);
  expect(decodeRowChoice(value)).toEqual({ choice, linkId: LINK });
  expect(value.length).toBeLessThanOrEqual(LIMITS.optionValue);
});

test.each([
  undefined,
  '',
  LINK,
  `approve.${LINK}`,
  `constructor.${LINK}`,
  `cancel.${LINK}.x`,
  `cancel.${LINK.toUpperCase()}`,
  `cancel. ${LINK}`,
  'cancel.',
  `.${LINK}`,
])('%s is no choice', (value) => {
  expect(decodeRowChoice(value)).toBeUndefined();
});
