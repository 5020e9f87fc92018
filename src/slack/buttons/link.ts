/** Owns the buttons of a link's card and of its row in a list or digest. */

import { isPayoutDeskError } from '../../errors.ts';
import { allowAutomatic, automaticOf, stopAutomatic } from '../../payouts/links/auto-remind-stop.ts';
import { track } from '../../payouts/links/track.ts';
import { reveal } from '../../payouts/links/reveal.ts';
import { decodeLinkIds, decodeReasonBlock, decodeShared } from '../block-kit/values.ts';
import type { LinkTarget } from '../../payouts/links/target.ts';
import type { Message } from '../block-kit/blocks.ts';
import { BLOCK_IDS } from '../block-kit/ids.ts';
import type { CancelMetadata } from '../block-kit/form-metadata.ts';
import type { Context } from '../context.ts';
import { openCancelForm } from '../commands/cancel.ts';
import { sendReminder } from '../commands/remind.ts';
import { ownCard } from '../commands/track.ts';
import { detailsOf } from './details.ts';
import { linkCard } from '../views/link-card.ts';
import { AUTO_IS_ALLOWED, AUTO_IS_STOPPED, notice } from '../views/notices.ts';
import { privateDetails } from '../views/private-details.ts';
import { linkIdOf, mustDecode } from './values.ts';

/** Replaces the card by one of the link as it is now. */
export async function refresh(context: Context, value: string, blockId: string): Promise<void> {
  const sharedBy = decodeShared(blockId);
  await context.replace(
    sharedBy ? await sharedCard(context, linkIdOf(value), sharedBy) : await ownCard(context, linkIdOf(value)),
  );
}

async function sharedCard(context: Context, linkId: string, sharedBy: string): Promise<Message> {
  const view = await track(context.deps, context.actor, linkId);
  const automatic = await automaticOf(context.deps, linkId);
  return linkCard(view, { now: context.deps.clock(), sharedBy, automatic });
}

/** Answers with a row's card. */
export async function trackRow(context: Context, value: string): Promise<void> {
  await context.answer(await ownCard(context, linkIdOf(value)));
}

export async function remind(context: Context, value: string): Promise<void> {
  await sendReminder(context, linkIdOf(value));
}

export async function openCancel(context: Context, value: string, blockId: string): Promise<void> {
  const reason = decodeReasonBlock(blockId, context.seal);
  const linkId = linkIdOf(value);
  const shared = sharedIn(context, linkId, blockId);
  await openCancelForm(context, { targets: [{ kind: 'id', linkId }], reason, shared });
}

/** Where the outcome is told too: below a card that somebody shared in a channel. */
function sharedIn(
  { channelId, message, threadTs }: Context,
  linkId: string,
  blockId: string,
): CancelMetadata['shared'] {
  if (!decodeShared(blockId) || !message || message.ephemeral || !/^[CG]/.test(channelId)) return undefined;
  return { linkId, threadTs: threadTs ?? message.ts };
}

/** The links of a list: the person selects those that are meant. */
export async function openCancelSeveral(context: Context, value: string, blockId: string): Promise<void> {
  const linkIds = mustDecode(decodeLinkIds(value));
  const reason = decodeReasonBlock(blockId, context.seal);
  const targets = linkIds.map((linkId): LinkTarget => ({ kind: 'id', linkId }));
  // With a reason they were named one by one; of a list none is meant yet.
  await openCancelForm(context, { targets, reason, tickNone: reason === undefined });
}

/** Tracks the link again, so that everybody sees its current status. */
export async function share(context: Context, value: string): Promise<void> {
  await context.share(await sharedCard(context, linkIdOf(value), context.actor.userId));
}

export async function stopAutomaticReminders(
  context: Context,
  value: string,
  blockId: string,
): Promise<void> {
  await stopAutomatic(context.deps, context.actor, linkIdOf(value));
  await showAutomatic(context, value, blockId, AUTO_IS_STOPPED);
}

export async function allowAutomaticReminders(
  context: Context,
  value: string,
  blockId: string,
): Promise<void> {
  await allowAutomatic(context.deps, context.actor, linkIdOf(value));
  await showAutomatic(context, value, blockId, AUTO_IS_ALLOWED);
}

/** The card or the details with the other button; in words while InstantPay does not answer: it is stored already. */
async function showAutomatic(context: Context, value: string, blockId: string, words: string): Promise<void> {
  try {
    if (blockId === BLOCK_IDS.linkDetailsActions) await context.replace(await detailsOf(context, value));
    else await refresh(context, value, blockId);
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    await context.answer(notice(words));
  }
}

/** Shows an administrator what is masked elsewhere. */
export async function revealDetails(context: Context, value: string): Promise<void> {
  const linkId = linkIdOf(value);
  const revealed = await reveal(context.deps, context.actor, linkId);
  await context.answer(privateDetails(revealed, linkId, context.deps.clock()), { passing: true });
}
