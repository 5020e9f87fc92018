/** Owns Indian time: parsing, days, and back again. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  DAY_MS,
  formatDuration,
  formatIst,
  formatIstDay,
  formatIstTime,
  formatWhen,
  HOUR_MS,
  istDay,
  istInstant,
  istMinuteOfDay,
  MINUTE_MS,
  parseIst,
} from '../../src/payouts/time.ts';

const INSTANT = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) });

describe('parseIst', () => {
  test.each([
    ['2023-12-12 14:51:25', Date.UTC(2023, 11, 12, 9, 21, 25)],
    ['2023-12-12T14:51:25', Date.UTC(2023, 11, 12, 9, 21, 25)],
    ['2023-12-12 14:51', Date.UTC(2023, 11, 12, 9, 21)],
    ['  2023-12-12 14:51:25.123456 ', Date.UTC(2023, 11, 12, 9, 21, 25)],
    ['2024-01-01 00:00:00', Date.UTC(2023, 11, 31, 18, 30)],
    ['2024-02-29 05:30:00', Date.UTC(2024, 1, 29)],
  ])('%j', (text, instant) => {
    expect(parseIst(text)).toBe(instant);
  });

  test.each([
    '',
    '2023-12-12',
    '2023-13-12 14:51:25',
    '2023-12-32 14:51:25',
    '2023-02-29 14:51:25',
    '2023-12-12 25:00:00',
    '2023-12-12 14:60:00',
    '2023-12-12 14:51:25Z',
    '2023-12-12 14:51:25+05:30',
    'at 2023-12-12 14:51:25',
    '12-12-2023 14:51:25',
    '0000-00-00 00:00:00',
    'N/A',
  ])('%j is no time', (text) => {
    expect(parseIst(text)).toBeUndefined();
  });

  test('takes what is a time in Asia/Kolkata, in any year, and nothing else', () => {
    const number = (max: number, length = 2) =>
      fc.integer({ min: 0, max }).map((value) => String(value).padStart(length, '0'));
    const parts = fc.tuple(number(9999, 4), number(13), number(32), number(25), number(61), number(61));
    fc.assert(
      fc.property(parts, ([year, month, day, hour, minute, second]) => {
        const text = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
        let expected: number | undefined;
        try {
          // No leap seconds and no 24:00, as ISO 8601 would allow.
          const wall = Temporal.PlainDateTime.from(text, { overflow: 'reject' });
          if (wall.toString({ smallestUnit: 'second' }) === text) {
            expected = wall.toZonedDateTime('+05:30').epochMilliseconds;
          }
        } catch {
          expected = undefined;
        }
        expect(parseIst(text)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test('reads back every second', () => {
    fc.assert(
      fc.property(INSTANT, (instant) => {
        const second = instant - (instant % 1000);
        const ist = new Date(second + 5.5 * HOUR_MS).toISOString();
        expect(parseIst(ist.slice(0, 19))).toBe(second);
        expect(parseIst(ist.slice(0, 19).replace('T', ' '))).toBe(second);
      }),
    );
  });
});

describe('India’s days', () => {
  const LAST = Date.UTC(2026, 10, 20, 18, 29, 59, 999);

  test('turn at half past six in the evening, UTC', () => {
    expect(istDay(LAST)).toBe('2026-11-20');
    expect(istDay(LAST + 1)).toBe('2026-11-21');
    expect(istMinuteOfDay(LAST)).toBe(1439);
    expect(istMinuteOfDay(LAST + 1)).toBe(0);
    expect(istMinuteOfDay(LAST + 1 + 61 * MINUTE_MS)).toBe(61);
  });

  test('an instant and its day and minute are the same thing', () => {
    fc.assert(
      fc.property(INSTANT, (instant) => {
        const minutes = istMinuteOfDay(instant);
        const midnight = istInstant(istDay(instant));
        expect(instant - midnight).toBe(minutes * MINUTE_MS + (instant % MINUTE_MS));
      }),
    );
  });

  test('a wall time is an instant', () => {
    expect(istInstant('2026-11-20')).toBe(Date.UTC(2026, 10, 19, 18, 30));
    expect(istInstant('2026-11-20', '05:30')).toBe(Date.UTC(2026, 10, 20));
  });

  test.each([
    ['2026-11-20', 1, '2026-11-21'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2026-03-01', -1, '2026-02-28'],
    ['2026-11-20', 0, '2026-11-20'],
  ])('%s and %d days is %s', (day, days, other) => {
    expect(addDays(day, days)).toBe(other);
  });
});

describe('formatWhen', () => {
  const at = (day: string, time: string) => istInstant(day, time);

  test.each([
    ['2026-11-20', '00:00', 'today 00:00'],
    ['2026-11-20', '23:59', 'today 23:59'],
    ['2026-11-21', '00:00', 'tomorrow 00:00'],
    ['2026-11-22', '00:00', '22 Nov 2026, 00:00'],
    ['2026-11-19', '23:59', 'yesterday 23:59'],
    ['2026-11-18', '23:59', '18 Nov 2026, 23:59'],
    ['2025-11-20', '10:00', '20 Nov 2025, 10:00'],
  ])('%s %s', (day, time, words) => {
    for (const now of [at('2026-11-20', '00:00'), at('2026-11-20', '23:59')])
      expect(formatWhen(at(day, time), now)).toBe(words);
  });
});

describe('words', () => {
  test('times are IST and say so', () => {
    const instant = Date.UTC(2026, 10, 20, 8, 35);
    expect(formatIst(instant)).toBe('20 Nov 2026, 14:05 IST');
    expect(formatIstDay(instant)).toBe('20 Nov 2026');
    expect(formatIstTime(instant)).toBe('14:05 IST');
    expect(formatIst(Date.UTC(2026, 0, 1, 20, 0))).toBe('2 Jan 2026, 01:30 IST');
  });

  test('every month has its name', () => {
    const names = Array.from(
      { length: 12 },
      (_, month) => formatIstDay(Date.UTC(2026, month, 15)).split(' ')[1],
    );
    expect(names.join(' ')).toBe('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec');
  });

  test.each([
    [0, 'less than a minute'],
    [MINUTE_MS - 1, 'less than a minute'],
    [MINUTE_MS, '1 minute'],
    [2 * MINUTE_MS - 1, '1 minute'],
    [5 * MINUTE_MS, '5 minutes'],
    [HOUR_MS - 1, '59 minutes'],
    [HOUR_MS, '1 hour'],
    [3.9 * HOUR_MS, '3 hours'],
    [2 * DAY_MS - 1, '47 hours'],
    [2 * DAY_MS, '2 days'],
    [10 * DAY_MS, '10 days'],
  ])('%d ms are %s', (duration, text) => {
    expect(formatDuration(duration)).toBe(text);
  });
});

test('says the same as Temporal, also where India had another offset', () => {
  const anyInstant = fc.oneof(INSTANT, fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(9999, 11) }));
  fc.assert(
    fc.property(anyInstant, fc.integer({ min: -800, max: 800 }), (instant, days) => {
      const at = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO('Asia/Kolkata');
      expect(istDay(instant)).toBe(at.toPlainDate().toString());
      expect(istMinuteOfDay(instant)).toBe(at.hour * 60 + at.minute);
      expect(formatIst(instant)).toContain(`${at.day} `);
      expect(formatIst(instant)).toContain(` ${at.year}, ${at.toPlainTime().toString().slice(0, 5)} IST`);
      expect(addDays(istDay(instant), days)).toBe(at.toPlainDate().add({ days }).toString());
    }),
  );
  expect(() => addDays('2026-02-30', 1)).toThrow(RangeError);
  expect(() => addDays('2026-02-20', 0.5)).toThrow(RangeError);
  expect(() => istDay(Number.NaN)).toThrow(RangeError);
});
