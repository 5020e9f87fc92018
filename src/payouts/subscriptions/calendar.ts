/** Owns the due times of a cron expression in a time zone: the one source for what is due now and what was missed. */

import { Cron } from 'croner';

export interface Calendar {
  /** Returns the first due time after `at`; undefined when there is none. */
  next(at: number): number | undefined;
  /** Returns the due times in (`after`, `upTo`], oldest first; of more than `limit` the newest. */
  between(after: number, upTo: number, limit: number): number[];
}

/**
 * Five fields or six with seconds first, or `@daily` and its like. By daylight saving a time that exists twice is due
 * once, and a time that does not exist is due at the first moment after the gap. A day of the month and a weekday
 * together mean either of them, as in cron. Throws for an expression that `isCron` refuses.
 */
export function createCalendar(cron: string, timezone: string): Calendar {
  const expression = parse(cron, timezone);
  return {
    next: (at) => expression.nextRun(new Date(at))?.getTime(),
    between(after, upTo, limit) {
      const times: number[] = [];
      // Backwards from the end, so that the cost is bounded by `limit`, however long no replica ran.
      let before = Math.floor(upTo / 1_000) * 1_000 + 1_000;
      while (times.length < limit) {
        const time = expression.previousRuns(1, new Date(before))[0]?.getTime();
        if (time === undefined || time <= after) break;
        times.push(time);
        before = time;
      }
      return times.toReversed();
    },
  };
}

/** Whether this is a cron expression that is ever due. */
export function isCron(text: string): boolean {
  // A date alone is due once, which is no schedule.
  if (!/^(@\w+|\S+(\s+\S+){4,5})$/.test(text)) return false;
  try {
    return parse(text, 'UTC').nextRun() !== null;
  } catch {
    return false;
  }
}

function parse(cron: string, timezone: string): Cron {
  return new Cron(cron, { timezone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' });
}
