/** Owns since when a digest is overdue, over skipped days, pauses and daylight saving. */

import { expect, test } from 'vitest';
import { overdueSince } from '../../src/payouts/open-work.ts';
import { NO_SKIP, type Skip } from '../../src/payouts/subscriptions/skip.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { subscription } from './subscriptions/samples.ts';

const at = (text: string): number => Date.parse(text);
const FRIDAY = at('2026-11-20T10:00:00+05:30');
const MONDAY = at('2026-11-23T10:00:00+05:30');
const WEEKEND: Skip = { weekdays: new Set(['sat', 'sun']), dates: new Set() };
const paused = { why: 'person', at: FRIDAY, by: 'U_ADMIN' } as const;

const since = (
  schedules: Parameters<typeof overdueSince>[0],
  { now, skip = NO_SKIP, open = [] }: { now: number; skip?: Skip; open?: Parameters<typeof overdueSince>[1] },
) => overdueSince(schedules, open, { now, skip });

test('nothing is overdue before its due time, and from then on it is', () => {
  const schedule = subscription({ markAt: FRIDAY - 1 });
  expect(since([], { now: MONDAY })).toBeUndefined();
  expect(since([schedule], { now: FRIDAY - 1 })).toBeUndefined();
  expect(since([schedule], { now: FRIDAY })).toBe(FRIDAY);
  expect(since([schedule], { now: FRIDAY + 5 * HOUR_MS })).toBe(FRIDAY);
});

test('a due time that was accounted for is not overdue, unless its digest is still open', () => {
  const schedule = subscription({ markAt: FRIDAY });
  const now = FRIDAY + HOUR_MS;
  expect(since([schedule], { now })).toBeUndefined();
  expect(since([schedule], { now, open: [{ scheduleId: schedule.id, dueAt: FRIDAY }] })).toBe(FRIDAY);
  expect(since([schedule], { now, open: [{ scheduleId: 'removed', dueAt: FRIDAY }] })).toBeUndefined();
});

test('a paused schedule is never overdue, nor is its open digest', () => {
  const schedule = subscription({ markAt: FRIDAY - 1, paused });
  const open = [{ scheduleId: schedule.id, dueAt: FRIDAY }];
  expect(since([schedule], { now: MONDAY, open })).toBeUndefined();
});

test('of several schedules the longest overdue counts', () => {
  const early = subscription({ id: 's1', cron: '0 9 * * *', markAt: FRIDAY - 2 * HOUR_MS });
  const late = subscription({ id: 's2', markAt: FRIDAY - 1 });
  expect(since([late, early], { now: FRIDAY })).toBe(FRIDAY - HOUR_MS);
});

test('days without a digest are passed over', () => {
  const schedule = subscription({ markAt: FRIDAY });
  expect(since([schedule], { now: MONDAY - 1, skip: WEEKEND })).toBeUndefined();
  expect(since([schedule], { now: MONDAY, skip: WEEKEND })).toBe(MONDAY);
  const dates = { ...WEEKEND, dates: new Set(['2026-11-23']) };
  expect(since([schedule], { now: MONDAY + HOUR_MS, skip: dates })).toBeUndefined();
});

test('a day is skipped in the time zone of its schedule', () => {
  // Saturday in India, Friday in New York.
  const due = at('2026-11-21T02:00:00+05:30');
  const skip: Skip = { weekdays: new Set(['sat']), dates: new Set() };
  const india = subscription({ cron: '0 2 * * *', markAt: due - 1 });
  expect(since([india], { now: due, skip })).toBeUndefined();
  const abroad = subscription({ cron: '30 15 * * *', timezone: 'America/New_York', markAt: due - 1 });
  expect(since([abroad], { now: due, skip })).toBe(due);
});

test('with every day skipped nothing is overdue', () => {
  const weekdays: Skip['weekdays'] = new Set(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
  const now = FRIDAY + 400 * 24 * HOUR_MS;
  expect(since([subscription()], { now, skip: { weekdays, dates: new Set() } })).toBeUndefined();
});

test('by daylight saving a time that does not exist is due after the gap, and one that exists twice is due once', () => {
  const schedule = subscription({ cron: '30 2 * * *', timezone: 'Europe/Berlin' });
  const gap = at('2027-03-28T01:00:00Z');
  const spring = { ...schedule, markAt: gap - HOUR_MS };
  expect(since([spring], { now: gap - 1 })).toBeUndefined();
  expect(since([spring], { now: gap })).toBe(gap);
  const first = at('2026-10-25T00:30:00Z');
  const autumn = { ...schedule, markAt: first - 1 };
  expect(since([autumn], { now: first + 2 * HOUR_MS })).toBe(first);
  expect(since([{ ...autumn, markAt: first }], { now: first + 2 * HOUR_MS })).toBeUndefined();
});

test('a schedule whose cron cannot be read is never overdue', () => {
  expect(since([subscription({ cron: 'never' })], { now: MONDAY })).toBeUndefined();
});
