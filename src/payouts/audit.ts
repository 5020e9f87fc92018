/** Owns reading the audit: who may, what can be filtered, what is told in one line, and how much is returned. */

import { requirePermission } from './access.ts';
import type { Actor, Deps } from './deps.ts';
import type { AuditFilter, ChainedAuditRow } from './audit-port.ts';
import type { Batch } from './cancel/batch.ts';
import { addDays, istInstant } from './time.ts';

/** Most lines in a message. */
export const AUDIT_LINES = 20;
/** Most rows in a CSV sent by Slack. */
export const AUDIT_CSV_ROWS = 10_000;
/** Rows read for the lines of a message: more only while they are of the same few requests. */
const READ = [100, 500, 2_500] as const;

export interface AuditQuery {
  linkId: string | undefined;
  actorId: string | undefined;
  /** Requests alone. */
  cancels?: boolean | undefined;
  /** Days in India (YYYY-MM-DD), both included. */
  from?: string | undefined;
  to?: string | undefined;
  csv: boolean;
}

/** A request with all its steps, at the time of the latest that matches; anything else is a row of its own. */
export type AuditLine = { kind: 'request'; at: number; batch: Batch } | { kind: 'row'; row: ChainedAuditRow };

export interface AuditReport {
  query: AuditQuery;
  /** Newest first. */
  lines: AuditLine[];
  /** More match than these. */
  more: boolean;
}

/** Newest first. */
export interface AuditRows {
  rows: ChainedAuditRow[];
  more: boolean;
}

/**
 * Returns what matches, a request in one line; of one link every row, since that is what is looked for there. That it
 * was read is audited too. Rejects with Forbidden unless an administrator.
 */
export async function readAudit(deps: Deps, actor: Actor, query: AuditQuery): Promise<AuditReport> {
  await requirePermission(deps, actor, 'administer', { subject: 'audit.read', linkId: query.linkId });
  const isOfLink = query.linkId !== undefined;
  let groups: ChainedAuditRow[][] = [];
  let isWhole = false;
  for (const limit of READ) {
    const rows = await deps.store.audit.list({ ...filterOf(query), limit });
    groups = isOfLink ? rows.map((row) => [row]) : groupsOf(rows);
    isWhole = rows.length < limit;
    if (isWhole || groups.length > AUDIT_LINES) break;
  }
  const shown = groups.slice(0, AUDIT_LINES);
  const lines = isOfLink
    ? shown.flat().map(rowLine)
    : (await Promise.all(shown.map((rows) => lineOf(deps, rows)))).flat();
  await told(deps, actor, query, { action: 'audit.read', rowCount: shown.flat().length });
  return {
    query,
    lines: lines.slice(0, AUDIT_LINES),
    more: !isWhole || groups.length > AUDIT_LINES || lines.length > AUDIT_LINES,
  };
}

/** The same as rows, for a file. */
export async function readAuditRows(deps: Deps, actor: Actor, query: AuditQuery): Promise<AuditRows> {
  await requirePermission(deps, actor, 'administer', { subject: 'audit.read', linkId: query.linkId });
  const rows = await deps.store.audit.list({ ...filterOf(query), limit: AUDIT_CSV_ROWS + 1 });
  await told(deps, actor, query, {
    action: 'audit.exported',
    rowCount: Math.min(rows.length, AUDIT_CSV_ROWS),
  });
  return { rows: rows.slice(0, AUDIT_CSV_ROWS), more: rows.length > AUDIT_CSV_ROWS };
}

function filterOf({ linkId, actorId, cancels, from, to }: AuditQuery): Omit<AuditFilter, 'limit'> {
  return {
    ...(linkId && { linkId }),
    ...(actorId && { actorId }),
    ...(cancels && { cancels }),
    ...(from && { from: istInstant(from) }),
    ...(to && { to: istInstant(addDays(to, 1)) }),
  };
}

async function told(
  deps: Deps,
  actor: Actor,
  { linkId }: AuditQuery,
  row: { action: 'audit.read' | 'audit.exported'; rowCount: number },
): Promise<void> {
  await deps.store.audit.append({ at: deps.clock(), actorId: actor.userId, linkId, ...row });
}

const rowLine = (row: ChainedAuditRow): AuditLine => ({ kind: 'row', row });

/** Steps of a request that its line tells of. A refusal is told by itself: it is no step. */
const STEPS: ReadonlySet<string> = new Set([
  'approval.voided',
  'approvers.nudged',
  'question.asked',
  'request.escalated',
]);

const isStep = ({ action, cancelRequestId }: ChainedAuditRow): boolean =>
  cancelRequestId !== undefined && (action.startsWith('cancel.') || STEPS.has(action));

/** The steps of one request together, at the place of its newest. */
function groupsOf(rows: readonly ChainedAuditRow[]): ChainedAuditRow[][] {
  const groups = Map.groupBy(rows, (row) =>
    isStep(row) ? `request ${row.cancelRequestId}` : `row ${row.sequence}`,
  );
  return [...groups.values()];
}

/** The rows themselves where the request cannot be read. */
async function lineOf(deps: Deps, rows: readonly ChainedAuditRow[]): Promise<AuditLine[]> {
  const [newest] = rows;
  if (!newest?.cancelRequestId || !isStep(newest)) return rows.map(rowLine);
  const batch = await deps.store.requests.findBatch(newest.cancelRequestId);
  return batch ? [{ kind: 'request', at: newest.at, batch }] : rows.map(rowLine);
}
