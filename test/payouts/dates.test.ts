/** Owns days as people write them: every form, missing years, and what is no day. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDay, parseDays, parsePeriod } from '../../src/payouts/dates.ts';
import { addDays } from '../../src/payouts/time.ts';

const TODAY = '2026-11-20';

describe('parseDay', () => {
  test.each([
    ['today', '2026-11-20'],
    [' TODAY ', '2026-11-20'],
    ['yesterday', '2026-11-19'],
    ['2026-11-20', '2026-11-20'],
    ['2026/11/2', '2026-11-02'],
    ['2026.1.2', '2026-01-02'],
    ['20-11-2026', '2026-11-20'],
    ['2/1/2026', '2026-01-02'],
    ['20.11.2026', '2026-11-20'],
    ['20 Nov', '2026-11-20'],
    ['21 Nov', '2026-11-21'],
    ['21 Dec', '2026-12-21'],
    ['22 Dec', '2025-12-22'],
    ['20nov', '2026-11-20'],
    ['20-Nov', '2026-11-20'],
    ['20-Nov-2025', '2025-11-20'],
    ['20 November 2025', '2025-11-20'],
    ['1st Dec', '2026-12-01'],
    ['2nd of', undefined],
    ['2nd Jan', '2026-01-02'],
    ['3rd jan', '2026-01-03'],
    ['4th  jan', '2026-01-04'],
    ['Nov 20', '2026-11-20'],
    ['Nov 20th, 2025', '2025-11-20'],
    ['November 20 2025', '2025-11-20'],
    ['nov-20-2025', '2025-11-20'],
    ['nov20', '2026-11-20'],
    ['20 Nov,', '2026-11-20'],
    ['20, Nov, 2025', '2025-11-20'],
    ['5 Sept', '2026-09-05'],
    ['5 sep', '2026-09-05'],
    ['29 Feb', '2024-02-29'],
    ['29 Feb 2024', '2024-02-29'],
    ['31 Dec 2027', '2027-12-31'],
    ['2027-12-31', '2027-12-31'],
    ['20/11', '2026-11-20'],
    ['21/11', '2026-11-21'],
    ['19/11', '2026-11-19'],
    ['22/12', '2025-12-22'],
    ['1/2', '2026-02-01'],
    ['29/02', '2024-02-29'],
    ['Friday', '2026-11-20'],
    ['fri', '2026-11-20'],
    ['monday', '2026-11-16'],
    ['this monday', '2026-11-16'],
    ['saturday', '2026-11-14'],
    ['sun', '2026-11-15'],
    ['last friday', '2026-11-13'],
    ['last  thursday', '2026-11-19'],
    ['last sat', '2026-11-14'],
    ['3 days ago', '2026-11-17'],
    ['1 day ago', '2026-11-19'],
    ['a day ago', '2026-11-19'],
    ['0 days ago', '2026-11-20'],
    ['a week ago', '2026-11-13'],
    ['2 weeks ago', '2026-11-06'],
    ['3700 days ago', '2016-10-03'],
  ])('%j is %s', (text, day) => {
    expect(parseDay(text, TODAY)).toBe(day);
  });

  test.each([
    '',
    'tomorrow',
    '20',
    'Nov',
    'Nov 2026',
    '20 No',
    '20 Nova',
    '20 Novem',
    '5 septe',
    '31 Nov',
    '30 Feb',
    '29 Feb 2026',
    '2026-13-01',
    '2026-11-31',
    '32-01-2026',
    '00-01-2026',
    '20-11-26',
    '20 Nov 26',
    '2026-11-20 14:00',
    'on 20 Nov',
    '20 Nov x',
    '120 Nov',
    'Nov 120',
    'x2026-11-20',
    '2026-11-201',
    '120-11-2026',
    '20-11-2026x',
    'x Nov 20',
    '20 3 2026',
    '31/11',
    '13/13',
    '0/1',
    '20/11/',
    '20-11',
    '20.11',
    'next friday',
    'in 3 days',
    'last',
    'last day',
    'frida',
    'fr',
    'mondays',
    'last next friday',
    '3 days',
    'days ago',
    '3701 days ago',
    '9999 weeks ago',
    '3 months ago',
  ])('%j is no day', (text) => {
    expect(parseDay(text, TODAY)).toBeUndefined();
  });

  test.each([
    ['today', '2026-11-20'],
    ['tomorrow', '2026-11-21'],
    ['friday', '2026-11-27'],
    ['next friday', '2026-11-27'],
    ['sat', '2026-11-21'],
    ['thursday', '2026-11-26'],
    ['20/11', '2026-11-20'],
    ['19/11', '2027-11-19'],
    ['19 Nov', '2027-11-19'],
    ['1 Jan', '2027-01-01'],
    ['29 Feb', '2028-02-29'],
    ['in 3 days', '2026-11-23'],
    ['in a week', '2026-11-27'],
    ['2026-12-24', '2026-12-24'],
    ['24-12-2026', '2026-12-24'],
    ['last friday', undefined],
    ['3 days ago', undefined],
    ['in 3701 days', undefined],
    ['in 3', undefined],
  ])('%j, ahead, is %s', (text, day) => {
    expect(parseDay(text, TODAY, 'future')).toBe(day);
  });

  test('a weekday is the latest one not after today; last, before it; ahead, after it', () => {
    const names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
    for (const name of names) {
      for (let shift = 0; shift < 7; shift += 1) {
        const today = addDays(TODAY, shift);
        const found = parseDay(name, today) ?? '';
        expect(Temporal.PlainDate.from(found).dayOfWeek).toBe(names.indexOf(name) + 1);
        expect(found <= today && found > addDays(today, -7)).toBe(true);
        expect(parseDay(name.slice(0, 3), today)).toBe(found);
        expect(parseDay(`last ${name}`, today)).toBe(found === today ? addDays(today, -7) : found);
        expect(parseDay(name, today, 'future')).toBe(addDays(found, 7));
      }
    }
  });

  test('the leap day is found up to eight years back', () => {
    expect(parseDay('29 Feb', '2104-01-28')).toBe('2096-02-29');
    expect(parseDay('29 Feb', '2104-01-29')).toBe('2104-02-29');
    expect(parseDay('29 Feb', '2104-02-29')).toBe('2104-02-29');
  });

  test('every month is known in short and in full', () => {
    const short = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
    const months = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' });
    for (const [index, name] of short.entries()) {
      const full = months.format(Date.UTC(2025, index, 3));
      const day = `2025-${String(index + 1).padStart(2, '0')}-03`;
      expect(parseDay(`3 ${name} 2025`, TODAY)).toBe(day);
      expect(parseDay(`3 ${full} 2025`, TODAY)).toBe(day);
    }
  });

  test('a day written in any way is the same day; without its year it is the latest one, if not soon again', () => {
    const days = fc.integer({ min: 0, max: 364 - 31 }).map((ago) => addDays(TODAY, -ago));
    fc.assert(
      fc.property(days, (day) => {
        const [year, month, dayOfMonth] = day.split('-').map(Number);
        const name = new Intl.DateTimeFormat('en', { month: 'short', timeZone: 'UTC' }).format(
          Date.parse(day),
        );
        for (const written of [
          day,
          `${dayOfMonth}-${month}-${year}`,
          `${dayOfMonth} ${name}`,
          `${name} ${dayOfMonth}, ${year}`,
        ]) {
          expect(parseDay(written, TODAY)).toBe(day);
        }
      }),
    );
  });
});

describe('parsePeriod', () => {
  // A Friday.
  const TODAY_IS = '2026-11-20';
  test.each([
    ['today', '2026-11-20', '2026-11-20'],
    ['Yesterday', '2026-11-19', '2026-11-19'],
    ['this month', '2026-11-01', '2026-11-20'],
    ['last month', '2026-10-01', '2026-10-31'],
    ['previous month', '2026-10-01', '2026-10-31'],
    ['this week', '2026-11-16', '2026-11-20'],
    ['last week', '2026-11-09', '2026-11-15'],
    ['this year', '2026-01-01', '2026-11-20'],
    ['last year', '2025-01-01', '2025-12-31'],
    ['last 7 days', '2026-11-14', '2026-11-20'],
    ['the past 1 day', '2026-11-20', '2026-11-20'],
    ['november', '2026-11-01', '2026-11-20'],
    ['Dec', '2025-12-01', '2025-12-31'],
    ['feb 2024', '2024-02-01', '2024-02-29'],
    ['sept', '2026-09-01', '2026-09-30'],
  ])('%s', (text, from, to) => {
    expect(parsePeriod(text, TODAY_IS)).toEqual({ from, to });
  });

  test.each([
    '',
    'next month',
    'last 0 days',
    'last 999 days',
    'dec 2026',
    'mayday',
    '20 Nov',
    'last',
    'month',
  ])('%j is none', (text) => {
    expect(parsePeriod(text, TODAY_IS)).toBeUndefined();
  });

  test('the month before January is in the year before', () => {
    expect(parsePeriod('last month', '2026-01-05')).toEqual({ from: '2025-12-01', to: '2025-12-31' });
  });
});

test('days one after the other; the first word that is none', () => {
  expect(parseDays(['1', 'Nov', '2026', '20/11', 'yesterday'], '2026-11-20')).toEqual({
    days: ['2026-11-01', '2026-11-20', '2026-11-19'],
  });
  expect(parseDays(['1', 'Nov', 'Asha'], '2026-11-20')).toEqual({ wrong: 'Asha' });
  expect(parseDays([], '2026-11-20')).toEqual({ days: [] });
});
