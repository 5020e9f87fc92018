/** Owns answering through a response_url: Slack takes five answers within 30 minutes. */

import type { Clock } from '../../payouts/time.ts';
import { LIMITS } from '../block-kit/limits.ts';
import { type OnCall, outcomeOf, readRetryAfter, SlackFailure } from './client.ts';
import { postJson } from './post-json.ts';

const REPLY_MS = 10_000;

/** As metrics name it, beside Slack's methods. */
export const RESPONSE_URL = 'response_url';

type Respond = (responseUrl: string, body: object) => Promise<void>;

/** Returns a function that posts one answer. It rejects with SlackFailure, whose message never holds the address. */
export function createResponder(clock: Clock, onCall?: OnCall): Respond {
  const uses = countUses(clock);
  return async (responseUrl, body) => {
    if (!uses.take(responseUrl)) throw new SlackFailure('response_url_used_up');
    const startedAt = performance.now();
    try {
      await post(responseUrl, body);
      onCall?.(RESPONSE_URL, 'ok', performance.now() - startedAt);
    } catch (error) {
      if (error instanceof SlackFailure)
        onCall?.(RESPONSE_URL, outcomeOf(error), performance.now() - startedAt);
      throw error;
    }
  };
}

async function post(responseUrl: string, body: object): Promise<void> {
  // A failure's cause is dropped on purpose: it names the response_url.
  const answer = await postJson(responseUrl, body, REPLY_MS);
  if (!answer) throw new SlackFailure('response_url_unreachable');
  const { status, retryAfter } = answer;
  if (status === 429) throw new SlackFailure('ratelimited', readRetryAfter(retryAfter));
  if (status < 200 || status > 299) throw new SlackFailure(`response_url_${status}`);
}

/** Counts the uses of each response_url, also those by forms that were opened from its message. */
function countUses(clock: Clock): { take(url: string): boolean } {
  const used = new Map<string, { times: number; until: number }>();
  return {
    take(url) {
      const now = clock();
      for (const [other, { until }] of used) {
        // A Map keeps the order of insertion: the oldest comes first.
        if (until > now) break;
        used.delete(other);
      }
      const one = used.get(url) ?? { times: 0, until: now + LIMITS.responseUrlMs };
      used.set(url, one);
      one.times += 1;
      return one.times <= LIMITS.responseUrlUses;
    },
  };
}
