/** Owns exports in memory. */

import type { AuditEntry } from '../../src/payouts/audit-entry.ts';
import type { ExportStore, HeldExport } from '../../src/payouts/exports/port.ts';
import type { ExportRun } from '../../src/payouts/exports/run.ts';
import { type LeasedRow, leasedRows, withoutLease } from './memory-leased-rows.ts';
import type { Operation } from './memory-store.ts';

type StoredRun = HeldExport & LeasedRow;

const saved = ({ query, message, fileId, counts }: HeldExport): Partial<StoredRun> => ({
  query,
  message,
  fileId,
  counts,
});

export function exportRunOperations(operation: Operation, append: (entry: AuditEntry) => void): ExportStore {
  const runs = leasedRows<StoredRun>();
  return {
    start: operation('exportRuns.start', (run: ExportRun, now: number) => {
      if (runs.rows.has(run.id)) return 'known';
      for (const { userId, finishedAt } of runs.rows.values())
        if (userId === run.userId && finishedAt === undefined) return 'busy';
      const fresh = {
        token: 0,
        attempts: 0,
        leaseUntil: undefined,
        nextAttemptAt: now,
        finishedAt: undefined,
      };
      runs.rows.set(run.id, { ...run, ...fresh });
      return 'started';
    }),
    claim: operation('exportRuns.claim', (id: string, now: number, leaseMs: number) => {
      const run = runs.claim(id, now, leaseMs);
      return run && withoutLease(run);
    }),
    renew: operation('exportRuns.renew', (run: HeldExport, now: number, leaseMs: number) =>
      runs.save(run, { leaseUntil: now + leaseMs }),
    ),
    save: operation('exportRuns.save', (run: HeldExport, audit?: AuditEntry) => {
      if (!runs.save(run, saved(run))) return false;
      if (audit) append(audit);
      return true;
    }),
    release: operation('exportRuns.release', (run: HeldExport, nextAttemptAt: number) =>
      runs.save(run, { ...saved(run), leaseUntil: undefined, nextAttemptAt }),
    ),
    finish: operation('exportRuns.finish', (run: HeldExport, now: number) =>
      runs.save(run, { ...saved(run), leaseUntil: undefined, finishedAt: now }),
    ),
    find: operation('exportRuns.find', (id: string, userId: string): ExportRun | undefined => {
      const run = runs.rows.get(id);
      if (run?.userId !== userId) return undefined;
      const { token: _token, attempts: _attempts, ...found } = withoutLease(run);
      return found;
    }),
    stop: operation('exportRuns.stop', (id: string, userId: string, now: number, audit: AuditEntry) => {
      const run = runs.rows.get(id);
      if (run?.userId !== userId || run.finishedAt !== undefined) return 'over';
      if (run.fileId !== undefined) return 'sending';
      Object.assign(run, { finishedAt: now, leaseUntil: undefined });
      append(audit);
      return 'stopped';
    }),
    isStopped: operation('exportRuns.isStopped', ({ id, token }: HeldExport) => {
      const run = runs.rows.get(id);
      return run?.token === token && run.finishedAt !== undefined;
    }),
    due: operation('exportRuns.due', runs.due),
    prune: operation('exportRuns.prune', runs.prune),
  };
}
