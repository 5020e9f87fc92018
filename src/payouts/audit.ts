/** Owns who may read the audit, and how it is asked for. */

import { requirePermission } from './access.ts';
import type { Actor, Desk } from './desk.ts';
import type { ChainedAuditRow } from './ports.ts';

/** Rows shown at once; the rest is in the CSV. */
export const AUDIT_ROWS = 20;
/** Rows of a CSV asked for in Slack. */
export const AUDIT_CSV_ROWS = 10_000;

export interface AuditQuery {
  linkId: string | undefined;
  actorId: string | undefined;
  csv: boolean;
}

export interface AuditReport {
  query: AuditQuery;
  /** Newest first. */
  rows: ChainedAuditRow[];
  /** More rows match than are given. */
  more: boolean;
}

/** Who did what, when, why; for administrators. */
export async function readAudit(desk: Desk, actor: Actor, query: AuditQuery): Promise<AuditReport> {
  await requirePermission(desk, actor, 'administer', { action: 'audit refused', linkId: query.linkId });
  const wanted = query.csv ? AUDIT_CSV_ROWS : AUDIT_ROWS;
  const rows = await desk.store.audit.list({
    ...(query.linkId && { linkId: query.linkId }),
    ...(query.actorId && { actorId: query.actorId }),
    limit: wanted + 1,
  });
  await desk.store.audit.append({
    at: desk.clock(),
    actorId: actor.userId,
    action: query.csv ? 'audit exported' : 'audit read',
    linkId: query.linkId,
    outcome: `${Math.min(rows.length, wanted)} rows`,
  });
  return { query, rows: rows.slice(0, wanted), more: rows.length > wanted };
}
