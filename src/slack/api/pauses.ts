/** Owns Slack's rate limits: after a 429 the same kind of call waits until Retry-After has passed. */

import type { Clock } from '../../payouts/time.ts';
import { SlackFailure } from './client.ts';

export interface Pauses {
  /**
   * Rejects with SlackFailure at once while the pause of this key lasts. A key is a method, with the channel where Slack
   * limits by channel.
   */
  respect<Answer>(key: string, ask: () => Promise<Answer>): Promise<Answer>;
}

export function createPauses(clock: Clock): Pauses {
  const pausedUntil = new Map<string, number>();
  return {
    async respect(key, ask) {
      const leftMs = (pausedUntil.get(key) ?? 0) - clock();
      if (leftMs > 0) throw new SlackFailure('ratelimited', leftMs);
      pausedUntil.delete(key);
      try {
        return await ask();
      } catch (error) {
        if (error instanceof SlackFailure && error.retryAfterMs !== undefined)
          pausedUntil.set(key, clock() + error.retryAfterMs);
        throw error;
      }
    },
  };
}
