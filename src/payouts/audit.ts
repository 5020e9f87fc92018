/** Owns who may read the audit, and how it is asked for. */

import { requirePermission } from './access.ts';
import type { Actor, Deps } from './deps.ts';
import type { ChainedAuditRow } from './audit-port.ts';

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
export async function readAudit(deps: Deps, actor: Actor, query: AuditQuery): Promise<AuditReport> {
  await requirePermission(deps, actor, 'administer', { subject: 'audit.read', linkId: query.linkId });
  const wanted = query.csv ? AUDIT_CSV_ROWS : AUDIT_ROWS;
  const rows = await deps.store.audit.list({
    ...(query.linkId && { linkId: query.linkId }),
    ...(query.actorId && { actorId: query.actorId }),
    limit: wanted + 1,
  });
  await deps.store.audit.append({
    at: deps.clock(),
    actorId: actor.userId,
    action: query.csv ? 'audit.exported' : 'audit.read',
    linkId: query.linkId,
    rowCount: Math.min(rows.length, wanted),
  });
  return { query, rows: rows.slice(0, wanted), more: rows.length > wanted };
}
