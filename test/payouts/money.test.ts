/** Owns amounts: read to the paisa and written in Indian grouping. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatRupees, paiseFromRupees, parseRupees, wholePaise } from '../../src/payouts/money.ts';

const PAISE = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

/** The amount as InstantPay writes it. */
function written(paise: number): string {
  const digits = String(paise).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

describe('wholePaise', () => {
  test('is what is read from the digits, or leaves it to them', () => {
    const decimals = fc.tuple(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 0, max: 4 }));
    const amount = fc.oneof(
      PAISE.map((paise) => Number(written(paise))),
      decimals.map(([digits, places]) => digits / 10 ** places),
      fc.double(),
    );
    fc.assert(
      fc.property(amount, (rupees) => {
        const paise = wholePaise(rupees);
        if (paise !== undefined) expect(paise).toBe(paiseFromRupees(String(rupees)));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    [0, 0],
    [-0, 0],
    [1.1, 110],
    [8.2, 820],
    [1_234_567.89, 123_456_789],
    [-2.5, -250],
    [0.005, undefined],
    [1e13, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('%d', (rupees, paise) => expect(wholePaise(rupees)).toBe(paise));
});

describe('parseRupees', () => {
  test.each([
    ['50000', 50_000_00],
    ['₹1,00,000.50', 1_00_000_50],
    ['Rs. 500', 500_00],
    ['INR 7', 7_00],
    ['50k', 50_000_00],
    ['2 Lakh', 2_00_000_00],
    ['2 lakhs', 2_00_000_00],
    ['1.5cr', 1_50_00_000_00],
    ['1.2345 crore', 1_23_45_000_00],
    ['0', 0],
  ])('%s is %d paise', (typed, paise) => {
    expect(parseRupees(typed)).toBe(paise);
  });

  test.each(['', '₹', 'lakh', '-5', '5 dollars', '1e3', '1,00.00', '12 cr 5', '99999999999999 cr', 'five'])(
    '%j is no amount',
    (typed) => {
      expect(parseRupees(typed)).toBeUndefined();
    },
  );
});

describe('paiseFromRupees', () => {
  test.each([
    ['10000.00', 1_000_000],
    ['10000', 1_000_000],
    [10_000, 1_000_000],
    [0.1, 10],
    ['0.1', 10],
    ['0', 0],
    ['-0', 0],
    [-0, 0],
    ['+12.50', 1_250],
    ['-12.50', -1_250],
    [-12.5, -1_250],
    [' 7.05 ', 705],
    ['1.005', 101],
    [1.005, 101],
    ['-1.005', -101],
    ['1.0049999', 100],
    ['0.004', 0],
    ['-0.004', 0],
    ['0.999', 100],
    [1.0049999, 100],
    [4.35, 435],
    [1e-7, 0],
    [5e-3, 1],
    [123_456_789.01, 12_345_678_901],
    ['90071992547409.91', 9_007_199_254_740_991],
  ])('%j rupees are %d paise', (amount, paise) => {
    expect(paiseFromRupees(amount)).toBe(paise);
  });

  test.each([
    '',
    ' ',
    'abc',
    '1,00.00',
    '12,34',
    '1,2345.00',
    ',100',
    '1,000,00.00',
    `1${',000'.repeat(60_000)}`,
    '1.',
    '.5',
    '1e3',
    '₹10',
    '1.2.3',
    '--1',
    '0x10',
    '10 000',
    'NaN',
    Number.NaN,
    Infinity,
    -Infinity,
    1e21,
    '90071992547409.92',
    '99999999999999999999',
    '10.00 INR',
    'INR 10',
  ])('%j is no amount', (amount) => {
    expect(paiseFromRupees(amount)).toBeUndefined();
  });

  test.each([
    ['1,000.00', 100_000],
    ['12,500.50', 1_250_050],
    ['1,234,567.5', 123_456_750],
    ['12,34,567.50', 123_456_750],
    ['-1,00,000', -10_000_000],
  ])('%j is grouped: %i paise (R3)', (amount, paise) => {
    expect(paiseFromRupees(amount)).toBe(paise);
  });

  test('reads back every amount it can hold, to the paisa', () => {
    fc.assert(
      fc.property(PAISE, (paise) => {
        expect(paiseFromRupees(written(paise))).toBe(paise);
        expect(paiseFromRupees(`-${written(paise)}`)).toBe(paise === 0 ? 0 : -paise);
      }),
    );
  });

  test('a number of rupees with two decimals is read as it is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 13 }), (paise) => {
        expect(paiseFromRupees(Number(written(paise)))).toBe(paise);
      }),
    );
  });
});

describe('formatRupees', () => {
  test.each([
    [0, '₹0.00'],
    [5, '₹0.05'],
    [12_345_678, '₹1,23,456.78'],
    [100_000_00, '₹1,00,000.00'],
    [10_000_000_00, '₹1,00,00,000.00'],
    [99_999, '₹999.99'],
    [-1_250, '-₹12.50'],
  ])('%d paise are %s', (paise, text) => {
    expect(formatRupees(paise)).toBe(text);
  });

  test('shows every paisa up to ten lakh crore rupees, and reads back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 15 }), (paise) => {
        const text = formatRupees(paise);
        expect(text).toMatch(/^₹(\d{1,2},(\d\d,)*\d{3}|\d{1,3})\.\d\d$/);
        expect(paiseFromRupees(text.replace(/[₹,]/g, ''))).toBe(paise);
      }),
    );
  });
});

test('very large amounts are right to the paisa', () => {
  expect(formatRupees(Number.MAX_SAFE_INTEGER)).toBe('₹9,00,71,99,25,47,409.91');
  expect(formatRupees(-50)).toBe('-₹0.50');
});

test('groups digits as Intl does for India', () => {
  const intl = new Intl.NumberFormat('en-IN', { style: 'currency', currency: 'INR' });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_007_199_254_740 }), (rupees) => {
      expect(formatRupees(rupees * 100)).toBe(intl.format(rupees));
    }),
  );
});
