/**
 * Owns the reconciler of a request's messages: brings each one up to date with the stored request under a lease, so that
 * any number of replicas may do so at once. What Slack refuses stays due, and a job tries again.
 */

import { type Log, withLogFields } from '../log.ts';
import { type Batch, isPending } from '../payouts/cancel/batch.ts';
import type { CardCopy, HeldCopy } from '../payouts/cancel/ports.ts';
import { freshCopy } from '../payouts/cancel/messages.ts';
import type { Deps } from '../payouts/deps.ts';
import { renewing } from '../renewing.ts';
import { type AdvanceAndShow, createAdvanceAndShow, linkIdOf } from './advance-and-show.ts';
import { showCopy } from './card-copy.ts';
import type { CardWork } from './card-duplicates.ts';
import type { SlackFailure } from './api/client.ts';
import type { Messenger } from './api/messenger.ts';

/** Debounce: Slack redelivers clicks, and the message they came from was just brought up to date. */
const REPAIRED_FOR_MS = 10_000;
/** The request may change while a message is being edited; more often than this at once is left to the job. */
const ROUNDS = 10;

export interface ApprovalCards {
  advanceAndShow: AdvanceAndShow;
  /** Reconciles every message that is due; returns why the request card could not be shown, if so. Idempotent. */
  sync(cancelRequestId: string): Promise<SlackFailure | undefined>;
  /** Makes the message a click came from due, also one that is not in the outbox. */
  repair(batch: Batch, channelId: string, ts: string): Promise<void>;
  /** Where the request card was posted; undefined if it was not yet. */
  place(cancelRequestId: string): Promise<{ channelId: string; ts: string } | undefined>;
}

/** The request card before the others. */
function cardFirst(one: CardCopy, other: CardCopy): number {
  return Number(other.purpose === 'request') - Number(one.purpose === 'request');
}

/** `leaseMs`: for how long a message is held; renewed while the work on it goes on. */
export function createApprovalCards(
  deps: Deps,
  messenger: Messenger,
  log: Log,
  leaseMs: number,
): ApprovalCards {
  const { requests, cards } = deps.store;
  const work: CardWork = { deps, messenger, log, leaseMs };
  /** When each message was last repaired by a click, on this replica. */
  const repaired = new Map<string, number>();

  /** Shows the request on the messages that this replica leased; the card first, for the others may be many. */
  const show = async (cancelRequestId: string, held: HeldCopy[]): Promise<SlackFailure | undefined> => {
    const batch = await requests.findBatch(cancelRequestId);
    if (!batch) return undefined;
    return withLogFields({ cancelRequestId, linkId: linkIdOf(batch) }, async () => {
      let problem: SlackFailure | undefined;
      for (const copy of held.toSorted(cardFirst)) {
        const failed = await showCopy(work, copy, batch);
        if (copy.purpose === 'request') problem = failed;
      }
      return problem;
    });
  };

  const sync = async (cancelRequestId: string, rounds = ROUNDS): Promise<SlackFailure | undefined> => {
    let problem: SlackFailure | undefined;
    for (let round = 0; round < rounds; round += 1) {
      const held = await cards.claim(cancelRequestId, deps.clock(), leaseMs);
      if (held.length === 0) break;
      const renew = () => Promise.all(held.map((copy) => cards.renew(copy, deps.clock(), leaseMs)));
      await renewing(leaseMs / 3, renew, async () => {
        const failed = await show(cancelRequestId, held);
        if (held.some(({ purpose }) => purpose === 'request')) problem = failed;
      });
    }
    return problem;
  };

  return {
    sync: (cancelRequestId) => sync(cancelRequestId),
    advanceAndShow: createAdvanceAndShow(sync, log),
    async repair(batch, channelId, ts) {
      const known = await cards.of(batch.id);
      // A message whose buttons were just pressed may have missed an edit: it is edited again.
      const copy = known.find((card) => card.channelId === channelId && card.ts === ts);
      if (isPending(batch) && copy) return;
      const key = `${batch.id} ${batch.version} ${ts}`;
      const now = deps.clock();
      for (const [other, at] of repaired) if (now - at >= REPAIRED_FOR_MS) repaired.delete(other);
      if (repaired.has(key)) return;
      repaired.set(key, now);
      try {
        const found = copy ?? freshCopy(deps.newId(), batch.id, 'request', channelId);
        await cards.showAgain({ ...found, ts }, now);
      } catch (error) {
        repaired.delete(key);
        throw error;
      }
    },
    async place(cancelRequestId) {
      const card = (await cards.of(cancelRequestId)).find((copy) => copy.purpose === 'request' && copy.ts);
      return card?.ts ? { channelId: card.channelId, ts: card.ts } : undefined;
    },
  };
}
