/** Owns reminders for several links in memory. */

import type { AuditEntry } from '../../src/payouts/audit-entry.ts';
import { lastOfRows, REMINDER_ACTIONS, type ReminderRow } from '../../src/payouts/links/last-reminder.ts';
import type { HeldRun, ReminderRunStore } from '../../src/payouts/links/remind-port.ts';
import type { ReminderRun } from '../../src/payouts/links/reminder-run.ts';
import type { Operation } from './memory-store.ts';

interface StoredRun extends HeldRun {
  leaseUntil: number | undefined;
  nextAttemptAt: number;
  finishedAt: number | undefined;
}

export function reminderRunOperations(
  operation: Operation,
  auditRows: () => readonly AuditEntry[],
): ReminderRunStore {
  const runs = new Map<string, StoredRun>();
  const isDue = ({ finishedAt, nextAttemptAt, leaseUntil }: StoredRun, now: number): boolean =>
    finishedAt === undefined && nextAttemptAt <= now && (leaseUntil === undefined || leaseUntil <= now);
  const given = ({
    leaseUntil: _lease,
    nextAttemptAt: _next,
    finishedAt: _end,
    ...run
  }: StoredRun): HeldRun => run;
  /** False when the lease was lost. */
  const change = ({ id, token, items, message }: HeldRun, changes: Partial<StoredRun>): boolean => {
    const run = runs.get(id);
    if (run?.token !== token) return false;
    Object.assign(run, { items, message }, changes);
    return true;
  };
  return {
    start: operation('reminderRuns.start', (run: ReminderRun, now: number, leaseMs: number) => {
      if (runs.has(run.id)) return undefined;
      const started = { ...run, token: 1, attempts: 1 };
      runs.set(run.id, { ...started, leaseUntil: now + leaseMs, nextAttemptAt: now, finishedAt: undefined });
      return started;
    }),
    claim: operation('reminderRuns.claim', (id: string, now: number, leaseMs: number) => {
      const run = runs.get(id);
      if (!run || !isDue(run, now)) return undefined;
      Object.assign(run, { token: run.token + 1, attempts: run.attempts + 1, leaseUntil: now + leaseMs });
      return given(run);
    }),
    renew: operation('reminderRuns.renew', ({ id, token }: HeldRun, now: number, leaseMs: number) => {
      const run = runs.get(id);
      if (run?.token !== token || run.finishedAt !== undefined) return false;
      run.leaseUntil = now + leaseMs;
      return true;
    }),
    save: operation('reminderRuns.save', (run: HeldRun) => change(run, {})),
    release: operation('reminderRuns.release', (run: HeldRun, nextAttemptAt: number) =>
      change(run, { leaseUntil: undefined, nextAttemptAt }),
    ),
    finish: operation('reminderRuns.finish', (run: HeldRun, now: number) =>
      change(run, { leaseUntil: undefined, finishedAt: now }),
    ),
    due: operation('reminderRuns.due', (now: number, limit: number) =>
      [...runs.values()]
        .filter((run) => isDue(run, now))
        .sort((one, other) => one.nextAttemptAt - other.nextAttemptAt || (one.id < other.id ? -1 : 1))
        .slice(0, limit)
        .map(({ id }) => id),
    ),
    prune: operation('reminderRuns.prune', (before: number) => {
      for (const [id, { finishedAt }] of runs)
        if (finishedAt !== undefined && finishedAt < before) runs.delete(id);
    }),
    lastReminders: operation('reminderRuns.lastReminders', (linkIds: readonly string[]) =>
      lastOfRows(
        auditRows().flatMap(({ linkId, at, actorId, action: stored }): ReminderRow[] => {
          const action = REMINDER_ACTIONS.find((one) => one === stored);
          const isAsked = linkId !== undefined && linkIds.includes(linkId);
          return isAsked && action ? [{ linkId, at, actorId, action }] : [];
        }),
      ),
    ),
  };
}
