/** Owns the due times of a schedule: once a day through daylight saving, the same forwards and backwards. */

import { describe, expect, test } from 'vitest';
import { createCalendar, isCron } from '../../../src/payouts/subscriptions/calendar.ts';
import { DAY_MS } from '../../../src/payouts/time.ts';

const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const iso = (times: readonly number[]): string[] => times.map((time) => new Date(time).toISOString());
const NEW_YORK = 'America/New_York';

/** The due times after `from`, in the order in which they come. */
function forwards(cron: string, timezone: string, from: number, to: number): number[] {
  const calendar = createCalendar(cron, timezone);
  const times: number[] = [];
  for (let time = calendar.next(from); time !== undefined && time <= to; time = calendar.next(time)) {
    times.push(time);
  }
  return times;
}

describe('daylight saving in New York', () => {
  test('a time that exists twice is due once, at its first', () => {
    const days: [number, number] = [at('2026-10-31T12:00:00Z'), at('2026-11-02T12:00:00Z')];
    const due = ['2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z'];
    expect(iso(forwards('30 1 * * *', NEW_YORK, ...days))).toEqual(due);
    expect(iso(createCalendar('30 1 * * *', NEW_YORK).between(...days, 9))).toEqual(due);
  });

  test('each of several times a day is due once', () => {
    const days: [number, number] = [at('2026-11-01T04:00:00Z'), at('2026-11-02T04:00:00Z')];
    expect(iso(forwards('30 1,9 * * *', NEW_YORK, ...days))).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T14:30:00.000Z',
    ]);
  });

  test('a time that does not exist is due at the first moment after the gap', () => {
    const days: [number, number] = [at('2026-03-07T12:00:00Z'), at('2026-03-09T12:00:00Z')];
    const due = ['2026-03-08T07:00:00.000Z', '2026-03-09T06:30:00.000Z'];
    expect(iso(forwards('30 2 * * *', NEW_YORK, ...days))).toEqual(due);
    expect(iso(createCalendar('30 2 * * *', NEW_YORK).between(...days, 9))).toEqual(due);
  });

  test.each(['America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kolkata'])(
    'in %s every day of a year has one, and both directions agree',
    (timezone) => {
      const from = at('2026-01-01T12:00:00Z');
      for (const cron of ['30 1 * * *', '30 2 * * *', '0 0 * * *']) {
        const times = forwards(cron, timezone, from, from + 365 * DAY_MS);
        const days = times.map((time) =>
          Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timezone).toPlainDate().toString(),
        );
        expect(days).toHaveLength(365);
        expect(new Set(days).size).toBe(365);
        expect(createCalendar(cron, timezone).between(from, from + 365 * DAY_MS, 999)).toEqual(times);
      }
    },
  );
});

describe('the bounds', () => {
  const calendar = createCalendar('0 10 * * *', 'UTC');
  const [first, second, third] = [20, 21, 22].map((day) => at(`2026-11-${day}T10:00:00Z`));

  test('after the first bound, up to and with the second', () => {
    expect(calendar.between(first ?? 0, third ?? 0, 9)).toEqual([second, third]);
    expect(calendar.between((first ?? 0) - 1, (second ?? 0) + 999, 9)).toEqual([first, second]);
    expect(calendar.between(first ?? 0, (second ?? 0) - 1, 9)).toEqual([]);
  });

  test('next is after the moment, never at it', () => {
    expect(calendar.next(first ?? 0)).toBe(second);
    expect(calendar.next((first ?? 0) - 1)).toBe(first);
  });

  test('a date that never comes is never due, nor ever was', () => {
    const never = createCalendar('0 10 31 2 *', 'UTC');
    expect(never.next(first ?? 0)).toBeUndefined();
    expect(never.between(first ?? 0, third ?? 0, 9)).toEqual([]);
  });

  test('of more than the limit, the newest', () => {
    expect(calendar.between((first ?? 0) - 9 * DAY_MS, third ?? 0, 2)).toEqual([second, third]);
  });

  test('six fields count seconds', () => {
    const seconds = createCalendar('*/20 0 10 * * *', 'UTC');
    expect(seconds.between(first ?? 0, (first ?? 0) + 40_000, 9)).toEqual([
      (first ?? 0) + 20_000,
      (first ?? 0) + 40_000,
    ]);
  });

  test('a month away costs a bounded number of steps for a schedule of every second', () => {
    const every = createCalendar('* * * * * *', 'UTC');
    expect(every.between(first ?? 0, (first ?? 0) + 31 * DAY_MS, 3)).toHaveLength(3);
  });

  test('a day of the month and a weekday together mean either, as in cron', () => {
    const mondaysAndFirst = createCalendar('0 10 1 * 1', 'UTC');
    expect(iso(mondaysAndFirst.between(at('2026-11-28T00:00:00Z'), at('2026-12-02T00:00:00Z'), 9))).toEqual([
      '2026-11-30T10:00:00.000Z',
      '2026-12-01T10:00:00.000Z',
    ]);
  });
});

describe('what a cron expression is', () => {
  test.each([
    '0 10 * * *',
    '0  10 * * *',
    '0\t10 * * *',
    '30 0 10 * * *',
    '0 10 * * MON-FRI',
    '0 10 L * *',
    '0 10 15W * *',
    '@daily',
  ])('%j', (text) => expect(isCron(text)).toBe(true));

  test.each([
    'daily',
    '0 25 * * *',
    '0 10 * *',
    '0 0 10 * * * 2027',
    '@reboot',
    '2026-11-20T10:00:00',
    '0 0 31 2 *',
    ' 0 10 * * *',
    '0 10 * * * ',
    '',
  ])('not %s', (text) => expect(isCron(text)).toBe(false));
});
