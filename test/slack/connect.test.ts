/** Owns what counts as a recent delivery: five minutes, both ways, and a timestamp that is one. */

import { expect, test } from 'vitest';
import { isRecent } from '../../src/slack/connect.ts';

const NOW = 1_795_165_200_000;
const at = (shiftS: number): string => String(NOW / 1_000 + shiftS);

test.each([
  ['now', at(0), true],
  ['five minutes ago', at(-300), true],
  ['five minutes ahead', at(300), true],
  ['a second more ago', at(-301), false],
  ['a second more ahead', at(301), false],
  ['an hour ahead', at(3_600), false],
  ['milliseconds', String(NOW), false],
  ['nothing', undefined, false],
  ['empty', '', false],
  ['several', [at(0), at(0)], false],
  ['negative', `-${at(0)}`, false],
  ['a fraction', `${at(0)}.5`, false],
  ['words', 'today', false],
  ['hex', '0x6b000000', false],
] as const)('%s', (_name, timestamp, expected) => {
  expect(isRecent(typeof timestamp === 'object' ? [...timestamp] : timestamp, NOW)).toBe(expected);
});
