/** Owns the buttons of a digest's schedule: change, pause, resume, remove. */

import {
  pauseSubscription,
  removeSubscription,
  resumeSubscription,
} from '../../payouts/subscriptions/subscribe.ts';
import type { Mrkdwn } from '../block-kit/text.ts';
import { decodeSubscriptionId } from '../block-kit/values.ts';
import { fillChange } from '../commands/subscription-form.ts';
import { listOf } from '../commands/subscriptions.ts';
import type { Context } from '../context.ts';
import { PAUSED, removedWords, RESUMED } from '../views/subscriptions.ts';
import { mustDecode } from './values.ts';

const idOf = (value: string): string => mustDecode(decodeSubscriptionId(value));

export const change = (context: Context, value: string): Promise<void> => fillChange(context, idOf(value));

export async function pause(context: Context, value: string): Promise<void> {
  const { subscription } = await pauseSubscription(context.deps, context.actor, idOf(value));
  await show(context, subscription.channelId, PAUSED);
}

export async function resume(context: Context, value: string): Promise<void> {
  const { subscription } = await resumeSubscription(context.deps, context.actor, idOf(value));
  await show(context, subscription.channelId, RESUMED);
}

export async function remove(context: Context, value: string): Promise<void> {
  const { channelId } = await removeSubscription(context.deps, context.actor, idOf(value));
  await show(context, channelId, removedWords());
}

/** In the place of the list that was clicked; what an administrator was told by direct message stays. */
async function show(context: Context, channelId: string, lead: Mrkdwn): Promise<void> {
  const list = await listOf(context, channelId, lead);
  if (context.message && !context.message.ephemeral) await context.answer(list);
  else await context.replace(list);
}
