/** Owns the acknowledgement of what decides: once it is in the records, and inside Slack's three seconds whatever hangs. */

import type { Log } from '../log.ts';

/** Leaves half of the three seconds to the way to Slack and back. */
const AT_THE_LATEST_MS = 1_500;

/**
 * Tells Slack once, whoever asks first. A desk that dies before has acknowledged nothing: Slack tells the person that
 * it failed, and they press again. One that died after an early acknowledgement would have lost their decision.
 */
export function acknowledgeOnce(ack: () => Promise<void>, log: Log): () => Promise<void> {
  let told: Promise<void> | undefined;
  const acknowledge = (): Promise<void> => {
    clearTimeout(late);
    told ??= ack().catch((error: unknown) => log.warn({ error }, 'an acknowledgement did not reach Slack'));
    return told;
  };
  const late = setTimeout(() => void acknowledge(), AT_THE_LATEST_MS);
  return acknowledge;
}
