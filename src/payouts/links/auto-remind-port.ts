/** Owns what automatic reminders need from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { AuditEntry } from '../audit-entry.ts';
import type { AutoResult } from './auto-remind-steps.ts';

/** One automatic reminder: of a link, so long before its expiry. */
export interface AutoStep {
  linkId: string;
  /** Which of REMIND_BEFORE. */
  beforeMs: number;
  expiresAt: number;
}

/** Bounded by `prune`: what is over is not kept. */
export interface AutoReminderStore {
  /**
   * Atomic, before the call: one caller a step, ever, over all replicas; at most `AUTO_AT_MOST` a link, whatever the
   * steps were when they were claimed; none of a link whose automatic reminders are stopped.
   */
  claim(step: AutoStep, now: number): Promise<boolean>;
  /** It is certain that nothing was sent: the step can be claimed again. */
  release(step: AutoStep): Promise<void>;
  settle(step: AutoStep, result: AutoResult, now: number): Promise<void>;
  /** Of these links: the steps that were claimed, and the links whose automatic reminders are stopped. */
  known(linkIds: readonly string[]): Promise<{ claimed: Omit<AutoStep, 'expiresAt'>[]; stopped: string[] }>;
  /** Stops or allows them for one link, together with the audit row; false, and no write, when it was so already. */
  setStopped(linkId: string, stopped: boolean, audit: AuditEntry): Promise<boolean>;
  /** How many were sent from `since` on and before `until`, and of how many it is not confirmed (R9). Each counts once. */
  remindedSince(since: number, until: number): Promise<{ sent: number; notConfirmed: number }>;
  /** Removes those of links that expired before, and stops that are older than any link lives. */
  prune(expiredBefore: number, stoppedBefore: number): Promise<void>;
}
