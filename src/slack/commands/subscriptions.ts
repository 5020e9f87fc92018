/** Owns `/payout digest subscribe`, `unsubscribe` and `list`: the digests of the channel. */

import {
  removeSubscription,
  requireSubscriber,
  subscriptionsOf,
} from '../../payouts/subscriptions/subscribe.ts';
import { isOfSettings } from '../../payouts/subscriptions/subscription.ts';
import type { Message } from '../block-kit/blocks.ts';
import type { Mrkdwn } from '../block-kit/text.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import { removedWords, subscriptionList, WHICH_ONE } from '../views/subscriptions.ts';

/** Its form is open, where one can open; in a message, the button that opens it is the answer. */
export async function subscribeHere(context: Context): Promise<void> {
  await requireSubscriber(context.deps, context.actor, context.channelId);
  if (!context.form.isOpen()) await listHere(context);
}

export async function listHere(context: Context): Promise<void> {
  await context.answer(await listOf(context, context.channelId));
}

export async function unsubscribeHere(context: Context): Promise<void> {
  const { deps, actor, channelId } = context;
  await requireSubscriber(deps, actor, channelId);
  const [only, ...more] = await deps.store.subscriptions.of(channelId);
  if (!only) return listHere(context);
  if (more.length > 0) {
    await context.answer(await listOf(context, channelId, WHICH_ONE));
    return;
  }
  await removeSubscription(deps, actor, only.id);
  await context.answer(await listOf(context, channelId, removedWords()));
}

/** The digests of a channel, with what was just done. */
export async function listOf(context: Context, channelId: string, lead?: Mrkdwn): Promise<Message> {
  const { deps, actor } = context;
  const scheduled = await subscriptionsOf(deps, actor, channelId);
  const offers = await offersOf(context);
  return subscriptionList(scheduled, { now: deps.clock(), offers, isOfSettings, lead });
}
