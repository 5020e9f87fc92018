/** Proves what counts as "not given" in InstantPay's fields (R21). */

import { describe, expect, it } from 'vitest';
import { given } from '../../src/payouts/given.ts';

describe('given', () => {
  it.each(['NA', 'na', ' N/A ', '-', '--', '—', 'null', 'NIL', 'None', '0', '000', '0.00', '', '   '])(
    '%j is nothing',
    (text) => expect(given(text)).toBeUndefined(),
  );

  it.each(['NADIA', 'N', '0123', '1231214070644TLWAP', 'none of these', '10', '-1'])(
    '%j is a value',
    (text) => expect(given(text)).toBe(text),
  );

  it('trims, and passes undefined on', () => {
    expect(given(' Asha ')).toBe('Asha');
    expect(given(undefined)).toBeUndefined();
  });
});
