/** Owns the work on one leased message of a request: posts or edits it, and saves the result by its fencing token. */

import type { CardCopy, CardResult, HeldCopy } from '../payouts/cancel/ports.ts';
import type { Batch } from '../payouts/cancel/batch.ts';
import { FOLLOWING_PURPOSES, type MessagePurpose } from '../payouts/cancel/request.ts';
import { HOUR_MS } from '../payouts/time.ts';
import { isMessageGone, isPlaceClosed } from './api/error-codes.ts';
import { SlackFailure } from './api/client.ts';
import type { Posted } from './api/messenger.ts';
import type { Message } from './block-kit/blocks.ts';
import { type CardWork, findPosted, markOf, removeOthers, yieldToHolder } from './card-duplicates.ts';
import { cardMessage } from './card-messages.ts';
import { threadOf } from './card-thread.ts';

const FIRST_WAIT_MS = 5_000;
const MAX_WAIT_MS = HOUR_MS;
/** A version no request reaches; it fits a database's integer. */
const NEVER_BEHIND = 2 ** 31 - 1;

function isFollowing({ purpose }: CardCopy): boolean {
  const following: readonly MessagePurpose[] = FOLLOWING_PURPOSES;
  return following.includes(purpose);
}

/** Posts or edits a leased message; returns why Slack did not take it, if so. */
export async function showCopy(
  work: CardWork,
  copy: HeldCopy,
  batch: Batch,
): Promise<SlackFailure | undefined> {
  const message = await cardMessage(work, copy, batch);
  // Nudges, questions and announcements are posted once; they do not change with the request.
  if (!message || (!isFollowing(copy) && copy.ts !== undefined)) {
    await settle(work, copy, batch, shown(copy, batch));
    return undefined;
  }
  try {
    if (copy.ts === undefined) await post(work, copy, batch, message);
    else {
      await work.messenger.update({ channelId: copy.channelId, ts: copy.ts }, message);
      await settle(work, copy, batch, shown(copy, batch));
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    await reschedule(work, copy, batch, error);
    return error;
  }
}

async function post(work: CardWork, copy: HeldCopy, batch: Batch, message: Message): Promise<void> {
  const { deps, messenger, leaseMs } = work;
  const [standing] = (copy.attempts > 1 ? await findPosted(work, copy, batch) : undefined) ?? [];
  if (standing !== undefined) {
    // An earlier attempt was cut off after Slack took it; what it shows may be older than the request.
    const { channelId, attempts } = copy;
    const found = { channelId, ts: standing, shownVersion: 0, attempts, nextAttemptAt: 0 };
    return settle(work, copy, batch, { ...found, problem: undefined });
  }
  if (!(await deps.store.cards.renew(copy, deps.clock(), leaseMs))) return yieldToHolder(work, copy, batch);
  const thread = await threadOf(deps.store.cards, copy, batch);
  const posted = await messenger.message(copy.channelId, message, { ...thread, mark: markOf(copy) });
  await settle(work, copy, batch, { ...shown(copy, batch), ...posted }, posted);
}

/** Saves the result by compare-and-swap on the lease's token. */
async function settle(
  work: CardWork,
  copy: HeldCopy,
  batch: Batch,
  result: CardResult,
  posted?: Posted,
): Promise<void> {
  if (!(await work.deps.store.cards.settle(copy, result))) {
    return yieldToHolder(work, copy, batch, posted);
  }
  // An earlier holder, or a post whose answer was lost, may have arrived later than anybody could look for it.
  if (copy.takenOver && result.ts !== undefined) await removeOthers(work, copy, batch, result.ts);
}

/** Tries again later what Slack did not take, or never where it cannot succeed. */
async function reschedule(
  work: CardWork,
  copy: HeldCopy,
  batch: Batch,
  failure: SlackFailure,
): Promise<void> {
  const { code, retryAfterMs } = failure;
  const { channelId, ts, shownVersion, attempts } = copy;
  work.log.warn({ kind: copy.purpose, code, count: attempts }, 'card update failed');
  const failed = { channelId, ts, shownVersion, attempts, nextAttemptAt: 0, problem: code };
  // An approver who takes no direct messages is one of several; the card is in the channel. Nor does anybody wait in a
  // thread of a channel that Payout Desk is no member of, or whose card is gone.
  const isUncalled = isDirect(copy) && copy.purpose !== 'outcome' && isPlaceClosed(code);
  const isUnthreaded = copy.purpose === 'thread' && (isPlaceClosed(code) || isMessageGone(code));
  if ((ts !== undefined && isMessageGone(code)) || isUncalled || isUnthreaded) {
    return settle(work, copy, batch, { ...failed, shownVersion: NEVER_BEHIND });
  }
  await settle(work, copy, batch, {
    ...failed,
    // Slack may take it later than anybody looks for it.
    mayComeLate: ts === undefined && failure.answerLost,
    nextAttemptAt: work.deps.clock() + waitMs(attempts, retryAfterMs),
  });
}

/** The message shows this version of its request. */
function shown({ channelId, ts }: CardCopy, batch: Batch): CardResult {
  return { channelId, ts, shownVersion: batch.version, attempts: 0, nextAttemptAt: 0, problem: undefined };
}

/** To a person: the user ID until it was posted, then the conversation’s. */
const isDirect = ({ channelId }: CardCopy): boolean => /^[UWD]/.test(channelId);

/** Exponential backoff, and never earlier than Slack asks for (Retry-After). */
function waitMs(attempts: number, retryAfterMs = 0): number {
  const backoffMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 20), MAX_WAIT_MS);
  return Math.max(backoffMs, retryAfterMs);
}
