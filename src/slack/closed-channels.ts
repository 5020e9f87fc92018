/** Owns channels that take no messages any more: their digests pause, and people are told. */

import { z } from 'zod';
import { isPayoutDeskError } from '../errors.ts';
import { pauseClosed } from '../payouts/subscriptions/pause-closed.ts';
import type { ClosedReason } from '../payouts/subscriptions/subscription.ts';
import type { Delivered } from './listen-messages.ts';
import type { Listening } from './listening.ts';
import { closedNotices } from './views/subscriptions.ts';

const closed = z.object({ channel: z.string() });

/**
 * Returns what is heard of such an event: nothing but the pause, which may be delivered twice. An event that is lost is no
 * harm: the next digest there is refused, and pauses them then.
 */
export function hearClosed(why: ClosedReason) {
  return async (
    { inFlight, teamId, log, services: { deps } }: Listening,
    { event, teamId: from }: Delivered,
  ): Promise<void> => {
    const { data } = closed.safeParse(event);
    if (!data || (teamId !== undefined && from !== teamId)) return;
    const { channel: channelId } = data;
    const done = inFlight.accept();
    if (!done) return;
    try {
      const count = await pauseClosed(deps, { channelId, why, notices: closedNotices });
      if (count > 0) log.warn({ channelId, count, reason: why }, 'digests paused');
    } catch (error) {
      if (!isPayoutDeskError(error)) throw error;
      log.error({ channelId, kind: error.kind }, 'digests not paused, next refused post pauses them');
    } finally {
      done();
    }
  };
}
