/** Owns what follows every change of a cancel request, made by a command, a button or a job: its next step and its messages. */

import { type Log, withLogFields } from '../log.ts';
import type { Batch } from '../payouts/cancel/batch.ts';
import type { SlackFailure } from './api/client.ts';

/** What came of a step and of showing it. */
export interface Advanced {
  /** Why the request card could not be shown; the job tries again. */
  notShown: SlackFailure | undefined;
  /** What the step failed with, or the store while the messages were reconciled; the job goes on. */
  error?: unknown;
}

/**
 * Runs a batch's next step, if it has one, and reconciles its messages before and after; never rejects. When the step is
 * for several links, each message is edited twice: Slack takes about one edit a second. While a step takes long, the job of
 * the cards shows how far it is. Each line of the log that it causes says of which request.
 */
export type AdvanceAndShow = (
  batch: Pick<Batch, 'id' | 'requests'>,
  step?: () => Promise<unknown>,
) => Promise<Advanced>;

/** `sync`: reconciles every message of a request that is due, so many times at most while the request changes. */
export function createAdvanceAndShow(
  sync: (cancelRequestId: string, rounds?: number) => Promise<SlackFailure | undefined>,
  log: Log,
): AdvanceAndShow {
  const run = async (
    { id: cancelRequestId, requests }: Pick<Batch, 'id' | 'requests'>,
    step?: () => Promise<unknown>,
  ): Promise<Advanced> => {
    // The steps of one link are few, so each is shown, also that the call is under way.
    const rounds = step && requests.length > 1 ? 1 : undefined;
    // The buttons go while the step runs; neither waits for the other, and both end before this does.
    const [before, advanced] = await Promise.allSettled([sync(cancelRequestId, rounds), step?.()]);
    const [after] = step ? await Promise.allSettled([sync(cancelRequestId)]) : [before];
    const notShown = after.status === 'fulfilled' ? after.value : undefined;
    for (const result of [advanced, after]) {
      if (result.status === 'fulfilled') continue;
      log.error({ error: result.reason }, 'cancel request step failed');
      return { notShown, error: result.reason };
    }
    return { notShown };
  };
  return (batch, step) =>
    withLogFields({ cancelRequestId: batch.id, linkId: linkIdOf(batch) }, () => run(batch, step));
}

/** For the log: the link of a request for one. Of several, the lines of each link's own step name it. */
export function linkIdOf({ requests: [first, ...others] }: Pick<Batch, 'requests'>): string | undefined {
  return others.length === 0 ? first.linkId : undefined;
}
