/** Owns reading the audit: who may, what can be filtered, and how much is returned. */

import { requirePermission } from './access.ts';
import type { Actor, Deps } from './deps.ts';
import type { ChainedAuditRow } from './audit-port.ts';
import { addDays, istInstant } from './time.ts';

/** Most rows in a message. */
export const AUDIT_ROWS = 20;
/** Most rows in a CSV sent by Slack. */
export const AUDIT_CSV_ROWS = 10_000;

export interface AuditQuery {
  linkId: string | undefined;
  actorId: string | undefined;
  /** Days in India (YYYY-MM-DD), both included. */
  from?: string | undefined;
  to?: string | undefined;
  csv: boolean;
}

export interface AuditReport {
  query: AuditQuery;
  /** Newest first. */
  rows: ChainedAuditRow[];
  /** More rows match than these. */
  more: boolean;
}

/** Returns the rows that match; that they were read is audited too. Rejects with Forbidden unless an administrator. */
export async function readAudit(deps: Deps, actor: Actor, query: AuditQuery): Promise<AuditReport> {
  await requirePermission(deps, actor, 'administer', { subject: 'audit.read', linkId: query.linkId });
  const wanted = query.csv ? AUDIT_CSV_ROWS : AUDIT_ROWS;
  const rows = await deps.store.audit.list({
    ...(query.linkId && { linkId: query.linkId }),
    ...(query.actorId && { actorId: query.actorId }),
    ...(query.from && { from: istInstant(query.from) }),
    ...(query.to && { to: istInstant(addDays(query.to, 1)) }),
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
