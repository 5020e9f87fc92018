/** Owns what a person is told of an export: that it goes on, that its file is there, or why there is none. */

import type { ExportCounts, ExportQuery, ExportRun } from '../../payouts/exports/run.ts';
import { istInstant } from '../../payouts/time.ts';
import type { Button } from '@slack/web-api';
import {
  actions,
  button,
  context,
  header,
  type Message,
  message,
  plain,
  section,
} from '../block-kit/blocks.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import {
  asOf,
  clean,
  constant,
  count,
  day,
  fallback,
  fallbackText,
  joinMd,
  type Mrkdwn,
  md,
} from '../block-kit/text.ts';

// Read by people.
export const EXPORT_STARTED =
  'Export started. Its progress and the CSV file come in your direct messages with Payout Desk.';
export const EXPORT_INTERRUPTED = 'Payout Desk was interrupted for too long.';
export const EXPORT_NOT_TAKEN = 'Slack did not accept the file.';

/** "payout-links-claimed-2026-11-01..30.csv": named after what it holds. */
export function exportFileName({ what, statuses, from, to }: ExportQuery): string {
  const of = statuses.map((status) => status.toLowerCase());
  const last = from.slice(0, 8) === to.slice(0, 8) ? to.slice(8) : to;
  const days = from === to ? from : `${from}..${last}`;
  return `${['payout', what, ...of, days].join('-')}.csv`;
}

/** "links created 1 Nov 2026 to 30 Nov 2026, CLAIMED". */
function subjectOf({ what, statuses, from, to }: ExportQuery): Mrkdwn {
  const first = day(istInstant(from));
  const days = from === to ? first : md`${first} to ${day(istInstant(to))}`;
  const of = statuses.length === 0 ? [] : [constant(statuses.join(', '))];
  return joinMd([what === 'links' ? md`links created ${days}` : md`audit ${days}`, ...of], ', ');
}

const rowsOf = ({ what }: ExportQuery, rows: number): Mrkdwn =>
  what === 'links' ? count(rows, 'link') : count(rows, 'audit row');

const stopButton = (id: string): Button =>
  button({ label: 'Stop', action: ACTION_IDS.exportStop, value: id, accessibilityLabel: 'Stop this export' });

/** While it is read: "12,000 of about 1,00,000 links read". */
export function exportProgress(
  { id, query }: Pick<ExportRun, 'id' | 'query'>,
  { read, of }: { read: number; of: number | undefined },
  now: number,
): Message {
  const subject = subjectOf(query);
  const done =
    of === undefined || of < read
      ? md`${rowsOf(query, read)} read`
      : md`${constant(read.toLocaleString('en-IN'))} of about ${rowsOf(query, of)} read`;
  return message(fallback`Export: ${subject}. ${done}.`, [
    header(md`Export: ${subject}`),
    section(done),
    ...actions([stopButton(id)]),
    context(asOf(now)),
  ]);
}

export function exportStopped(query: ExportQuery, now: number): Message {
  const subject = subjectOf(query);
  const next = md`No file was sent. To start it again, enter the command.`;
  return message(fallback`Export stopped: ${subject}. ${next}`, [
    header(md`Export stopped: ${subject}`),
    section(next),
    context(asOf(now)),
  ]);
}

/** The text of the message with the file. */
export const exportComment = (query: ExportQuery, { rows }: ExportCounts): string =>
  `${rowsOf(query, rows)}: ${subjectOf(query)}`;

export function exportTitle(query: ExportQuery): string {
  return `Payout Desk, ${subjectOf(query)}`;
}

export function exportDone(query: ExportQuery, counts: ExportCounts, now: number): Message {
  const { rows, undated, unreadable } = counts;
  const subject = subjectOf(query);
  const left = [
    ...(undated > 0 ? [md`Left out: ${count(undated, 'link')} with no known creation date.`] : []),
    ...(unreadable > 0 ? [md`Left out: ${count(unreadable, 'record')} that could not be read.`] : []),
  ];
  return message(fallback`Exported: ${rowsOf(query, rows)}, ${subject}. ${joinMd(left, ' ')}`, [
    header(md`Exported: ${subject}`),
    section(md`${rowsOf(query, rows)} in the CSV file ${constant(exportFileName(query))}`),
    ...left.map((words) => section(words)),
    context(asOf(now)),
  ]);
}

/** No file: part of a list would look like the whole. */
export function exportFailed(query: ExportQuery, reason: string, now: number): Message {
  const subject = subjectOf(query);
  const next = md`No file was sent. Enter the command again.`;
  return message(fallback`Not exported: ${subject}. ${fallbackText(reason, 300)} ${next}`, [
    header(md`Not exported: ${subject}`),
    section(plain(clean(reason, 600))),
    section(next),
    context(asOf(now)),
  ]);
}
