/** Owns the job of automatic reminders: one run of the rule, what of it the log is told, and its end when the process stops. */

import type { Log } from '../log.ts';
import type { Deps } from '../payouts/deps.ts';
import { remindAutomatically } from '../payouts/links/auto-remind.ts';

export const INCOMPLETE = 'automatic reminders incomplete, next run continues';

export interface AutomaticReminders {
  run(): Promise<void>;
  /** Begins no further reminder; what is left is sent by the next run of any replica. */
  stop(): void;
}

export function createAutomaticReminders(deps: Deps, log: Log): AutomaticReminders {
  let isStopped = false;
  return {
    async run() {
      const run = await remindAutomatically(deps, () => isStopped);
      if (!run) return;
      const { sent, notConfirmed, notSent, problem: reason } = run;
      if (sent > 0) log.info({ count: sent }, 'automatic reminders sent');
      if (notConfirmed > 0) log.warn({ count: notConfirmed }, 'automatic reminders not confirmed');
      if (notSent > 0) log.warn({ count: notSent }, 'automatic reminders not sent');
      if (reason !== undefined) log.warn({ reason }, INCOMPLETE);
    },
    stop() {
      isStopped = true;
    },
  };
}
