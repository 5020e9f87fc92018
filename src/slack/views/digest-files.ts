/** Owns the words of the files in a digest's thread: their names and titles, what a chart shows, and why one is missing. */

import type { AuditAnchor } from '../../payouts/audit-port.ts';
import { type ChartData, type DailyTotal, type DigestFileKind } from '../../payouts/digest/files.ts';
import type { KnownStatus } from '../../payouts/links/link.ts';
import { context, type Message, message, plain } from '../block-kit/blocks.ts';
import {
  at,
  clean,
  constant,
  count,
  day,
  fallback,
  fallbackText,
  type Mrkdwn,
  md,
  rupees,
} from '../block-kit/text.ts';

export function digestFileName(kind: DigestFileKind, dayOfDigest: string): string {
  return kind === 'list' ? `payout-digest-${dayOfDigest}.csv` : `payout-chart-${dayOfDigest}.png`;
}

export interface ListWords {
  statuses: readonly KnownStatus[];
  rows: number;
  unreadable: number;
  readAt: number;
  audit: AuditAnchor;
}

/** With the last audit row: the whole hash, to be kept where nobody who writes to the database can change it. */
export function listComment({ statuses, rows, unreadable, readAt, audit }: ListWords): string {
  const left = unreadable > 0 ? md` Left out: ${count(unreadable, 'record')} that could not be read.` : md``;
  return md`Whole list: ${count(rows, 'link')} (${constant(statuses.join(', '))}), read ${at(readAt)}.${left} Audit ${constant(`${audit.sequence}:${audit.hash}`)}`;
}

export const listTitle = (dayOfDigest: string): string => `Payout Desk, list of ${dayWords(dayOfDigest)}`;

export function chartTitle({ days }: ChartData): string {
  return `Payout Desk, links by status, ${dayWords(days[0])} to ${dayWords(days.at(-1))}`;
}

export function chartComment({ days, timezone }: ChartData): string {
  return md`Links by status, ${dayWords(days[0])} to ${dayWords(days.at(-1))} (days in ${constant(timezone)}). A gap: no digest was read on that day.`;
}

/** Slack's limit is a thousand characters. */
const ALT_LENGTH = 990;

/** What the chart shows, in words: how each status began and ended, and its lowest and highest count. */
export function chartAltText({ days, statuses, totals }: ChartData): string {
  const gaps = days.filter((one) => totals.every((total) => total.day !== one)).length;
  const lines = statuses.flatMap((status) => {
    const own = totals.filter((total) => total.status === status);
    const [first, last] = [own[0], own.at(-1)];
    return first && last ? [statusWords(status, own, first, last)] : [];
  });
  const missing = gaps > 0 ? ` No digest on ${gaps === 1 ? '1 day' : `${gaps} days`}.` : '';
  const text = `Line chart of links by status, ${dayWords(days[0])} to ${dayWords(days.at(-1))}. ${lines.join(' ')}${missing}`;
  return clean(text, ALT_LENGTH);
}

function statusWords(
  status: KnownStatus,
  own: readonly DailyTotal[],
  first: DailyTotal,
  last: DailyTotal,
): string {
  const counts = own.map((total) => total.count);
  const range = `lowest ${Math.min(...counts)}, highest ${Math.max(...counts)}`;
  const { count: from } = first;
  const { count: to, totalPaise } = last;
  const moved = from === to ? `${to} at both ends` : `from ${from} to ${to}`;
  return `${status}: ${moved} (${range}), now ${rupees(totalPaise)}.`;
}

const dayWords = (written: string | undefined): Mrkdwn => day(Date.parse(`${written ?? ''}T00:00:00+05:30`));

const MISSING: Readonly<Record<DigestFileKind, { what: Mrkdwn; next: Mrkdwn }>> = {
  list: {
    what: md`The list could not be attached as a CSV file.`,
    next: md`To get it by direct message, enter ${constant('/payout export links')} and the days.`,
  },
  chart: {
    what: md`The chart of the last 30 days could not be attached.`,
    next: md`The next one comes on Monday.`,
  },
};

/** One line in the thread, after the last attempt; the digest itself stands. */
export function fileMissing(kind: DigestFileKind, why: string): Message {
  const { what, next } = MISSING[kind];
  const reason = clean(why, 300);
  return message(fallback`${what} ${fallbackText(reason, 300)} ${next}`, [
    context(what, plain(reason), next),
  ]);
}
