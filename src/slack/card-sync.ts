/**
 * Owns the messages that show an approval: reconciles every copy with the stored request, whoever else does so at the
 * same moment. What Slack refuses stays due and is tried again by a job.
 */

import { type Log, withLogFields } from '../log.ts';
import type { CancelRequest } from '../payouts/cancel/request.ts';
import type { CardCopy, HeldCopy } from '../payouts/cancel/ports.ts';
import { freshCopy } from '../payouts/cancel/messages.ts';
import type { Deps } from '../payouts/deps.ts';
import { renewing } from '../renewing.ts';
import { type AdvanceAndShow, createAdvanceAndShow } from './advance-and-show.ts';
import { createCopyWork } from './card-copy.ts';
import type { Messenger, SlackFailure } from './api/messenger.ts';

/** Debounce: Slack delivers a click again and again, and a copy it mended is right meanwhile. */
const MENDED_FOR_MS = 10_000;
/** The request may move on while a copy is being edited; more often than this in one go it is left to the job. */
const ROUNDS = 10;

export interface ApprovalCards {
  advanceAndShow: AdvanceAndShow;
  /** Reconciles every copy that is due; returns why the request card could not be shown, if so. */
  sync(cancelRequestId: string): Promise<SlackFailure | undefined>;
  /** Takes note of a copy met by a click, so that it is edited like the others. */
  repair(request: CancelRequest, channelId: string, ts: string): Promise<void>;
  /** Where the request card stands, when it was posted. */
  place(cancelRequestId: string): Promise<{ channelId: string; ts: string } | undefined>;
}

/** The request card before the others. */
function cardFirst(one: CardCopy, other: CardCopy): number {
  return Number(other.purpose === 'request') - Number(one.purpose === 'request');
}

/** `leaseMs`: for how long a copy is held; renewed while the work on it goes on. */
export function createApprovalCards(
  deps: Deps,
  messenger: Messenger,
  log: Log,
  leaseMs: number,
): ApprovalCards {
  const { requests, cards } = deps.store;
  const work = createCopyWork(deps, messenger, log, leaseMs);
  /** When each copy was last mended by a click on this replica. */
  const mended = new Map<string, number>();

  /** Shows the request on the messages that this replica leased; the card first, for the others may be many. */
  const show = async (cancelRequestId: string, held: HeldCopy[]): Promise<SlackFailure | undefined> => {
    const request = await requests.find(cancelRequestId);
    if (!request) return undefined;
    // A nudge answers the card in its thread.
    const nudges = held.some(({ purpose }) => purpose === 'nudge');
    const all = nudges ? await cards.of(cancelRequestId) : [];
    const mainCard = all.find(({ purpose }) => purpose === 'request');
    return withLogFields({ cancelRequestId, linkId: request.linkId }, async () => {
      let problem: SlackFailure | undefined;
      for (const copy of held.toSorted(cardFirst)) {
        const failed = await work.show(copy, request, mainCard);
        if (copy.purpose === 'request') problem = failed;
      }
      return problem;
    });
  };

  const sync = async (cancelRequestId: string): Promise<SlackFailure | undefined> => {
    let problem: SlackFailure | undefined;
    for (let round = 0; round < ROUNDS; round += 1) {
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
    sync,
    advanceAndShow: createAdvanceAndShow(sync, log),
    async repair(request, channelId, ts) {
      const known = await cards.of(request.id);
      // A copy whose buttons were just pressed may have missed an edit: it is shown again from the start.
      const copy = known.find((card) => card.channelId === channelId && card.ts === ts);
      if (request.status === 'pending' && copy) return;
      const key = `${request.id} ${request.version} ${ts}`;
      const now = deps.clock();
      for (const [other, at] of mended) if (now - at >= MENDED_FOR_MS) mended.delete(other);
      if (mended.has(key)) return;
      mended.set(key, now);
      try {
        const met = copy ?? freshCopy(deps.newId(), request.id, 'request', channelId);
        await cards.met({ ...met, ts }, now);
      } catch (error) {
        mended.delete(key);
        throw error;
      }
    },
    async place(cancelRequestId) {
      const card = (await cards.of(cancelRequestId)).find((copy) => copy.purpose === 'request' && copy.ts);
      return card?.ts ? { channelId: card.channelId, ts: card.ts } : undefined;
    },
  };
}
