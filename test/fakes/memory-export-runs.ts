/** Owns exports in memory. */

import type { AuditEntry } from '../../src/payouts/audit-entry.ts';
import type { ExportStore, HeldExport } from '../../src/payouts/exports/port.ts';
import type { ExportRun } from '../../src/payouts/exports/run.ts';
import type { Operation } from './memory-store.ts';

interface StoredRun extends HeldExport {
  leaseUntil: number | undefined;
  nextAttemptAt: number;
  finishedAt: number | undefined;
}

export function exportRunOperations(operation: Operation, append: (entry: AuditEntry) => void): ExportStore {
  const runs = new Map<string, StoredRun>();
  const isDue = ({ finishedAt, nextAttemptAt, leaseUntil }: StoredRun, now: number): boolean =>
    finishedAt === undefined && nextAttemptAt <= now && (leaseUntil === undefined || leaseUntil <= now);
  const given = ({
    leaseUntil: _lease,
    nextAttemptAt: _next,
    finishedAt: _end,
    ...run
  }: StoredRun): HeldExport => run;
  /** False when the lease was lost. */
  const change = (held: HeldExport, changes: Partial<StoredRun>): boolean => {
    const run = runs.get(held.id);
    if (run?.token !== held.token || run.finishedAt !== undefined) return false;
    const { query, message, fileId, counts } = held;
    Object.assign(run, { query, message, fileId, counts }, changes);
    return true;
  };
  return {
    start: operation('exportRuns.start', (run: ExportRun, now: number) => {
      if (runs.has(run.id)) return 'known';
      for (const { userId, finishedAt } of runs.values())
        if (userId === run.userId && finishedAt === undefined) return 'busy';
      const fresh = {
        token: 0,
        attempts: 0,
        leaseUntil: undefined,
        nextAttemptAt: now,
        finishedAt: undefined,
      };
      runs.set(run.id, { ...run, ...fresh });
      return 'started';
    }),
    claim: operation('exportRuns.claim', (id: string, now: number, leaseMs: number) => {
      const run = runs.get(id);
      if (!run || !isDue(run, now)) return undefined;
      Object.assign(run, { token: run.token + 1, attempts: run.attempts + 1, leaseUntil: now + leaseMs });
      return given(run);
    }),
    renew: operation('exportRuns.renew', ({ id, token }: HeldExport, now: number, leaseMs: number) => {
      const run = runs.get(id);
      if (run?.token !== token || run.finishedAt !== undefined) return false;
      run.leaseUntil = now + leaseMs;
      return true;
    }),
    save: operation('exportRuns.save', (run: HeldExport, audit?: AuditEntry) => {
      if (!change(run, {})) return false;
      if (audit) append(audit);
      return true;
    }),
    release: operation('exportRuns.release', (run: HeldExport, nextAttemptAt: number) =>
      change(run, { leaseUntil: undefined, nextAttemptAt }),
    ),
    finish: operation('exportRuns.finish', (run: HeldExport, now: number) =>
      change(run, { leaseUntil: undefined, finishedAt: now }),
    ),
    due: operation('exportRuns.due', (now: number, limit: number) =>
      [...runs.values()]
        .filter((run) => isDue(run, now))
        .sort((one, other) => one.nextAttemptAt - other.nextAttemptAt || (one.id < other.id ? -1 : 1))
        .slice(0, limit)
        .map(({ id }) => id),
    ),
    prune: operation('exportRuns.prune', (before: number) => {
      for (const [id, { finishedAt }] of runs)
        if (finishedAt !== undefined && finishedAt < before) runs.delete(id);
    }),
  };
}
