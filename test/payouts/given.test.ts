/** Owns what counts as “not given” in InstantPay’s fields (R21). */

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

  test('trims, and passes undefined on', () => {
    expect(given(' Asha ')).toBe('Asha');
    expect(given(undefined)).toBeUndefined();
  });
});
