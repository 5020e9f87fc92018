/** Owns days and times as cron and back, days that are skipped, and which due time is next. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCalendar } from '../../../src/payouts/subscriptions/calendar.ts';
import { cronOf, plainSchedule, WEEKDAYS } from '../../../src/payouts/subscriptions/cron.ts';
import { isSkipped, NO_SKIP, withSkipped } from '../../../src/payouts/subscriptions/skip.ts';
import { dueOf, isTooOften, nextTimes } from '../../../src/payouts/subscriptions/subscription.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';

const at = (text: string): number => Date.parse(text);
const KOLKATA = 'Asia/Kolkata';
const SUNDAYS = { weekdays: new Set(['sun'] as const), dates: new Set(['2026-12-25']) };

test('days and a time become cron, come back as they were, and come due on those days alone', () => {
  const days = fc.subarray([...WEEKDAYS], { minLength: 1 });
  const time = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
  fc.assert(
    fc.property(days, time, (chosen, clock) => {
      const cron = cronOf(chosen, clock);
      expect(plainSchedule(cron)).toEqual({ days: chosen, times: [clock] });
      const calendar = createCalendar(cron, KOLKATA);
      const from = at('2026-11-23T00:00:00+05:30');
      const due = calendar.between(from - 1, from + 7 * DAY_MS - 1, 99);
      const weekdays = due.map((dueAt) => WEEKDAYS[Math.floor((dueAt - from) / DAY_MS)]);
      expect(weekdays).toEqual(chosen);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['0 10 * * *', [...WEEKDAYS], ['10:00']],
  ['5 9,18 * * 1-5', ['mon', 'tue', 'wed', 'thu', 'fri'], ['09:05', '18:05']],
  ['0 10 * * mon,WED', ['mon', 'wed'], ['10:00']],
  ['0 10 * * 0', ['sun'], ['10:00']],
  ['0 10 * * 7', ['sun'], ['10:00']],
  ['0 10 * * 5-7', ['fri', 'sat', 'sun'], ['10:00']],
  ['0 10 * * fri-0', ['fri', 'sat', 'sun'], ['10:00']],
])('%s is plain', (cron, days, times) => {
  expect(plainSchedule(cron)).toEqual({ days, times });
});

test.each([
  '0 10 1 * *',
  '0 10 * 1 *',
  '*/5 * * * *',
  '0 8-10 * * *',
  '0 0 10 * * *',
  '0 10 * * 5-1',
  '0 10 * * 1#2',
  '0 10 * * 1-2-3',
  '@daily',
])('%s says more than days and times', (cron) => {
  expect(plainSchedule(cron)).toBeUndefined();
});

describe('days that are skipped', () => {
  test('are days of the schedule’s own zone', () => {
    // Sunday 22:00 in London is Monday in India.
    const late = at('2026-11-22T22:00:00Z');
    expect(isSkipped(late, 'Europe/London', SUNDAYS)).toBe(true);
    expect(isSkipped(late, KOLKATA, SUNDAYS)).toBe(false);
    expect(isSkipped(at('2026-12-25T00:00:00+05:30'), KOLKATA, SUNDAYS)).toBe(true);
    expect(isSkipped(at('2026-12-25T00:00:00+05:30') - 1, KOLKATA, SUNDAYS)).toBe(false);
    expect(isSkipped(late, KOLKATA, NO_SKIP)).toBe(false);
  });

  test('are neither read nor missed', () => {
    const [saturday = 0, sunday = 0, monday = 0] = [21, 22, 23].map((day) =>
      at(`2026-11-${day}T10:00:00+05:30`),
    );
    const how = { timezone: KOLKATA, graceMs: HOUR_MS, skip: SUNDAYS };
    const due = [saturday, sunday, monday];
    expect(dueOf(due, monday + 1, how)).toEqual({ run: monday, missed: [saturday], skipped: [sunday] });
    expect(dueOf([sunday], sunday + 1, how)).toEqual({ run: undefined, missed: [], skipped: [sunday] });
    // The last one that is not skipped is still in time.
    expect(dueOf([saturday, sunday], saturday + MINUTE_MS, how)).toEqual({
      run: saturday,
      missed: [],
      skipped: [sunday],
    });
  });

  test('are told once each, in order, and not without end', () => {
    expect(withSkipped([3, 1], [2, 3])).toEqual([1, 2, 3]);
    const many = Array.from({ length: 100 }, (_, index) => index);
    expect(withSkipped(many, [500])).toHaveLength(60);
    expect(withSkipped(many, [500]).at(-1)).toBe(500);
  });
});

test('the next times leave out days that are skipped, and end when none is left', () => {
  const daily = { cron: '0 10 * * *', timezone: KOLKATA };
  const from = at('2026-11-21T10:00:00+05:30');
  expect(nextTimes(daily, from, { skip: SUNDAYS, amount: 2 })).toEqual([
    from + 2 * DAY_MS,
    from + 3 * DAY_MS,
  ]);
  const sundays = { ...daily, cron: '0 10 * * 0' };
  expect(nextTimes(sundays, from, { skip: SUNDAYS, amount: 2 })).toEqual([]);
});

test.each([
  ['* * * * *', true],
  ['0,30 10 * * *', true],
  ['0 * * * *', false],
  ['59 9 * * 1', false],
  ['0,59 10 1 * *', true],
  ['0 10 29 2 *', false],
])('%s comes more than once an hour: %s', (cron, expected) => {
  expect(isTooOften({ cron, timezone: KOLKATA })).toBe(expected);
});
