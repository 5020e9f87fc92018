/** Owns days as people write them. */

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

/**
 * YYYY-MM-DD from 2026-11-20, 20-11-2026, 20/11/2026, 20 Nov, 20 November 2026, Nov 20, today or yesterday.
 * A day without a year is the latest such day not after `today`, unless it lies in the next month: then that is meant,
 * not the one eleven months ago. Undefined when it is no day.
 */
export function parseDay(text: string, today: string): string | undefined {
  const written = text
    .toLowerCase()
    .replace(/[\s,]+/g, ' ')
    .trim();
  if (written === 'today') return today;
  if (written === 'yesterday') return addDays(today, -1);
  let match = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(written);
  if (match) return day(Number(match[1]), Number(match[2]), Number(match[3]));
  match = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(written);
  if (match) return day(Number(match[3]), Number(match[2]), Number(match[1]));
  match = /^(\d{1,2})(?:st|nd|rd|th)?[ -]?([a-z]+)(?:[ -](\d{4}))?$/.exec(written);
  if (match) return named(match[1], match[2], match[3], today);
  match = /^([a-z]+)[ -]?(\d{1,2})(?:st|nd|rd|th)?(?:[ -](\d{4}))?$/.exec(written);
  if (match) return named(match[2], match[1], match[3], today);
  return undefined;
}

function named(
  dayOfMonth: string | undefined,
  monthName: string | undefined,
  year: string | undefined,
  today: string,
): string | undefined {
  const month = monthOf(monthName ?? '');
  if (!month) return undefined;
  if (year) return day(Number(year), month, Number(dayOfMonth));
  const thisYear = Number(today.slice(0, 4));
  const written = (candidate: number): string | undefined => day(candidate, month, Number(dayOfMonth));
  const soon = [thisYear, thisYear + 1].map(written).find((found) => found !== undefined && found > today);
  if (soon && soon <= addDays(today, SOON_DAYS)) return soon;
  // 29 Feb may lie up to eight years back.
  for (let candidate = thisYear; candidate >= thisYear - 8; candidate -= 1) {
    const found = written(candidate);
    if (found && found <= today) return found;
  }
  return undefined;
}
