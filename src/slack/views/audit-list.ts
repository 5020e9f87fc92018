/** Owns how the audit is shown in a message. */

import type { AuditReport } from '../../payouts/audit.ts';
import { formatRupees } from '../../payouts/money.ts';
import type { AuditRow } from '../../payouts/audit-port.ts';
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
  person,
  relative,
  rupees,
  fallback,
  spokenText,
} from '../block-kit/text.ts';
import { actionLabel, outcomeLabel, subjectLabel } from './audit-labels.ts';
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
  const affected = row.affectedUserId === undefined ? md`` : md`\nabout ${person(row.affectedUserId)}`;
  const what = whatOf(row);
  const blocks = [
    divider(),
    columns(
      md`${person(row.actorId)}\n${at(row.at)}\n${relative(row.at, now)}${affected}`,
      plain(
        what.map((part) => clean(part, SHOWN)),
        [row.amountPaise === undefined ? undefined : formatRupees(row.amountPaise), change.join(' → ')],
        [row.reference && clean(row.reference, 100), row.transactionDate && clean(row.transactionDate, 20)],
        row.linkId && clean(row.linkId, 40),
        countsOf(row),
        row.reason && `“${clean(row.reason, SHOWN)}”`,
        row.detail && clean(row.detail, SHOWN),
        row.decisionMs === undefined ? undefined : `decided after ${lasting(row.decisionMs)}`,
        row.ipayUuid && `InstantPay request ID ${clean(row.ipayUuid, 60)}`,
      ),
    ),
  ];
  const amount = row.amountPaise === undefined ? fallback`` : fallback`, ${rupees(row.amountPaise)}`;
  const link = row.linkId === undefined ? fallback`` : fallback`, link ${spokenText(row.linkId, 30)}`;
  const spoken = spokenText(what.join(', '), 80);
  return { blocks, spoken: fallback`${at(row.at)} ${person(row.actorId)}: ${spoken}${amount}${link}` };
}

/** "Access refused", "Read audit", "Not an administrator". */
function whatOf({ action, subject, outcome }: AuditRow): string[] {
  return [
    actionLabel(action),
    ...(subject === undefined ? [] : [subjectLabel(subject)]),
    ...(outcome === undefined ? [] : [outcomeLabel(outcome)]),
  ];
}

function countsOf({ approvals, approvalsRequired, rowCount }: AuditRow): string | undefined {
  if (rowCount !== undefined) return count(rowCount, 'row');
  if (approvals === undefined || approvalsRequired === undefined) return undefined;
  return `${approvals} of ${count(approvalsRequired, 'approval')}`;
}
