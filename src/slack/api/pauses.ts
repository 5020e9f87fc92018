/** Owns the pauses Slack asks for: what it rate-limited is not sent again before Retry-After is over. */

import type { Clock } from '../../payouts/ports.ts';
import { SlackFailure } from './client.ts';

export interface Pauses {
  /**
   * Rejects with SlackFailure without asking while the pause of this key lasts. A key is a method, with the channel
   * where Slack counts by channel.
   */
  respect<Answer>(key: string, ask: () => Promise<Answer>): Promise<Answer>;
}

export function createPauses(clock: Clock): Pauses {
  const over = new Map<string, number>();
  return {
    async respect(key, ask) {
      const leftMs = (over.get(key) ?? 0) - clock();
      if (leftMs > 0) throw new SlackFailure('ratelimited', leftMs);
      over.delete(key);
      try {
        return await ask();
      } catch (error) {
        if (error instanceof SlackFailure && error.retryAfterMs !== undefined)
          over.set(key, clock() + error.retryAfterMs);
        throw error;
      }
    },
  };
}
