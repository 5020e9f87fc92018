/** Owns time as InstantPay tells it: IST, five and a half hours ahead of UTC all year. */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
const IST_OFFSET_MS = 5.5 * HOUR_MS;

/** The day in IST, YYYY-MM-DD. */
export function istDay(instant: number): string {
  return new Date(instant + IST_OFFSET_MS).toISOString().slice(0, 10);
}

/** Epoch milliseconds of a day (YYYY-MM-DD) and a wall time (HH:MM) in IST. */
export function istInstant(day: string, time = '00:00'): number {
  return Date.parse(`${day}T${time}:00+05:30`);
}

/** The day so many days later, both YYYY-MM-DD. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}
