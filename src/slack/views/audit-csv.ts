/** Owns the audit as a CSV file: keys for a program, words beside them for a person. */

import type { AuditQuery, AuditRows } from '../../payouts/audit.ts';
import type { ChainedAuditRow } from '../../payouts/audit-port.ts';
import { decimalRupees } from '../../payouts/money.ts';
import { formatIst, istDay, istInstant } from '../../payouts/time.ts';
import { actionLabel, outcomeLabel } from './audit-labels.ts';
import { count, day, md } from '../block-kit/text.ts';
import { cell, csvHeader, csvRows } from './csv-cell.ts';
import { exportFileName } from './export-message.ts';

// Read by people.
export const AUDIT_FILE = {
  notSent: 'Audit not exported. The CSV file could not be sent.',
} as const;

/** "212 audit rows, 1 Nov 2026 to 30 Nov 2026."; or that there are more, and what holds them all. */
export function auditFileWords({ rows, more }: AuditRows, query: AuditQuery, now: number): string {
  const { from, to } = daysIn(rows, query, now);
  const first = day(istInstant(from));
  const days = from === to ? first : md`${first} to ${day(istInstant(to))}`;
  return more
    ? `Only the newest ${count(rows.length, 'audit row')}, ${days}; there are more. For every row of some days, enter /payout export audit and the days.`
    : `${count(rows.length, 'audit row')}, ${days}.`;
}

export const auditSent = (words: string): string =>
  `Audit exported: ${words} The CSV file is in your direct messages with Payout Desk.`;

/** "payout-audit-2026-11-01..30.csv": named after what it holds. */
export function auditFileName({ rows }: AuditRows, query: AuditQuery, now: number): string {
  return exportFileName({ what: 'audit', statuses: [], ...daysIn(rows, query, now) });
}

/** Those that were asked for; where none were, those of the rows. */
function daysIn(
  rows: readonly ChainedAuditRow[],
  query: AuditQuery,
  now: number,
): { from: string; to: string } {
  const today = istDay(now);
  const oldest = rows.at(-1);
  const from = query.from ?? (oldest ? istDay(oldest.at) : today);
  return { from, to: query.to ?? (from > today ? from : today) };
}

/** By Slack user ID; who is not in it has no name in the file. */
export type Names = ReadonlyMap<string, string>;

/** Returns the rows as CSV for a spreadsheet, with a header; no cell can start a formula. */
export function auditCsv(rows: readonly ChainedAuditRow[], names: Names = new Map()): string {
  return `${auditCsvHeader()}${auditCsvRows(rows, names)}`;
}

/** The same in parts, for files that are not kept in memory. */
export const auditCsvHeader = (): string => csvHeader(CSV_COLUMNS);
export const auditCsvRows = (rows: readonly ChainedAuditRow[], names: Names = new Map()): string =>
  csvRows(
    CSV_COLUMNS,
    rows.map((row) => recordOf(row, names)),
  );

const CSV_COLUMNS = [
  'sequence',
  'time_ist',
  'time_utc',
  'actor',
  'actor_name',
  'action',
  'action_label',
  'subject',
  'outcome',
  'outcome_label',
  'link_id',
  'request_id',
  'reference',
  'transaction_date',
  'amount_rupees',
  'reason',
  'detail',
  'affected_user',
  'affected_user_name',
  'approvals',
  'approvals_required',
  'row_count',
  'status_before',
  'status_after',
  'decision_seconds',
  'instantpay_request_id',
  'previous_hash',
  'hash',
] as const;

function recordOf(row: ChainedAuditRow, names: Names): Record<(typeof CSV_COLUMNS)[number], string | number> {
  return {
    sequence: row.sequence,
    time_ist: formatIst(row.at),
    time_utc: new Date(row.at).toISOString(),
    actor: cell(row.actorId),
    actor_name: cell(names.get(row.actorId)),
    action: cell(row.action),
    action_label: cell(actionLabel(row.action)),
    subject: cell(row.subject),
    outcome: cell(row.outcome),
    outcome_label: cell(row.outcome === undefined ? undefined : outcomeLabel(row.outcome)),
    link_id: cell(row.linkId),
    request_id: cell(row.cancelRequestId),
    reference: cell(row.reference),
    transaction_date: cell(row.transactionDate),
    amount_rupees: row.amountPaise === undefined ? '' : decimalRupees(row.amountPaise),
    reason: cell(row.reason),
    detail: cell(row.detail),
    affected_user: cell(row.affectedUserId),
    affected_user_name: cell(row.affectedUserId === undefined ? undefined : names.get(row.affectedUserId)),
    approvals: row.approvals ?? '',
    approvals_required: row.approvalsRequired ?? '',
    row_count: row.rowCount ?? '',
    status_before: cell(row.statusBefore),
    status_after: cell(row.statusAfter),
    decision_seconds: row.decisionMs === undefined ? '' : Math.round(row.decisionMs / 1_000),
    instantpay_request_id: cell(row.ipayUuid),
    previous_hash: row.previousHash,
    hash: row.hash,
  };
}
