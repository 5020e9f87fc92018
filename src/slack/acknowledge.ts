/** Owns the acknowledgement: told to Slack once, whoever asks first. */

import type { Log } from '../log.ts';

/**
 * Idempotent. A replica that dies before has acknowledged nothing: Slack tells the person that it failed, and they
 * press again. One that died after an early acknowledgement would have lost their decision.
 */
export function acknowledgeOnce(ack: () => Promise<void>, log: Log): () => Promise<void> {
  let told: Promise<void> | undefined;
  return () => {
    told ??= ack().catch((error: unknown) => log.warn({ error }, 'an acknowledgement did not reach Slack'));
    return told;
  };
}
