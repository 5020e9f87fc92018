/** Owns days, and periods of days, as people write them. */

import { addDays } from './time.ts';

/** A day this little ahead, written without a year, is one ahead. */
const SOON_DAYS = 31;

const MONTH_NAMES = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

function day(year: number, month: number, dayOfMonth: number): string | undefined {
  try {
    return Temporal.PlainDate.from({ year, month, day: dayOfMonth }, { overflow: 'reject' }).toString();
  } catch {
    return undefined;
  }
}

function monthOf(name: string): number | undefined {
  const lower = name.toLowerCase();
  const index = MONTH_NAMES.findIndex(
    (month) => month === lower || month.slice(0, 3) === lower || (lower === 'sept' && month === 'september'),
  );
  return index === -1 ? undefined : index + 1;
}

const WEEKDAY_NAMES = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const WEEK_DAYS = 7;
/** "9999 days ago" is no day that anybody means. */
const MOST_DAYS = 3_700;

/** Where a day without a year, or a weekday, lies: most days are in the past; `future` is for the end of a period. */
export type DayDirection = 'past' | 'future';

/**
 * YYYY-MM-DD from 2026-11-20, 20-11-2026, 20/11/2026, 20/11, 20 Nov, 20 November 2026, Nov 20, today, yesterday, monday,
 * last friday or 3 days ago; with `future` also from tomorrow, next friday and in 3 days. Undefined when it is no day.
 *
 * In the past, a weekday is the latest not after `today`; so is a day without a year, unless it lies in the next month:
 * then that is meant, not the one eleven months ago. In the future both are the first from `today` on, a weekday the first
 * after `today`.
 */
export function parseDay(text: string, today: string, direction: DayDirection = 'past'): string | undefined {
  const written = text
    .toLowerCase()
    .replace(/[\s,]+/g, ' ')
    .trim();
  if (written === 'today') return today;
  if (written === 'yesterday') return addDays(today, -1);
  if (written === 'tomorrow' && direction === 'future') return addDays(today, 1);
  let match = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(written);
  if (match) return day(Number(match[1]), Number(match[2]), Number(match[3]));
  match = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(written);
  if (match) return day(Number(match[3]), Number(match[2]), Number(match[1]));
  match = /^(\d{1,2})\/(\d{1,2})$/.exec(written);
  if (match) return withoutYear(Number(match[1]), Number(match[2]), today, direction);
  match = /^(\d{1,2})(?:st|nd|rd|th)?[ -]?([a-z]+)(?:[ -](\d{4}))?$/.exec(written);
  const found = match && named(match[1], match[2], match[3], today, direction);
  if (found) return found;
  match = /^([a-z]+)[ -]?(\d{1,2})(?:st|nd|rd|th)?(?:[ -](\d{4}))?$/.exec(written);
  if (match) return named(match[2], match[1], match[3], today, direction);
  return weekday(written, today, direction) ?? daysAway(written, today, direction);
}

function named(
  dayOfMonth: string | undefined,
  monthName: string | undefined,
  year: string | undefined,
  today: string,
  direction: DayDirection,
): string | undefined {
  const month = monthOf(monthName ?? '');
  if (!month) return undefined;
  if (year) return day(Number(year), month, Number(dayOfMonth));
  return withoutYear(Number(dayOfMonth), month, today, direction);
}

function withoutYear(
  dayOfMonth: number,
  month: number,
  today: string,
  direction: DayDirection,
): string | undefined {
  const thisYear = Number(today.slice(0, 4));
  // 29 Feb may lie up to eight years away.
  const years = (step: 1 | -1): number[] => Array.from({ length: 9 }, (_, index) => thisYear + step * index);
  const first = (candidates: number[], fits: (found: string) => boolean): string | undefined =>
    candidates
      .map((year) => day(year, month, dayOfMonth))
      .find((found) => found !== undefined && fits(found));
  if (direction === 'future') return first(years(1), (found) => found >= today);
  const soon = first([thisYear, thisYear + 1], (found) => found > today);
  return soon && soon <= addDays(today, SOON_DAYS) ? soon : first(years(-1), (found) => found <= today);
}

/** "monday", "mon", "last friday", "next friday". */
function weekday(written: string, today: string, direction: DayDirection): string | undefined {
  const [, which = '', name = ''] = /^(?:(last|next|this) )?([a-z]{3,9})$/.exec(written) ?? [];
  const index = WEEKDAY_NAMES.findIndex((full) => full === name || full.slice(0, 3) === name);
  if (index === -1 || which === (direction === 'past' ? 'next' : 'last')) return undefined;
  const back = (Temporal.PlainDate.from(today).dayOfWeek - (index + 1) + WEEK_DAYS) % WEEK_DAYS;
  if (direction === 'future') return addDays(today, WEEK_DAYS - back);
  return addDays(today, back === 0 && which === 'last' ? -WEEK_DAYS : -back);
}

/** "3 days ago", "a week ago"; in the future "in 3 days". */
function daysAway(written: string, today: string, direction: DayDirection): string | undefined {
  const pattern =
    direction === 'past' ? /^(\d{1,4}|an?|one) (day|week)s? ago$/ : /^in (\d{1,4}|an?|one) (day|week)s?$/;
  const [, amount, unit] = pattern.exec(written) ?? [];
  if (amount === undefined) return undefined;
  const count = (/^\d/.test(amount) ? Number(amount) : 1) * (unit === 'week' ? WEEK_DAYS : 1);
  return count <= MOST_DAYS ? addDays(today, direction === 'past' ? -count : count) : undefined;
}

/** Days, both included. */
export interface Period {
  from: string;
  to: string;
}

/** "Last 9999 days" is no period that anybody means. */
const MOST_DAYS_BACK = 400;

/**
 * A period as people name it, up to `today`: this month, last month, this week, last week, last 7 days, november,
 * nov 2026, today, yesterday. A month without a year is the latest that has begun. Undefined when it is none.
 */
export function parsePeriod(text: string, today: string): Period | undefined {
  const written = text
    .toLowerCase()
    .replace(/[\s,]+/g, ' ')
    .trim();
  if (written === 'today' || written === 'yesterday') {
    const one = addDays(today, written === 'today' ? 0 : -1);
    return { from: one, to: one };
  }
  const [, which, unit] = /^(this|last|previous) (week|month|year)$/.exec(written) ?? [];
  if (unit !== undefined) return upTo(today, wholeUnit(unit, which === 'this' ? 0 : -1, today));
  const [, days = ''] = /^(?:the )?(?:last|past) (\d{1,3}) days?$/.exec(written) ?? [];
  const count = Number(days);
  if (count >= 1 && count <= MOST_DAYS_BACK) return { from: addDays(today, 1 - count), to: today };
  return monthNamed(written, today);
}

/** "november", "nov 2026". */
function monthNamed(written: string, today: string): Period | undefined {
  const [, name = '', year] = /^([a-z]{3,9})(?:[ -](\d{4}))?$/.exec(written) ?? [];
  const month = monthOf(name);
  if (month === undefined) return undefined;
  const { year: thisYear, month: thisMonth } = Temporal.PlainDate.from(today);
  const ofYear = year === undefined ? thisYear - (month > thisMonth ? 1 : 0) : Number(year);
  return upTo(today, monthFrom(Temporal.PlainDate.from({ year: ofYear, month, day: 1 })));
}

/** What has begun of it; undefined when nothing has. */
function upTo(today: string, { from, to }: Period): Period | undefined {
  return from > today ? undefined : { from, to: to > today ? today : to };
}

function monthFrom(first: Temporal.PlainDate): Period {
  return { from: first.toString(), to: first.add({ months: 1 }).subtract({ days: 1 }).toString() };
}

function wholeUnit(unit: string, step: 0 | -1, today: string): Period {
  const date = Temporal.PlainDate.from(today);
  if (unit === 'month') return monthFrom(date.with({ day: 1 }).add({ months: step }));
  if (unit === 'year') {
    const first = date.with({ month: 1, day: 1 }).add({ years: step });
    return { from: first.toString(), to: first.with({ month: 12, day: 31 }).toString() };
  }
  const monday = date.subtract({ days: date.dayOfWeek - 1 }).add({ weeks: step });
  return { from: monday.toString(), to: monday.add({ days: WEEK_DAYS - 1 }).toString() };
}

/** "20 Nov 2026", "3 days ago". */
const LONGEST_DAY = 3;

/**
 * Returns the days that stand in these words one after the other, or the first word that is no day, or begins one more
 * than `most`.
 */
export function parseDays(
  given: readonly string[],
  today: string,
  most = Infinity,
): { days: string[] } | { wrong: string } {
  const days: string[] = [];
  let rest = given;
  while (rest.length > 0) {
    const found = days.length < most ? longestDay(rest, today) : undefined;
    if (!found) return { wrong: rest[0] ?? '' };
    days.push(found.day);
    rest = rest.slice(found.length);
  }
  return { days };
}

function longestDay(given: readonly string[], today: string): { day: string; length: number } | undefined {
  for (let length = Math.min(LONGEST_DAY, given.length); length > 0; length -= 1) {
    const found = parseDay(given.slice(0, length).join(' '), today);
    if (found !== undefined) return { day: found, length };
  }
  return undefined;
}
