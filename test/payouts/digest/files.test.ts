/** Owns which files follow a digest, by the day of its own time zone, and what a chart is drawn from. */

import { describe, expect, test } from 'vitest';
import { CHART_DAYS, chartData, chartDays, dayIn, filesAfter } from '../../../src/payouts/digest/files.ts';
import { DAY_MS } from '../../../src/payouts/time.ts';

describe('what follows a digest', () => {
  test.each([
    // 23 November 2026 is a Monday.
    ['Asia/Kolkata', '2026-11-23T00:10:00+05:30', ['list', 'chart']],
    ['UTC', '2026-11-23T00:10:00+05:30', ['list']],
    ['America/New_York', '2026-11-23T23:50:00-05:00', ['list', 'chart']],
    ['Asia/Kolkata', '2026-11-24T00:00:00+05:30', ['list']],
  ])('in %s at %s', (timezone, at, kinds) => {
    expect(filesAfter(timezone, Date.parse(at))).toEqual(kinds);
  });
});

describe('the days of a chart', () => {
  test('are thirty, up to the digest’s own day', () => {
    const days = chartDays('Asia/Kolkata', Date.parse('2026-11-23T10:00:00+05:30'));
    expect(days).toHaveLength(CHART_DAYS);
    expect([days[0], days.at(-1)]).toEqual(['2026-10-25', '2026-11-23']);
  });

  test('are each there once where a day has 23 or 25 hours', () => {
    for (const at of ['2026-03-09T12:00:00Z', '2026-11-02T12:00:00Z']) {
      const days = chartDays('America/New_York', Date.parse(at));
      expect(new Set(days).size).toBe(CHART_DAYS);
      expect(Date.parse(days.at(-1) ?? '') - Date.parse(days[0] ?? '')).toBe((CHART_DAYS - 1) * DAY_MS);
    }
  });

  test('a day is that of the time zone', () => {
    const at = Date.parse('2026-11-22T20:00:00Z');
    expect([dayIn('Asia/Kolkata', at), dayIn('UTC', at)]).toEqual(['2026-11-23', '2026-11-22']);
  });
});

test('a chart shows its days and statuses alone', () => {
  const total = (day: string, status: 'EXPIRED' | 'CLAIMED') =>
    ({ day, status, count: 1, totalPaise: 1n }) as const;
  const data = chartData(
    'UTC',
    ['2026-11-21', '2026-11-22'],
    [total('2026-11-20', 'EXPIRED'), total('2026-11-22', 'EXPIRED'), total('2026-11-22', 'CLAIMED')],
    ['EXPIRED'],
  );
  expect(data.totals).toEqual([total('2026-11-22', 'EXPIRED')]);
});
