/** Owns automatic reminders in memory. */

import type { AuditEntry } from '../../src/payouts/audit-entry.ts';
import type { AutoReminderStore, AutoStep } from '../../src/payouts/links/auto-remind-port.ts';
import {
  AUTO_AT_MOST,
  AUTO_HEARD_WITHIN_MS,
  type AutoResult,
} from '../../src/payouts/links/auto-remind-steps.ts';
import type { Operation } from './memory-store.ts';

interface StoredStep extends AutoStep {
  state: 'begun' | AutoResult;
  countsAt: number;
}

export function autoReminderOperations(
  operation: Operation,
  append: (entry: AuditEntry) => void,
): AutoReminderStore {
  let steps: StoredStep[] = [];
  const stops = new Map<string, number>();
  const isSame = (one: AutoStep, other: AutoStep): boolean =>
    one.linkId === other.linkId && one.beforeMs === other.beforeMs;
  return {
    claim: operation('autoReminders.claim', (step: AutoStep, now: number) => {
      const of = steps.filter(({ linkId }) => linkId === step.linkId);
      if (stops.has(step.linkId) || of.length >= AUTO_AT_MOST || of.some((one) => isSame(one, step)))
        return false;
      steps.push({ ...step, state: 'begun', countsAt: now + AUTO_HEARD_WITHIN_MS });
      return true;
    }),
    release: operation('autoReminders.release', (step: AutoStep) => {
      steps = steps.filter((one) => !isSame(one, step));
    }),
    settle: operation('autoReminders.settle', (step: AutoStep, state: AutoResult, now: number) => {
      for (const one of steps) if (isSame(one, step)) Object.assign(one, { state, countsAt: now });
    }),
    known: operation('autoReminders.known', (linkIds: readonly string[]) => ({
      claimed: steps
        .filter(({ linkId }) => linkIds.includes(linkId))
        .map(({ linkId, beforeMs }) => ({ linkId, beforeMs }))
        // Of one link in the order of their claims.
        .sort((one, other) => (one.linkId === other.linkId ? 0 : one.linkId < other.linkId ? -1 : 1)),
      stopped: [...stops.keys()].filter((linkId) => linkIds.includes(linkId)).sort(),
    })),
    setStopped: operation(
      'autoReminders.setStopped',
      (linkId: string, stopped: boolean, audit: AuditEntry) => {
        if (stops.has(linkId) === stopped) return false;
        if (stopped) stops.set(linkId, audit.at);
        else stops.delete(linkId);
        append(audit);
        return true;
      },
    ),
    remindedSince: operation('autoReminders.remindedSince', (since: number, until: number) => {
      const counted = steps.filter(({ countsAt }) => since <= countsAt && countsAt < until);
      const amount = (...states: string[]): number =>
        counted.filter(({ state }) => states.includes(state)).length;
      return { sent: amount('sent'), notConfirmed: amount('begun', 'unknown') };
    }),
    prune: operation('autoReminders.prune', (expiredBefore: number, stoppedBefore: number) => {
      steps = steps.filter(({ expiresAt }) => expiresAt >= expiredBefore);
      for (const [linkId, at] of stops) if (at < stoppedBefore) stops.delete(linkId);
    }),
  };
}
