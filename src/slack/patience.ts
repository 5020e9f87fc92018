/** Owns how long a person waits without an answer: after that they are told that it takes longer. */

import type { Log } from '../log.ts';
import type { Context } from './context.ts';
import { lookingUp, NOT_SAVED_YET, notice } from './views/notices.ts';

export interface Patience {
  lookingUpMs: number;
  /** Leaves the rest of Slack's three seconds for saying it and for the acknowledgement. */
  notRecordedMs: number;
  /** After this a decision is acknowledged even if the person could not be told: Slack waits for 3 s. */
  acknowledgeMs: number;
  /** What only helps, such as the other links of a recipient, is not waited for any longer; default 3,000. */
  helpMs?: number;
}

const PATIENCE: Patience = { lookingUpMs: 2_000, notRecordedMs: 1_200, acknowledgeMs: 2_500 };

/**
 * What is slow: a look-up at InstantPay, or storing a decision, which is acknowledged only once it is stored. `in the form`:
 * a submitted form is acknowledged with what comes of it, and kept open with a waiting view when that takes longer.
 */
export type Wait = 'looking up' | 'not recorded' | 'in the form';

/** Starts the timers of one request; the returned function stops them. */
export function startPatience(
  wait: Wait | undefined,
  context: Context,
  log: Log,
  { lookingUpMs, notRecordedMs, acknowledgeMs }: Patience = PATIENCE,
): () => void {
  const timers: NodeJS.Timeout[] = [];
  const after = (ms: number, tell: () => Promise<unknown>): void => {
    const failed = (error: unknown): void => log.error({ error }, 'waiting message failed');
    timers.push(setTimeout(() => void tell().catch(failed), ms));
  };
  if (wait === 'looking up') {
    // An open form says by itself that it waits.
    after(lookingUpMs, async () => context.form.isOpen() || (await context.waiting.show(lookingUp())));
  }
  if (wait === 'in the form') after(lookingUpMs, () => context.form.keepWaiting());
  if (wait === 'not recorded') {
    after(notRecordedMs, async () => {
      if (context.acknowledged()) return;
      if (await context.waiting.show(notice(NOT_SAVED_YET))) await context.acknowledge();
    });
    after(acknowledgeMs, () => context.acknowledge());
  }
  return () => timers.forEach(clearTimeout);
}
