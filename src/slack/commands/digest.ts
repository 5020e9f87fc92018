/** Owns `/payout digest`: the current digest, to the person alone, and the digests that the channel gets. */

import { digestFor } from '../../payouts/digest/digest.ts';
import { isOfSettings, type Subscription } from '../../payouts/subscriptions/subscription.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import type { CommandOf } from '../parse/command.ts';
import { digestMessage } from '../views/digest-message.ts';
import { listHere, subscribeHere, unsubscribeHere } from './subscriptions.ts';

export async function digest(context: Context, { action }: CommandOf<'digest'>): Promise<void> {
  switch (action) {
    case 'show':
      return showDigest(context);
    case 'list':
      return listHere(context);
    case 'subscribe':
      return subscribeHere(context);
    case 'unsubscribe':
      return unsubscribeHere(context);
  }
}

/** The channel’s first digest as of now; without one, that of the settings. */
export async function showDigest(context: Context): Promise<void> {
  const { deps, actor, digestStatuses, toldDigest } = context;
  const shown = await subscriptionShown(context);
  const composed = await digestFor(deps, actor, {
    statuses: shown?.statuses ?? digestStatuses,
    purpose: shown?.purpose,
    previous: async () => shown && toldDigest(shown.id),
  });
  await context.answer(digestMessage(composed, { now: deps.clock(), offers: await offersOf(context) }));
}

async function subscriptionShown({ deps, channelId }: Context): Promise<Subscription | undefined> {
  const { subscriptions } = deps.store;
  const [first] = await subscriptions.of(channelId);
  return first ?? (await subscriptions.all()).find(isOfSettings);
}
