/** Owns `/payout cancel`: with a reason it asks for approval at once, without one a form asks why. */

import { createHash } from 'node:crypto';
import { Forbidden, isDeskError } from '../../errors.ts';
import { readReason } from '../../payouts/cancel/reason.ts';
import { requestCancel } from '../../payouts/cancel/decide.ts';
import type { LinkTarget } from '../../payouts/links/find.ts';
import { BLOCKS, decodeCancelMetadata, encodeCancelMetadata, readReasonInput } from '../block-kit/actions.ts';
import type { Call } from '../context.ts';
import type { CommandOf } from '../parse/parse.ts';
import type { SlackFailure } from '../api/messenger.ts';
import { isPlaceClosed } from '../api/error-codes.ts';
import { approvalCard, requestOpened } from '../views/approval-card.ts';
import { cancelReasonModal } from '../views/modals.ts';
import { failure } from '../views/notices.ts';
import { describeTarget, findOne } from './find-one.ts';

export async function cancel(call: Call, command: CommandOf<'cancel'>): Promise<void> {
  if (command.reason === undefined) await openReasonForm(call, command.target);
  else await ask(call, command.target, command.reason);
}

/** The trigger lives three seconds, so the form opens before anything is looked up. */
export async function openReasonForm(call: Call, target: LinkTarget, reason?: string): Promise<void> {
  const { channelId, threadTs, responseUrl } = call;
  const metadata = encodeCancelMetadata({ target, channelId, threadTs, responseUrl }, call.seal);
  await call.openView(cancelReasonModal(metadata, { linkLine: describeTarget(target), reason }));
}

/** What is wrong with the form: checked before it closes. */
export function checkReason(values: unknown): Record<string, string> | undefined {
  try {
    readReason(readReasonInput(values) ?? '');
    return undefined;
  } catch (error) {
    if (!isDeskError(error)) throw error;
    return { [BLOCKS.reason]: error.message };
  }
}

export async function cancelWithReason(call: Call, values: unknown, metadata: string): Promise<void> {
  const form = decodeCancelMetadata(metadata, call.seal);
  if (!form)
    throw new Forbidden(
      'This form is not one that this desk opens now. Nothing was done; please ask for the cancel again.',
    );
  await ask(call, form.target, readReasonInput(values) ?? '');
}

async function ask(call: Call, target: LinkTarget, reason: string): Promise<void> {
  const linkId = await findOne(call, target, 'cancel', reason);
  if (!linkId) return;
  const wish = { linkId, reason, askedIn: call.channelId };
  const id = call.delivery && requestIdOf(call.delivery, linkId);
  const known = await requestCancel(call.desk, call.actor, { ...wish, id });
  // Only what Slack marks as delivered again is a late copy; anything else is a wish of its own.
  const isNew = known.kind === 'delivered_before' && !call.isRedelivery;
  const requested = isNew ? await requestCancel(call.desk, call.actor, { ...wish, id: undefined }) : known;
  const { approval } = requested;
  if (requested.kind === 'delivered_before') {
    await call.answer(approvalCard(approval, call.desk.clock()));
    return;
  }
  // From here on the request stands, so nothing that fails may say that nothing was done.
  const [shown] = await Promise.allSettled([call.cards.sync(approval.id)]);
  if (shown.status === 'rejected' || shown.value) {
    const cause = shown.status === 'rejected' ? { error: shown.reason } : { code: shown.value?.code };
    call.log.warn({ approvalId: approval.id, ...cause }, 'approval card not posted');
    const words = cardNotPosted(shown.status === 'fulfilled' ? shown.value : undefined);
    await call.answer(failure(words, { reference: call.reference }));
    return;
  }
  const place = await call.cards.place(approval.id);
  await call.answer(
    requestOpened(approval, {
      alreadyOpen: requested.kind === 'already_open',
      channelId: place?.channelId ?? call.approvalChannel,
      cardLink: place && (await call.post.permalink(place)),
    }),
  );
}

/** Idempotent by delivery: a copy that Slack delivers late, after a rejection, must not open a second request. */
function requestIdOf(delivery: string, linkId: string): string {
  const hash = createHash('sha256').update(`${delivery} ${linkId}`).digest('hex');
  // A UUID of version 8: its bits are our own.
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`];
  return [...parts, hash.slice(20, 32)].join('-');
}

/** The request stands; its card follows. */
function cardNotPosted(refused: SlackFailure | undefined): string {
  if (refused?.retryAfterMs !== undefined) {
    const seconds = Math.ceil(refused.retryAfterMs / 1_000);
    return `Request saved. Slack asks Payout Desk to wait ${seconds} s before posting; the card for the approvers follows.`;
  }
  const retried = 'Request saved; posting to the approval channel failed and will be retried.';
  return refused && isPlaceClosed(refused.code)
    ? `${retried} Ask an administrator to invite Payout Desk to that channel.`
    : retried;
}
