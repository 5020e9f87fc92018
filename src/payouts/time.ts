/** Owns time: instants are epoch milliseconds in UTC inside; people and InstantPay speak IST (R6). */

/** Returns now, in epoch milliseconds. */
export type Clock = () => number;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const IST = 'Asia/Kolkata';
const IST_OFFSET_MS = 5.5 * HOUR_MS;
const NAIVE = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?$/;
const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** After so many years the calendar is the same again. Date.UTC takes the years 0 to 99 for 1900 to 1999. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * DAY_MS;

/** Epoch milliseconds of a naive IST time as InstantPay writes it ("2023-12-12 14:51:25"), or undefined. */
export function parseIst(text: string): number | undefined {
  const trimmed = text.trim();
  // Each number has its place; the parts of a match would be garbage, and a walk reads two times of each link.
  if (!NAIVE.test(trimmed)) return undefined;
  const year = 100 * twoDigits(trimmed, 0) + twoDigits(trimmed, 2);
  const [month, day] = [twoDigits(trimmed, 5), twoDigits(trimmed, 8)];
  const [hour, minute] = [twoDigits(trimmed, 11), twoDigits(trimmed, 14)];
  const second = trimmed.charCodeAt(16) === 0x3a ? twoDigits(trimmed, 17) : 0;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  // Date.UTC takes 30 February for 2 March.
  const isLeapDay = month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day < 1 || (day > (DAYS_OF_MONTH[month - 1] ?? 0) && !isLeapDay)) return undefined;
  // Arithmetic: a walk reads two times of each link, and Temporal would take most of it.
  const midnight = Date.UTC(year + CYCLE_YEARS, month - 1, day) - CYCLE_MS;
  return midnight + hour * HOUR_MS + minute * MINUTE_MS + second * 1_000 - IST_OFFSET_MS;
}

const twoDigits = (text: string, at: number): number =>
  10 * (text.charCodeAt(at) - 0x30) + text.charCodeAt(at + 1) - 0x30;

interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** 1 for Monday. */
  dayOfWeek: number;
}

/** India has kept its offset since 1945. */
const FIXED_SINCE = Date.UTC(1946, 0);
const FIXED_UNTIL = Date.UTC(9999, 0);

/** By arithmetic: a card says a dozen times, and Temporal takes ten times as long. Throws RangeError for what is no instant. */
function inIst(instant: number): WallTime {
  if (!(instant >= FIXED_SINCE && instant < FIXED_UNTIL && Number.isInteger(instant)))
    return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(IST);
  const at = instant + IST_OFFSET_MS;
  const wall = new Date(at);
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
    dayOfWeek: wall.getUTCDay() || 7,
  };
}

const dayOf = (at: WallTime): Temporal.PlainDate => Temporal.PlainDate.from(at);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** "20 Nov 2026, 14:05 IST". */
export function formatIst(instant: number): string {
  return `${formatIstDay(instant)}, ${formatIstTime(instant)}`;
}

/** The seconds of a time, two digits. */
export function formatSecond(instant: number): string {
  return String(inIst(instant).second).padStart(2, '0');
}

/** "20 Nov 2026". */
export function formatIstDay(instant: number): string {
  const at = inIst(instant);
  return `${at.day} ${MONTHS[at.month - 1]} ${at.year}`;
}

/** "14:05 IST". */
export function formatIstTime(instant: number): string {
  const at = inIst(instant);
  return `${String(at.hour).padStart(2, '0')}:${String(at.minute).padStart(2, '0')} IST`;
}

/** "today 16:30", "tomorrow 10:00", "yesterday 09:15", else "22 Nov 2026, 14:05": IST, which the footer says once. */
export function formatWhen(instant: number, now: number): string {
  const time = formatIstTime(instant).replace(' IST', '');
  const today = istDay(now);
  switch (istDay(instant)) {
    case today:
      return `today ${time}`;
    case addDays(today, 1):
      return `tomorrow ${time}`;
    case addDays(today, -1):
      return `yesterday ${time}`;
    default:
      return `${formatIstDay(instant)}, ${time}`;
  }
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
/** A weekday is said of days within this distance: beyond it, it could be taken for another week's. */
const WEEKDAY_DAYS = 6;

/** "Fri 20 Nov". */
export function formatWeekday(instant: number): string {
  const at = inIst(instant);
  return `${WEEKDAYS[at.dayOfWeek - 1]} ${at.day} ${MONTHS[at.month - 1]}`;
}

/** "today", "Sat", "12 Nov", "12 Nov 2025": the shortest that says which day, and stays true when it is read the day after. */
export function formatShortDay(instant: number, now: number): string {
  const at = inIst(instant);
  const today = inIst(now);
  const days = dayOf(today).until(dayOf(at)).days;
  if (days === 0) return 'today';
  if (Math.abs(days) <= WEEKDAY_DAYS) return WEEKDAYS[at.dayOfWeek - 1] ?? '';
  return `${at.day} ${MONTHS[at.month - 1]}${at.year === today.year ? '' : ` ${at.year}`}`;
}

/** "14:05". */
export function formatTime(instant: number): string {
  return formatIstTime(instant).replace(' IST', '');
}

/** The day in Asia/Kolkata as YYYY-MM-DD. */
export function istDay(instant: number): string {
  const at = inIst(instant);
  // Temporal writes other years with a sign and six digits.
  if (at.year < 1000 || at.year > 9999) return dayOf(at).toString();
  return `${at.year}-${String(at.month).padStart(2, '0')}-${String(at.day).padStart(2, '0')}`;
}

/** Minutes since midnight in Asia/Kolkata, 0 to 1439. */
export function istMinuteOfDay(instant: number): number {
  const at = inIst(instant);
  return at.hour * 60 + at.minute;
}

/** Epoch milliseconds of a day (YYYY-MM-DD) and a wall time (HH:MM) in Asia/Kolkata. */
export function istInstant(day: string, time = '00:00'): number {
  return Date.parse(`${day}T${time}:00+05:30`);
}

/** Any other spelling, and the days that not each month has, are left to Temporal. */
const ISO_DAY = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/;

/** The day so many days later, both YYYY-MM-DD. */
export function addDays(day: string, days: number): string {
  const at = Date.parse(`${day}T00:00Z`) + days * DAY_MS;
  const isPlain = ISO_DAY.test(day) && Number.isInteger(days) && at >= FIXED_SINCE && at < FIXED_UNTIL;
  // What is no day, or a part of one, is refused by Temporal.
  if (!isPlain) return Temporal.PlainDate.from(day).add({ days }).toString();
  return new Date(at).toISOString().slice(0, 10);
}

/** "less than a minute", "5 minutes", "3 hours", "2 days": how long, in the largest unit that fits. */
export function formatDuration(durationMs: number): string {
  const [amount, unit] =
    durationMs < HOUR_MS
      ? [Math.floor(durationMs / MINUTE_MS), 'minute']
      : durationMs < 2 * DAY_MS
        ? [Math.floor(durationMs / HOUR_MS), 'hour']
        : [Math.floor(durationMs / DAY_MS), 'day'];
  if (amount === 0) return 'less than a minute';
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

/** Whether this is the name of an IANA time zone. */
export function isTimezone(text: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
}
