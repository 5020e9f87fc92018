/** Owns due times without a digest: days that are skipped, each in the time zone of the schedule, and pauses. */

import { WEEKDAYS, type Weekday } from './cron.ts';

export interface Skip {
  weekdays: ReadonlySet<Weekday>;
  /** YYYY-MM-DD. */
  dates: ReadonlySet<string>;
}

export const NO_SKIP: Skip = { weekdays: new Set(), dates: new Set() };

/** Whether this due time falls on a day without a digest. */
export function isSkipped(dueAt: number, timezone: string, { weekdays, dates }: Skip): boolean {
  if (weekdays.size === 0 && dates.size === 0) return false;
  const day = Temporal.Instant.fromEpochMilliseconds(dueAt).toZonedDateTimeISO(timezone).toPlainDate();
  const weekday = WEEKDAYS[day.dayOfWeek - 1];
  return dates.has(day.toString()) || (weekday !== undefined && weekdays.has(weekday));
}

/** More skipped due times are not told one by one. */
const MOST_SKIPPED = 60;

/** The due times without a digest that the next one tells, oldest first. */
export function withSkipped(skipped: readonly number[], more: readonly number[]): number[] {
  return [...new Set([...skipped, ...more])].sort((one, other) => one - other).slice(-MOST_SKIPPED);
}
