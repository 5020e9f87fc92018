/** Owns what is kept and for how long: records of finished work are removed by age, the audit never. */

import type { Deps } from '../deps.ts';
import { DAY_MS, MINUTE_MS } from '../time.ts';
import type { RetentionStore } from './port.ts';

/** One replica an hour. */
const CLAIM_KEY = 'retention';
const CLAIM_MS = 50 * MINUTE_MS;
/** Claims only say that something is running or was done lately; the longest run for NOTIFY_COOLDOWN. */
const CLAIMS_KEPT_MS = DAY_MS;

/** A step should take some milliseconds; what a run leaves is for the next one. */
const A_STEP = 50;
const STEPS_A_RUN = 200;

/** Removes what is old, in bounded steps. Safe to run on several replicas at once: each step is one transaction. */
export async function removeOld(
  { store, clock, settings }: Pick<Deps, 'store' | 'clock' | 'settings'>,
  retention: RetentionStore,
): Promise<void> {
  const now = clock();
  const { claimed } = await store.cooldowns.claim(CLAIM_KEY, now, CLAIM_MS);
  if (!claimed) return;
  const before = now - settings.keepFinishedMs;
  await inSteps(() => retention.removeRequests(before, A_STEP));
  await inSteps(() => retention.removeTransactions(before, A_STEP));
  await inSteps(() => retention.removeCooldowns(now - CLAIMS_KEPT_MS, A_STEP));
}

async function inSteps(step: () => Promise<number>): Promise<void> {
  for (let steps = 0; steps < STEPS_A_RUN; steps += 1) if ((await step()) < A_STEP) return;
}
