/** Owns the cron expressions that people need no cron for: some days of the week at some times. */

/** Monday first, as cron counts them: 1 to 7. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface PlainSchedule {
  /** In the order of WEEKDAYS. */
  days: Weekday[];
  /** HH:MM, in order. */
  times: string[];
}

/** The expression of these days (at least one) at this time (HH:MM). */
export function cronOf(days: readonly Weekday[], time: string): string {
  const [hour, minute] = time.split(':').map(Number);
  const numbers = WEEKDAYS.flatMap((day, index) => (days.includes(day) ? [index + 1] : []));
  const all = numbers.length === WEEKDAYS.length;
  return `${minute ?? 0} ${hour ?? 0} * * ${all ? '*' : numbers.join(',')}`;
}

/** Returns the days and times of an expression; undefined for one that says more than that. */
export function plainSchedule(cron: string): PlainSchedule | undefined {
  const fields = cron.trim().split(/\s+/);
  const [minute = '', hours = '', day, month, weekdays = ''] = fields;
  if (fields.length !== 5 || day !== '*' || month !== '*' || !/^\d{1,2}$/.test(minute)) return undefined;
  if (!/^\d{1,2}(,\d{1,2})*$/.test(hours)) return undefined;
  const days = daysOf(weekdays.toLowerCase());
  if (days === undefined) return undefined;
  const two = (text: string): string => text.padStart(2, '0');
  const times = [...new Set(hours.split(',').map((hour) => `${two(hour)}:${two(minute)}`))].sort();
  return { days, times };
}

function daysOf(field: string): Weekday[] | undefined {
  if (field === '*') return [...WEEKDAYS];
  const chosen = new Set<number>();
  for (const piece of field.split(',')) {
    const [first = '', last = first, ...more] = piece.split('-');
    const from = numberOf(first);
    const to = numberOf(last);
    if (from === undefined || to === undefined || more.length > 0) return undefined;
    // "0-5" begins with Sunday, "5-7" ends with it.
    const end = to === 0 && from > 0 ? 7 : to;
    if (from > end) return undefined;
    for (let day = from; day <= end; day += 1) chosen.add(day === 0 ? 7 : day);
  }
  return WEEKDAYS.filter((_, index) => chosen.has(index + 1));
}

function numberOf(day: string): number | undefined {
  if (/^[0-7]$/.test(day)) return Number(day);
  const index = WEEKDAYS.findIndex((name) => name === day);
  return index === -1 ? undefined : index + 1;
}
