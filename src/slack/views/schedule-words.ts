/** Owns a digest's schedule in words: when it comes, and which links it holds. Plain text: a purpose is from outside. */

import { plainSchedule, WEEKDAYS, type Weekday } from '../../payouts/subscriptions/cron.ts';
import type { Definition } from '../../payouts/subscriptions/subscription.ts';
import { clean } from '../block-kit/text.ts';

export const WEEKDAY_LABELS: Readonly<Record<Weekday, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

const PURPOSE_LENGTH = 100;

/** "Monday to Friday at 10:00, Asia/Kolkata", or the expression for what these words cannot say. */
export function scheduleWords({ cron, timezone }: Pick<Definition, 'cron' | 'timezone'>): string {
  const schedule = plainSchedule(cron);
  const when = schedule ? `${daysWords(schedule.days)} at ${listed(schedule.times)}` : `cron ${cron}`;
  return `${clean(when, PURPOSE_LENGTH)}, ${clean(timezone, PURPOSE_LENGTH)}`;
}

/** "Every day", "Monday to Friday", "Monday, Wednesday and Friday". */
function daysWords(days: readonly Weekday[]): string {
  if (days.length === WEEKDAYS.length) return 'Every day';
  const [first, last] = [days[0], days.at(-1)];
  const from = first === undefined ? 0 : WEEKDAYS.indexOf(first);
  const isRange = days.length > 2 && days.every((day, index) => WEEKDAYS[from + index] === day);
  if (isRange && first && last) return `${WEEKDAY_LABELS[first]} to ${WEEKDAY_LABELS[last]}`;
  return listed(days.map((day) => WEEKDAY_LABELS[day]));
}

/** "EXPIRED and PROCESSING links", "ISSUED links whose purpose contains “salary”". */
export function contentWords({ statuses, purpose }: Pick<Definition, 'statuses' | 'purpose'>): string {
  const links = `${listed(statuses)} links`;
  return purpose === undefined
    ? links
    : `${links} whose purpose contains “${clean(purpose, PURPOSE_LENGTH)}”`;
}

/** "A, B and C". */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** Days named one by one; more are counted. */
const NAMED = 3;
const DAY = new Map<string, Intl.DateTimeFormat>();

/** "Sunday was skipped", "Sat 21 Nov and Sun 22 Nov were skipped", "5 digests were skipped"; '' for none. */
export function skippedWords(skipped: readonly number[], timezone: string): string {
  if (skipped.length === 0) return '';
  const days = [...new Set(skipped.map((dueAt) => dayOf(dueAt, timezone)))];
  if (days.length > NAMED) return `${skipped.length} digests were skipped`;
  return `${listed(days)} ${days.length === 1 ? 'was' : 'were'} skipped`;
}

/** "Sun 22 Nov". */
function dayOf(dueAt: number, timeZone: string): string {
  const format =
    DAY.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short' });
  DAY.set(timeZone, format);
  return format.format(dueAt).replace(',', '');
}
