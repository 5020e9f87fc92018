/** Owns how the audit is shown in a message. */

import type { AuditLine, AuditReport } from '../../payouts/audit.ts';
import { formatRupees } from '../../payouts/money.ts';
import { istInstant } from '../../payouts/time.ts';
import type { CancelRequest } from '../../payouts/cancel/request.ts';
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
  asOf,
  clean,
  code,
  count,
  day,
  lasting,
  md,
  type Mrkdwn,
  person,
  rupees,
  fallback,
  fallbackText,
  when,
} from '../block-kit/text.ts';
import { amountAndName, detailsButton, fallbackAmount, formatRequestNumber } from './approval-parts.ts';
import { approvers } from './approval-words.ts';
import { actionLabel, outcomeLabel, subjectLabel } from './audit-labels.ts';
import { batchWords, leadOf } from './batch-words.ts';
import { dotted, sandboxFirst } from './parts.ts';

export const NO_ROWS = md`No audit rows match.`;

/** How much of a reason a row shows, so that twenty rows fit; the CSV has all of it. */
const SHOWN = 150;

/** Who did what, when and why: newest first, a request in one line. */
export function auditList({ lines, more, query }: AuditReport, now: number): Message {
  const scope = dotted(
    query.cancels ? md`cancellation requests` : undefined,
    md`by ${query.actorId ? person(query.actorId) : md`anyone`}`,
    daysOf(query),
  );
  const parts: Part[] = [
    header(md`Audit`),
    context(scope, query.linkId ? plain(`Link ${query.linkId}`) : undefined),
  ];
  if (lines.length === 0) parts.push(divider(), section(NO_ROWS));
  parts.push({ rows: lines.map((line) => lineRow(line, now)) });
  const shown = more
    ? md`The newest ${entries(lines.length)}. For more, add ${code('csv')} to the command`
    : md`${entries(lines.length)}, none older`;
  parts.push(divider(), context(dotted(shown, asOf(now))));
  const found = more ? fallback`the newest ${entries(lines.length)}` : entries(lines.length);
  return message(fallback`Audit, ${scope}: ${found}. ${asOf(now)}.`, parts);
}

const entries = (amount: number): Mrkdwn => count(amount, 'entry', 'entries');

function lineRow(line: AuditLine, now: number): Row {
  return line.kind === 'row' ? auditRow(line.row, now) : requestRow(line, now);
}

/** What became of it; when, who requested and who decided; why. Its steps are behind `Details`. */
function requestRow({ at, batch }: Extract<AuditLine, { kind: 'request' }>, now: number): Row {
  const lead = leadOf(batch);
  const { sign, title } = batchWords(batch, now);
  const by = dotted(
    when(at, now),
    formatRequestNumber(batch),
    md`requested by ${person(lead.requestedBy)}`,
    decidedBy(lead),
  );
  return {
    blocks: [
      section(
        plain(`${sandboxFirst(lead.environment)}${sign} ${title}: ${amountAndName(batch)}`),
        detailsButton(batch),
      ),
      context(by, plain(`“${clean(lead.reason, SHOWN)}”`)),
    ],
    fallback: fallback`${fallbackAmount(batch)}: ${title}, ${by}`,
  };
}

function decidedBy({ approvals, closedBy, emergencyReason, status }: CancelRequest): Mrkdwn | undefined {
  if (status === 'rejected' && closedBy !== undefined) return md`rejected by ${person(closedBy)}`;
  if (approvals.length === 0) return undefined;
  const by = approvers(approvals);
  return emergencyReason === undefined ? md`approved by ${by}` : md`emergency approval by ${by}`;
}

function daysOf({ from, to }: AuditReport['query']): Mrkdwn | undefined {
  if (from === undefined) return undefined;
  const first = day(istInstant(from));
  return to === undefined ? md`from ${first} on` : md`${first} to ${day(istInstant(to))}`;
}

function auditRow(row: AuditRow, now: number): Row {
  const change = [row.statusBefore, row.statusAfter].filter((status) => status !== undefined);
  const what = whatOf(row);
  const blocks = [
    divider(),
    columns(
      whoOf(row, now),
      plain(
        what.map((part) => clean(part, SHOWN)),
        [row.amountPaise === undefined ? undefined : formatRupees(row.amountPaise), change.join(' → ')],
        [row.reference && clean(row.reference, 100), row.transactionDate && clean(row.transactionDate, 20)],
        row.linkId && clean(row.linkId, 40),
        countsOf(row),
        row.reason && `“${clean(row.reason, SHOWN)}”`,
        row.detail && clean(row.detail, SHOWN),
        row.decisionMs === undefined ? undefined : `Decided after ${lasting(row.decisionMs)}`,
        row.ipayUuid && `InstantPay request ID ${clean(row.ipayUuid, 60)}`,
      ),
    ),
  ];
  const amount = row.amountPaise === undefined ? fallback`` : fallback`, ${rupees(row.amountPaise)}`;
  const link = row.linkId === undefined ? fallback`` : fallback`, link ${fallbackText(row.linkId, 30)}`;
  const done = fallbackText(what.join(', '), 80);
  return { blocks, fallback: fallback`${when(row.at, now)} ${person(row.actorId)}: ${done}${amount}${link}` };
}

/** Decisions by a right that was lent: "@deputy for @approver". */
const DECISIONS = ['cancel.approved', 'cancel.rejected'];

/** Who did it and when, and about whom, or in whose place. */
function whoOf({ actorId, action, at, affectedUserId }: AuditRow, now: number): Mrkdwn {
  const time = when(at, now);
  if (affectedUserId === undefined) return md`${person(actorId)}\n${time}`;
  if (DECISIONS.includes(action)) return md`${person(actorId)} for ${person(affectedUserId)}\n${time}`;
  return md`${person(actorId)}\n${time}\nAbout ${person(affectedUserId)}`;
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
