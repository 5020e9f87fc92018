/** Owns the acknowledgement of one delivery: Slack waits three seconds for it. */

import type { Log } from '../log.ts';

export interface Acknowledgement {
  /** Idempotent; never rejects. */
  acknowledge(): Promise<void>;
  acknowledged(): boolean;
}

/**
 * A decision is acknowledged after it is stored: if the replica dies before, Slack tells the person that the click
 * failed, and they press again. An early acknowledgement would lose the decision silently.
 */
export function acknowledgeOnce(ack: () => Promise<void>, log: Log): Acknowledgement {
  let sent: Promise<void> | undefined;
  return {
    acknowledge() {
      sent ??= ack().catch((error: unknown) => log.warn({ error }, 'acknowledgement failed'));
      return sent;
    },
    acknowledged: () => sent !== undefined,
  };
}
