/** Owns transactions: outcomes, references, days and sources. */

import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import {
  isFinalOutcome,
  mayBeElsewhere,
  mayStandOnNextDay,
  otherSubject,
  outcomeOf,
  readReference,
  type TransactionOutcome,
  wasLookedUp,
  windowEnd,
} from '../../../src/payouts/transactions/transaction.ts';
import { MINUTE_MS } from '../../../src/payouts/time.ts';
import { answer } from './queries.ts';

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
    ['NA', '“NA” is not a reference'],
    [' na ', '“na” is not a reference'],
    ['0', 'is not a reference'],
    ['000', 'is not a reference'],
    ['N/A', 'is not a reference'],
    ['nil', 'is not a reference'],
    ['None', 'is not a reference'],
    ['NULL', 'is not a reference'],
    ['-', 'is not a reference'],
    ['----', 'is not a reference'],
    ['x'.repeat(101), 'at most 100 characters'],
    ['', 'consists of letters, digits'],
    ['two words', 'consists of letters, digits'],
    ['tab\tbed', 'consists of letters, digits'],
    ['ऑर्डर', 'consists of letters, digits'],
    ['ref-é', 'consists of letters, digits'],
    ['...', 'is not a reference'],
    ['.,.', 'consists of letters, digits'],
    ['\u007f1', 'consists of letters, digits'],
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

describe('otherSubject (R22)', () => {
  const asked = { externalRef: 'Order-1', date: '2026-11-19', aeps: false };
  const on = (day: string, time: string) => at(time, day);

  test.each([
    ['the same', { externalRef: 'Order-1', at: on('2026-11-19', '10:00') }],
    ['nothing said', { externalRef: undefined, at: undefined }],
    ['NA said', { externalRef: 'NA', at: undefined }],
    ['begun at 23:55 the day before', { externalRef: undefined, at: on('2026-11-18', '23:55') }],
    ['ended at 00:04 the day after', { externalRef: undefined, at: on('2026-11-20', '00:04') }],
  ])('%s: none', (_, answered) => {
    expect(otherSubject(asked, answered)).toBeUndefined();
  });

  test.each([
    [
      'another reference',
      { externalRef: 'ORDER-2', at: undefined },
      { externalRef: 'ORDER-2', date: undefined },
    ],
    [
      'another reference on that day',
      { externalRef: 'ORDER-2', at: on('2026-11-19', '10:00') },
      { externalRef: 'ORDER-2', date: '2026-11-19' },
    ],
    [
      '23:54 the day before',
      { externalRef: 'Order-1', at: on('2026-11-18', '23:54') },
      { externalRef: 'Order-1', date: '2026-11-18' },
    ],
    [
      '00:05 the day after',
      { externalRef: undefined, at: on('2026-11-20', '00:05') },
      { externalRef: undefined, date: '2026-11-20' },
    ],
    [
      'midnight two days after',
      { externalRef: undefined, at: on('2026-11-21', '00:00') },
      { externalRef: undefined, date: '2026-11-21' },
    ],
  ])('%s', (_, answered, other) => {
    expect(otherSubject(asked, answered)).toEqual(other);
  });
});

describe('what an answer allows', () => {
  const of = (changes: Parameters<typeof answer>[0]) =>
    answer(changes)({ externalRef: 'R', date: '2026-11-19', aeps: false });

  test.each([
    [{}, true],
    [{ query: 'unreachable' }, true],
    [{ query: 'failed', problem: 'declined' }, true],
    [{ query: 'failed', problem: 'try_again' }, true],
    [{ query: 'failed', problem: 'unrecognised' }, true],
    [{ query: 'failed', problem: 'access' }, false],
    [{ query: 'failed', problem: 'malformed' }, false],
    [{ query: 'not_sent' }, false],
  ] as const)('%j was looked up: %s', (changes, lookedUp) => {
    expect(wasLookedUp(of(changes))).toBe(lookedUp);
  });

  test.each([
    [{}, false],
    [{ transactionStatusCode: undefined }, true],
    [{ transactionStatusCode: undefined, answeredAbout: { externalRef: 'X', date: undefined } }, false],
    [{ query: 'unreachable', transactionStatusCode: undefined }, false],
    [{ query: 'failed', problem: 'declined' }, true],
    [{ query: 'failed', problem: 'unrecognised' }, true],
    [{ query: 'failed', problem: 'access' }, false],
    [{ query: 'failed', problem: 'malformed' }, false],
    [{ query: 'failed', problem: 'try_again' }, false],
  ] as const)('%j may stand on the next day: %s', (changes, elsewhere) => {
    expect(mayBeElsewhere(of(changes))).toBe(elsewhere);
  });

  test('successful and failed are final', () => {
    expect((['successful', 'failed', 'under_process', 'unknown'] as const).map(isFinalOutcome)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('from 23:55 on the next day counts too (R13)', () => {
    expect(['23:54', '23:55', '23:59', '00:00', '9:55'].map(mayStandOnNextDay)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });
});
