/** Owns `/payout cancel`: with a reason it asks for approval at once, without one a form asks why. */

import { createHash } from 'node:crypto';
import { Forbidden, isPayoutDeskError } from '../../errors.ts';
import { readReason } from '../../payouts/cancel/reason.ts';
import { requestCancel } from '../../payouts/cancel/ask.ts';
import type { LinkTarget } from '../../payouts/links/target.ts';
import { BLOCK_IDS } from '../block-kit/ids.ts';
import { decodeCancelMetadata, encodeCancelMetadata, readReasonInput } from '../block-kit/form-metadata.ts';
import type { ApprovalCards } from '../card-sync.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import type { SlackFailure } from '../api/client.ts';
import { isPlaceClosed } from '../api/error-codes.ts';
import { requestOpened } from '../views/approval-answers.ts';
import { approvalCard } from '../views/approval-card.ts';
import { cancelReasonModal } from '../views/modals.ts';
import { failure } from '../views/notices.ts';
import { describeTarget, findOne } from './find-one.ts';
import { FORM_NOT_VALID } from '../buttons/values.ts';

export async function cancel(context: Context, command: CommandOf<'cancel'>): Promise<void> {
  if (command.reason === undefined) await openReasonForm(context, command.target);
  else await ask(context, command.target, command.reason);
}

/** The trigger lives three seconds, so the form opens before anything is looked up. */
export async function openReasonForm(context: Context, target: LinkTarget, reason?: string): Promise<void> {
  const { channelId, threadTs, responseUrl } = context;
  const metadata = encodeCancelMetadata({ target, channelId, threadTs, responseUrl }, context.seal);
  await context.openView(cancelReasonModal(metadata, { linkLine: describeTarget(target), reason }));
}

/** What is wrong with the form: checked before it closes. */
export function checkReason(values: unknown): Record<string, string> | undefined {
  try {
    readReason(readReasonInput(values) ?? '');
    return undefined;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return { [BLOCK_IDS.reason]: error.message };
  }
}

export async function cancelWithReason(context: Context, values: unknown, metadata: string): Promise<void> {
  const form = decodeCancelMetadata(metadata, context.seal);
  if (!form) throw new Forbidden(`${FORM_NOT_VALID} Start again.`);
  await ask(context, form.target, readReasonInput(values) ?? '');
}

async function ask(context: Context, target: LinkTarget, reason: string): Promise<void> {
  const linkId = await findOne(context, target, 'cancel', { reason });
  if (!linkId) return;
  const input = { linkIds: [linkId], reason, requestedIn: context.channelId };
  const id = context.deliveryId && requestIdOf(context.deliveryId, linkId);
  const known = await requestCancel(context.deps, context.actor, { ...input, id });
  // Only what Slack marks as delivered again is a late copy; anything else is a request of its own.
  const isNew = known.kind === 'delivered_before' && !context.isRedelivery;
  const requested = isNew
    ? await requestCancel(context.deps, context.actor, { ...input, id: undefined })
    : known;
  const { batch } = requested;
  if (requested.kind === 'delivered_before') {
    await context.answer(approvalCard(batch, context.deps.clock()));
    return;
  }
  // The request is saved: whatever fails from here on must not say that nothing was done.
  const { notShown, ...failed } = await context.cards.advanceAndShow(batch);
  if (notShown || 'error' in failed) {
    await context.answer(failure(cardNotPosted(notShown), { supportCode: context.supportCode }));
    return;
  }
  const place = await placeOf(context, batch.id);
  await context.answer(
    requestOpened(batch, {
      now: context.deps.clock(),
      alreadyOpen: requested.kind === 'already_open',
      channelId: place?.channelId ?? context.approvalChannel,
      cardFollows: place === undefined,
      cardLink: place && (await context.messenger.permalink(place)),
    }),
  );
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
function requestIdOf(delivery: string, linkId: string): string {
  const hash = createHash('sha256').update(`${delivery} ${linkId}`).digest('hex');
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
