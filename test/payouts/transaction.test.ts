import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import {
  outcomeOf,
  readReference,
  type TransactionOutcome,
  windowEnd,
} from '../../src/payouts/transaction.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';

const at = (time: string, day = '2026-11-20') => Date.parse(`${day}T${time}+05:30`);

describe('outcomeOf', () => {
  test.each<[string | undefined, string | undefined, TransactionOutcome]>([
    ['TXN', 'TXN', 'successful'],
    ['TXN', 'TUP', 'under_process'],
    ['TXN', 'ERR', 'failed'],
    ['TXN', 'TRP', 'failed'],
    ['TXN', 'XYZ', 'failed'],
    ['TXN', undefined, 'unknown'],
    ['TXN', '', 'unknown'],
    ['TUP', 'TXN', 'unknown'],
    ['ERR', 'TXN', 'unknown'],
    ['ERR', undefined, 'unknown'],
    [undefined, 'TXN', 'unknown'],
    [undefined, undefined, 'unknown'],
  ])('outer %s, inner %s: %s', (outer, inner, outcome) => {
    expect(outcomeOf(outer, inner)).toBe(outcome);
  });
});

describe('readReference', () => {
  test.each([
    'ORDER-1',
    'a',
    '0',
    'NAVEEN',
    'BANANA',
    'order-none',
    'x-',
    'na1',
    'nil-7',
    '--1',
    'A/B_c.d',
    'x'.repeat(100),
  ])('%s', (text) => {
    expect(readReference(` ${text} `)).toBe(text);
  });

  test.each([
    ['NA', '"NA" is not a reference'],
    [' na ', '"na" is not a reference'],
    ['N/A', 'is not a reference'],
    ['nil', 'is not a reference'],
    ['None', 'is not a reference'],
    ['NULL', 'is not a reference'],
    ['-', 'is not a reference'],
    ['----', 'is not a reference'],
    ['x'.repeat(101), 'at most 100 characters'],
    ['', 'made of letters, digits'],
    ['two words', 'made of letters, digits'],
    ['tab\tbed', 'made of letters, digits'],
    ['ऑर्डर', 'made of letters, digits'],
    ['ref-é', 'made of letters, digits'],
    ['...', 'made of letters, digits'],
    ['\u007f1', 'made of letters, digits'],
  ])('%j is refused', (text, words) => {
    expect(() => readReference(text)).toThrow(UsageError);
    expect(() => readReference(text)).toThrow(words);
  });
});

describe('windowEnd', () => {
  const END = at('00:30:00', '2026-11-21');

  test.each([
    ['23:29:59.999', '2026-11-20', undefined],
    ['23:30:00', '2026-11-20', END],
    ['23:59:59.999', '2026-11-20', END],
    ['00:00:00', '2026-11-21', END],
    ['00:29:59.999', '2026-11-21', END],
    ['00:30:00', '2026-11-21', undefined],
    ['12:00:00', '2026-11-21', undefined],
    ['23:45:00', '2026-12-31', at('00:30:00', '2027-01-01')],
  ])('%s on %s', (time, day, end) => {
    expect(windowEnd(at(time, day))).toBe(end);
  });

  test('is an hour of every day, and always ends half past midnight', () => {
    let closed = 0;
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      const now = at('00:00:00') + minute * MINUTE_MS;
      const end = windowEnd(now);
      if (end === undefined) continue;
      closed += 1;
      expect(new Date(end).toISOString()).toMatch(/T19:00:00/);
      expect(end).toBeGreaterThan(now);
    }
    expect(closed).toBe(60);
  });
});
