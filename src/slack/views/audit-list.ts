/** Owns how the audit is shown: rows in a message, and the CSV file. */

import { stringify } from 'csv-stringify/sync';
import type { AuditReport } from '../../payouts/audit.ts';
import { formatRupees } from '../../payouts/money.ts';
import type { AuditRow, ChainedAuditRow } from '../../payouts/ports.ts';
import { formatIst } from '../../payouts/time.ts';
import {
  columns,
  context,
  divider,
  header,
  type Message,
  message,
  plain,
  section,
  type Part,
  type Row,
} from '../block-kit/blocks.ts';
import {
  at,
  clean,
  count,
  lasting,
  md,
  NOTHING,
  person,
  relative,
  rupees,
  fallback,
  spokenText,
} from '../block-kit/text.ts';
import { dotted } from './parts.ts';

/** How much of a reason a row shows, so that twenty rows fit; the CSV has all of it. */
const SHOWN = 150;

/** Who did what, when and why: newest first. */
export function auditList(report: AuditReport, now: number): Message {
  const { rows, more, query } = report;
  const about = [query.linkId && `Link ${query.linkId}`, query.actorId ? 'one person' : undefined].map(
    (part) => part || undefined,
  );
  const scope = query.actorId ? md`by ${person(query.actorId)}` : md`by everybody`;
  const parts: Part[] = [header(md`Audit`), context(scope, query.linkId ? plain(about[0]) : undefined)];
  if (rows.length === 0) parts.push(divider(), section(md`Nothing is recorded for this.`));
  parts.push({ rows: rows.map((row) => auditRow(row, now)) });
  parts.push(divider());
  parts.push(
    context(
      dotted(
        more
          ? md`The newest ${count(rows.length, 'row')}; older ones with \`/payout audit csv\``
          : md`${count(rows.length, 'row')}, nothing older`,
        md`as of ${at(now)}`,
      ),
    ),
  );
  return message(
    fallback`Audit, ${scope}: ${count(rows.length, 'row')}${more ? fallback`, and more` : fallback``}`,
    parts,
  );
}

function auditRow(row: AuditRow, now: number): Row {
  const change = [row.statusBefore, row.statusAfter].filter((status) => status !== undefined);
  const blocks = [
    divider(),
    columns(
      md`${person(row.actorId)}\n${at(row.at)}\n${relative(row.at, now)}`,
      plain(
        [row.action, row.outcome && clean(row.outcome, SHOWN)],
        [row.amountPaise === undefined ? undefined : formatRupees(row.amountPaise), change.join(' → ')],
        row.linkId && clean(row.linkId, 40),
        row.reason && `“${clean(row.reason, SHOWN)}”`,
        row.decisionMs === undefined ? undefined : `decided after ${lasting(row.decisionMs)}`,
        row.ipayUuid && `Request ${clean(row.ipayUuid, 60)}`,
      ),
    ),
  ];
  const what = spokenText([row.action, row.outcome].filter(Boolean).join(', '), 80);
  const amount = row.amountPaise === undefined ? fallback`` : fallback`, ${rupees(row.amountPaise)}`;
  const link = row.linkId === undefined ? fallback`` : fallback`, link ${spokenText(row.linkId, 30)}`;
  return { blocks, spoken: fallback`${at(row.at)} ${person(row.actorId)}: ${what}${amount}${link}` };
}

/** The audit as CSV for a spreadsheet; no cell can start a formula. */
export function auditCsv(rows: readonly ChainedAuditRow[]): string {
  const records = rows.map((row) => ({
    sequence: row.sequence,
    time_ist: formatIst(row.at),
    time_utc: new Date(row.at).toISOString(),
    actor: row.actorId,
    action: cell(row.action),
    link_id: cell(row.linkId),
    request_id: cell(row.cancelRequestId),
    amount_rupees: row.amountPaise === undefined ? '' : (row.amountPaise / 100).toFixed(2),
    reason: cell(row.reason),
    outcome: cell(row.outcome),
    status_before: cell(row.statusBefore),
    status_after: cell(row.statusAfter),
    decision_seconds: row.decisionMs === undefined ? '' : Math.round(row.decisionMs / 1_000),
    instantpay_request_id: cell(row.ipayUuid),
    previous_hash: row.previousHash,
    hash: row.hash,
  }));
  // The byte order mark makes spreadsheets read Hindi and ₹ as UTF-8.
  return stringify(records, { header: true, bom: true, escape_formulas: true, columns: [...CSV_COLUMNS] });
}

const CSV_COLUMNS = [
  'sequence',
  'time_ist',
  'time_utc',
  'actor',
  'action',
  'link_id',
  'request_id',
  'amount_rupees',
  'reason',
  'outcome',
  'status_before',
  'status_after',
  'decision_seconds',
  'instantpay_request_id',
  'previous_hash',
  'hash',
] as const;

/** One line of clean text: what begins a cell is then what the formula guard sees. */
function cell(text: string | undefined): string {
  const line = text === undefined ? NOTHING : clean(text, 2_000);
  return line === NOTHING ? '' : line;
}
