/** Owns `Details`: everything about a request or a link, only visible to the person who asks. */

import { linkDetails, requestDetails } from '../../payouts/cancel/details.ts';
import { automaticOf } from '../../payouts/links/auto-remind-stop.ts';
import type { Message } from '../block-kit/blocks.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import * as views from '../views/details.ts';
import { linkIdOf, requestIdOf } from './values.ts';

export async function showRequestDetails(context: Context, value: string): Promise<void> {
  const details = await requestDetails(context.deps, context.actor, requestIdOf(value));
  await context.answer(views.requestDetails(details, context.deps.clock()));
}

export async function showLinkDetails(context: Context, value: string): Promise<void> {
  await context.answer(await detailsOf(context, value));
}

export async function detailsOf(context: Context, value: string): Promise<Message> {
  const { deps, actor } = context;
  const linkId = linkIdOf(value);
  const details = await linkDetails(deps, actor, linkId);
  const automatic = await automaticOf(deps, linkId);
  return views.linkDetails(details, deps.clock(), { automatic, offers: await offersOf(context) });
}
