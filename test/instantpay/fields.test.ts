/** Owns reading a text of an answer: bounded and trimmed, in a faster way when there is nothing to take away. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPaise, readText } from '../../src/instantpay/fields.ts';

test('what is plain comes as it is, all else trimmed and bounded, with few marks on a letter', () => {
  const text = fc.oneof(
    fc.stringMatching(/^[ -~]{0,12}$/),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.integer({ min: 1_990, max: 2_010 }).map((length) => 'a b'.repeat(1_000).slice(0, length)),
    fc.integer({ min: 7, max: 12 }).map((marks) => `a${'\u0301'.repeat(marks)}b`),
  );
  fc.assert(
    fc.property(text, (value) => {
      const few = value.replace(/(\p{M}{8})\p{M}+/gu, '$1');
      expect(readText(value)).toBe(few.trim().slice(0, 2_000) || undefined);
    }),
  );
});

test.each([
  ['a', 'a'],
  [' a', 'a'],
  ['a ', 'a'],
  ['a\tb', 'a\tb'],
  ['\u007f', '\u007f'],
  ['', undefined],
  [' ', undefined],
  [12.5, '12.5'],
  [null, undefined],
])('%j', (value, read) => expect(readText(value)).toBe(read));

test.each([
  [1_234.56, 123_456],
  ['1234.56', 123_456],
  [0.005, 1],
  [1e-7, undefined],
  [1e21, undefined],
  [0, 0],
])('%j rupees', (value, paise) => expect(readPaise(value)).toBe(paise));
