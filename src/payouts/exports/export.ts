/** Owns exports: who may have one, which links and audit rows belong to it, and whether its file is whole. */

import { Conflict, isPayoutDeskError } from '../../errors.ts';
import { type Access, judgeAccess, requirePermission, type Wanted, writeRefusal } from '../access.ts';
import type { AuditEntry } from '../audit-entry.ts';
import type { ChainedAuditRow } from '../audit-port.ts';
import type { Actor, Deps } from '../deps.ts';
import { type LinkLines, startCollecting } from '../links/collect.ts';
import type { PayoutLink } from '../links/link.ts';
import { createLinkTable } from '../links/link-table.ts';
import { reasonOf, walkLinks } from '../links/walk.ts';
import type { Permission } from '../policy.ts';
import { addDays, istInstant } from '../time.ts';
import { type ExportCounts, type ExportKind, type ExportQuery, type ExportRun } from './run.ts';

// Read by people.
export const EXPORT_RUNNING =
  'Export not started. Your previous export is still running. Wait for its file in your direct messages with Payout Desk.';

export const EXPORT_SENDING =
  'Export not stopped. Its file is being sent. Wait for it in your direct messages with Payout Desk.';
export const EXPORT_OVER =
  'Export not stopped. It is already finished. Type /payout export to start another one.';

const WANTED: Readonly<Record<ExportKind, Wanted & { permission: Permission }>> = {
  // Those who may list links may have them as a file: both are masked alike.
  links: { subject: 'link.export', permission: 'look' },
  audit: { subject: 'audit.export', permission: 'administer' },
};

/** Stores the run, which the job takes up. Rejects with Forbidden, or with Conflict while the person has another one. */
export async function startExport(deps: Deps, actor: Actor, query: ExportQuery, id: string): Promise<void> {
  const { permission, ...wanted } = WANTED[query.what];
  await requirePermission(deps, actor, permission, wanted);
  const now = deps.clock();
  const { userId } = actor;
  const fresh = { message: undefined, fileId: undefined, counts: undefined };
  const started = await deps.store.exportRuns.start({ id, userId, query, startedAt: now, ...fresh }, now);
  if (started === 'busy') throw new Conflict(EXPORT_RUNNING);
}

/** Ends the person's own export; returns what it was of. Rejects with Forbidden, or with Conflict when it is too late. */
export async function stopExport(deps: Deps, actor: Actor, id: string): Promise<ExportQuery> {
  const { exportRuns } = deps.store;
  const { userId } = actor;
  const query = (await exportRuns.find(id, userId))?.query;
  const permission = query ? WANTED[query.what].permission : 'look';
  await requirePermission(deps, actor, permission, { subject: 'export.stop' });
  if (!query) throw new Conflict(EXPORT_OVER);
  const at = deps.clock();
  const entry = { at, actorId: userId, action: 'export.stopped' as const, detail: daysOf(query) };
  const end = await exportRuns.stop(id, userId, at, entry);
  if (end === 'stopped') return query;
  throw new Conflict(end === 'sending' ? EXPORT_SENDING : EXPORT_OVER);
}

const daysOf = ({ from, to, statuses }: ExportQuery): string => [from, to, ...statuses].join(' ');

/** Whether the person still may have it; a certain no is written to the audit. */
export async function mayHave(deps: Deps, { userId, query }: ExportRun): Promise<Access> {
  const { permission, ...wanted } = WANTED[query.what];
  const verdict = await judgeAccess(deps, { userId }, permission);
  if (!verdict.allowed && !verdict.unsure)
    await writeRefusal(deps, { userId }, wanted, verdict.outcome, verdict.detail);
  return verdict;
}

/** Written in the transaction that stores the file's ID, before it is shared. */
export function exportedEntry({ userId, query }: ExportRun, counts: ExportCounts, at: number): AuditEntry {
  return {
    at,
    actorId: userId,
    action: query.what === 'links' ? 'links.exported' : 'audit.exported',
    rowCount: counts.rows,
    detail: daysOf(query),
  };
}

export interface Progress {
  read: number;
  /** As far as InstantPay counts them. */
  of: number | undefined;
}

export interface ExportOptions {
  /** Told after each part. */
  onProgress: (progress: Progress) => void;
  /** True once the process stops: the run is left to the next holder. */
  isStopping: () => boolean;
}

/** `incomplete`: the list could not be read to its end, so there is no file. */
export type ExportEnd =
  | { kind: 'whole'; counts: ExportCounts }
  | { kind: 'incomplete'; reason: string; read: number }
  | { kind: 'stopped' };

/** Collects the links that were created in these days (R20). InstantPay has no filter for days, so the list is walked. */
export async function exportLinks(
  deps: Deps,
  { statuses, from, to }: ExportQuery,
  lines: LinkLines,
  { onProgress, isStopping }: ExportOptions,
): Promise<ExportEnd> {
  const fromAt = istInstant(from);
  const toAt = istInstant(addDays(to, 1));
  const spill = deps.openSpill?.();
  const undated = createLinkTable(spill);
  const fits = ({ linkId, createdAt }: PayoutLink): boolean => {
    if (createdAt === undefined) undated.numberOf(linkId);
    return createdAt !== undefined && createdAt >= fromAt && createdAt < toAt;
  };
  const collecting = startCollecting(lines, fits, spill);
  let read = 0;
  try {
    const end = await walkLinks(deps.gateway, statuses.length > 0 ? { statuses } : {}, async (page) => {
      if (isStopping()) return 'stop';
      // From the beginning again, when the list moved meanwhile (R2).
      read = (page.pageNumber === 1 ? 0 : read) + page.recordsReceived;
      await collecting.add(page);
      onProgress({ read, of: page.totalRecords });
      return 'next';
    });
    if (!end) return { kind: 'stopped' };
    const reason = reasonOf(end);
    if (reason !== undefined) return { kind: 'incomplete', reason, read };
    return { kind: 'whole', counts: { ...(await collecting.end()), undated: undated.size() } };
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return { kind: 'incomplete', reason: error.message, read };
  } finally {
    spill?.close();
  }
}

/** Rows of one part. */
const AUDIT_PART = 500;

/** Hands over the audit rows of these days, in the order they were written. */
export async function exportAudit(
  deps: Deps,
  { from, to }: ExportQuery,
  add: (rows: readonly ChainedAuditRow[]) => Promise<void>,
  { onProgress, isStopping }: ExportOptions,
): Promise<ExportEnd> {
  let part: ChainedAuditRow[] = [];
  let rows = 0;
  const flush = async (): Promise<void> => {
    await add(part);
    rows += part.length;
    part = [];
    onProgress({ read: rows, of: undefined });
  };
  for await (const row of deps.store.audit.rows(istInstant(from), istInstant(addDays(to, 1)))) {
    part.push(row);
    if (part.length === AUDIT_PART) await flush();
    if (isStopping()) return { kind: 'stopped' };
  }
  if (part.length > 0) await flush();
  return { kind: 'whole', counts: { rows, undated: 0, unreadable: 0 } };
}
