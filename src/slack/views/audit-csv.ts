/** Owns the audit as a CSV file: keys for a program, words beside them for a person. */

import type { ChainedAuditRow } from '../../payouts/audit-port.ts';
import { decimalRupees } from '../../payouts/money.ts';
import { formatIst } from '../../payouts/time.ts';
import { actionLabel, outcomeLabel } from './audit-labels.ts';
import { cell, csvHeader, csvRows } from './csv-cell.ts';

// Read by people.
export const AUDIT_FILE = {
  sent: 'Audit exported. The CSV file is in your direct messages with Payout Desk.',
  notSent: 'Audit not exported. The CSV file could not be sent.',
  whole: 'Every audit row that matches.',
  newest: 'The newest audit rows that match. For older rows, enter the days.',
} as const;

/** Returns the rows as CSV for a spreadsheet, with a header; no cell can start a formula. */
export function auditCsv(rows: readonly ChainedAuditRow[]): string {
  return `${auditCsvHeader()}${auditCsvRows(rows)}`;
}

/** The same in parts, for files that are not kept in memory. */
export const auditCsvHeader = (): string => csvHeader(CSV_COLUMNS);
export const auditCsvRows = (rows: readonly ChainedAuditRow[]): string =>
  csvRows(CSV_COLUMNS, rows.map(recordOf));

const CSV_COLUMNS = [
  'sequence',
  'time_ist',
  'time_utc',
  'actor',
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

function recordOf(row: ChainedAuditRow): Record<(typeof CSV_COLUMNS)[number], string | number> {
  return {
    sequence: row.sequence,
    time_ist: formatIst(row.at),
    time_utc: new Date(row.at).toISOString(),
    actor: cell(row.actorId),
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
