/** Owns reminders for several links in memory. */

import type { AuditEntry } from '../../src/payouts/audit-entry.ts';
import { lastOfRows, REMINDER_ACTIONS, type ReminderRow } from '../../src/payouts/links/last-reminder.ts';
import type { HeldRun, ReminderRunStore } from '../../src/payouts/links/remind-port.ts';
import type { ReminderRun } from '../../src/payouts/links/reminder-run.ts';
import { type LeasedRow, leasedRows, withoutLease } from './memory-leased-rows.ts';
import type { Operation } from './memory-store.ts';

type StoredRun = HeldRun & LeasedRow;

const saved = ({ items, message }: HeldRun): Partial<StoredRun> => ({ items, message });

export function reminderRunOperations(
  operation: Operation,
  auditRows: () => readonly AuditEntry[],
): ReminderRunStore {
  const runs = leasedRows<StoredRun>();
  return {
    start: operation('reminderRuns.start', (run: ReminderRun, now: number, leaseMs: number) => {
      if (runs.rows.has(run.id)) return undefined;
      const started = { ...run, token: 1, attempts: 1 };
      const lease = { leaseUntil: now + leaseMs, nextAttemptAt: now, finishedAt: undefined };
      runs.rows.set(run.id, { ...started, ...lease });
      return started;
    }),
    claim: operation('reminderRuns.claim', (id: string, now: number, leaseMs: number) => {
      const run = runs.claim(id, now, leaseMs);
      return run && withoutLease(run);
    }),
    renew: operation('reminderRuns.renew', (run: HeldRun, now: number, leaseMs: number) =>
      runs.save(run, { leaseUntil: now + leaseMs }),
    ),
    save: operation('reminderRuns.save', (run: HeldRun) => runs.save(run, saved(run))),
    release: operation('reminderRuns.release', (run: HeldRun, nextAttemptAt: number) =>
      runs.save(run, { ...saved(run), leaseUntil: undefined, nextAttemptAt }),
    ),
    finish: operation('reminderRuns.finish', (run: HeldRun, now: number) =>
      runs.save(run, { ...saved(run), leaseUntil: undefined, finishedAt: now }),
    ),
    due: operation('reminderRuns.due', runs.due),
    prune: operation('reminderRuns.prune', runs.prune),
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
