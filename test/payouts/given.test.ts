/** Owns what counts as “not given” in InstantPay’s fields (R21). */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { given } from '../../src/payouts/given.ts';

describe('given', () => {
  test.each(['NA', 'na', ' N/A ', '-', '--', '—', 'null', 'NIL', 'None', '0', '000', '0.00', '', '   '])(
    '%j is nothing',
    (text) => expect(given(text)).toBeUndefined(),
  );

  test.each(['NADIA', 'N', '0123', '1231214070644TLWAP', 'none of these', '10', '-1'])(
    '%j is a value',
    (text) => expect(given(text)).toBe(text),
  );

  test('looks at the first character in a faster way, with the same result', () => {
    const nothing = /^(?:na|n\/a|nil|null|none|[-–—.\s]*|0+(?:\.0+)?)$/i;
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[-.0 naNiAlLoeu/–]{0,6}$/),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (value) => {
        expect(given(value)).toBe(nothing.test(value.trim()) ? undefined : value.trim());
      }),
    );
  });

  test('trims, and passes undefined on', () => {
    expect(given(' Asha ')).toBe('Asha');
    expect(given(undefined)).toBeUndefined();
  });
});
