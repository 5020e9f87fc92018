/** Owns requesting a cancellation from Slack: the request, its card, and what the requester is told. */

import { createHash } from 'node:crypto';
import { isPayoutDeskError } from '../../errors.ts';
import { LinksRefused, requestCancel, type Requested } from '../../payouts/cancel/ask.ts';
import type { Batch } from '../../payouts/cancel/batch.ts';
import { alreadyRequested } from '../../payouts/cancel/words.ts';
import type { CancelMetadata } from '../block-kit/form-metadata.ts';
import type { Message } from '../block-kit/blocks.ts';
import type { SlackFailure } from '../api/client.ts';
import { isPlaceClosed } from '../api/error-codes.ts';
import type { ApprovalCards } from '../card-sync.ts';
import type { Context } from '../context.ts';
import { requestOpened } from '../views/approval-answers.ts';
import { offersOf } from '../offers-of.ts';
import { approvalCard } from '../views/approval-card.ts';
import { failure } from '../views/notices.ts';

export interface RequestOptions {
  /** The request is stored, and its card is not posted yet. */
  onSaved?: () => Promise<unknown>;
  /** The card in this channel on which it was requested. */
  shared?: CancelMetadata['shared'];
}

/** Rejects when nothing was requested. */
export async function requestAndAnswer(
  context: Context,
  linkIds: readonly string[],
  reason: string,
  { onSaved, shared }: RequestOptions = {},
): Promise<void> {
  const requested = await request(context, linkIds, reason, shared);
  const { batch } = requested;
  // Some of several were requested before, so nothing was requested now: the others can go on without them.
  if (requested.kind === 'already_open' && requested.taken.length < new Set(linkIds).size) {
    throw new LinksRefused(
      requested.taken.map(({ linkId, number }) => ({ linkId, problem: alreadyRequested(number) })),
    );
  }
  await onSaved?.();
  if (requested.kind === 'delivered_before') {
    await context.answer(approvalCard(batch, context.deps.clock(), { offers: await offersOf(context) }));
    return;
  }
  // The request is saved: whatever fails from here on must not say that nothing was done.
  const { notShown, ...failed } = await context.cards.advanceAndShow(batch);
  if (notShown || 'error' in failed) {
    await context.answer(failure(cardNotPosted(notShown), { supportCode: context.supportCode }));
    return;
  }
  const alreadyOpen = requested.kind === 'already_open';
  await context.answer(await openedMessage(context, batch, { alreadyOpen }));
}

/** Says that approval was requested, or that it had been before, and where approvers see it. */
export async function openedMessage(
  context: Context,
  batch: Batch,
  { alreadyOpen }: { alreadyOpen: boolean },
): Promise<Message> {
  const place = await placeOf(context, batch.id);
  return requestOpened(batch, {
    now: context.deps.clock(),
    alreadyOpen,
    channelId: place?.channelId ?? context.approvalChannel,
    cardFollows: place === undefined,
    cardLink: place && (await context.messenger.permalink(place)),
  });
}

async function request(
  context: Context,
  linkIds: readonly string[],
  reason: string,
  shared: RequestOptions['shared'],
): Promise<Requested> {
  const { deps, actor, channelId, deliveryId } = context;
  const input = {
    linkIds,
    reason,
    requestedIn: channelId,
    shared: shared && { ...shared, channelId },
  };
  const id = deliveryId && requestIdOf(deliveryId, linkIds);
  const known = await requestCancel(deps, actor, { ...input, id });
  // Only what Slack marks as delivered again is a late copy; anything else is a request of its own.
  const isNew = known.kind === 'delivered_before' && !context.isRedelivery;
  return isNew ? requestCancel(deps, actor, { ...input, id: undefined }) : known;
}

/** Where the card was posted; undefined if it was not yet, or the store does not answer any longer. */
async function placeOf(
  context: Context,
  cancelRequestId: string,
): Promise<Awaited<ReturnType<ApprovalCards['place']>>> {
  try {
    return await context.cards.place(cancelRequestId);
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    context.log.warn({ error, cancelRequestId }, 'card place not found');
    return undefined;
  }
}

/** Idempotent by delivery: a copy that Slack delivers late, after a rejection, must not open a second request. */
function requestIdOf(delivery: string, linkIds: readonly string[]): string {
  const hash = createHash('sha256')
    .update([delivery, ...linkIds].join(' '))
    .digest('hex');
  // A UUID of version 8: its bits are our own.
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`];
  return [...parts, hash.slice(20, 32)].join('-');
}

/** The request is saved; its card follows. */
function cardNotPosted(refused: SlackFailure | undefined): string {
  if (refused?.retryAfterMs !== undefined) {
    const seconds = Math.ceil(refused.retryAfterMs / 1_000);
    return `Request saved. Slack is limiting requests; the approvers will see it in about ${seconds} s.`;
  }
  const retried = 'Request saved. Posting to the approval channel failed and will be retried.';
  return refused && isPlaceClosed(refused.code)
    ? `${retried} Ask your administrator to invite Payout Desk to that channel.`
    : retried;
}
