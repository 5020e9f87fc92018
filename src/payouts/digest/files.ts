/** Owns what follows a posted digest in its thread: the list as a CSV file, and on Mondays a chart; and the totals behind it. */

import { KNOWN_STATUSES, type KnownStatus } from '../links/link.ts';
import type { DigestRun } from './run.ts';

export const DIGEST_FILE_KINDS = ['list', 'chart'] as const;
export type DigestFileKind = (typeof DIGEST_FILE_KINDS)[number];

/** A file of one posted digest: unique by its run and `kind`. */
export interface DigestFile extends DigestRun {
  kind: DigestFileKind;
  channelId: string;
  /** The digest's own message. */
  threadTs: string;
  postedAt: number;
  /** Slack's ID of the file, stored before it is shared: by it the file is found after a lost answer. */
  fileId: string | undefined;
}

const MONDAY = 1;

/** The day of an instant in a time zone, as YYYY-MM-DD. */
export function dayIn(timezone: string, at: number): string {
  return dateIn(timezone, at).toString();
}

function dateIn(timezone: string, at: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate();
}

/** What follows the digest that was due then. */
export function filesAfter(timezone: string, dueAt: number): readonly DigestFileKind[] {
  return dateIn(timezone, dueAt).dayOfWeek === MONDAY ? ['list', 'chart'] : ['list'];
}

/** What one digest counted in one status. */
export interface DailyTotal {
  /** YYYY-MM-DD in the schedule's time zone; a later digest of the day replaces an earlier one. */
  day: string;
  status: KnownStatus;
  count: number;
  totalPaise: bigint;
}

/** Days of the chart, the last of them the digest's own. */
export const CHART_DAYS = 30;
/** Totals are kept a little longer than a year. */
export const TOTALS_KEPT_DAYS = 400;

/** What a chart shows. A day without totals is a gap: no digest was read then. */
export interface ChartData {
  timezone: string;
  /** All of them, the earliest first. */
  days: readonly string[];
  statuses: readonly KnownStatus[];
  totals: readonly DailyTotal[];
}

export function chartDays(timezone: string, dueAt: number): string[] {
  const last = dateIn(timezone, dueAt);
  return Array.from({ length: CHART_DAYS }, (_none, index) =>
    last.subtract({ days: CHART_DAYS - 1 - index }).toString(),
  );
}

export function chartData(
  timezone: string,
  days: readonly string[],
  totals: readonly DailyTotal[],
  statuses: readonly KnownStatus[],
): ChartData {
  const wanted = new Set(days);
  const shown = totals.filter(({ day, status }) => wanted.has(day) && statuses.includes(status));
  return { timezone, days, statuses, totals: shown };
}

/** What a digest of this day counted; a status that Payout Desk does not recognise is in no chart. */
export function totalsOf(
  day: string,
  statuses: readonly { status: string; count: number; totalPaise: bigint }[],
): DailyTotal[] {
  return statuses.flatMap(({ status: counted, count, totalPaise }) => {
    const status = KNOWN_STATUSES.find((known) => known === counted);
    return status === undefined ? [] : [{ day, status, count, totalPaise }];
  });
}
