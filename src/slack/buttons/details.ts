/** Owns `Details`: everything about a request or a link, only visible to the person who asks. */

import { linkDetails, requestDetails } from '../../payouts/cancel/details.ts';
import type { Context } from '../context.ts';
import * as views from '../views/details.ts';
import { linkIdOf, requestIdOf } from './values.ts';

export async function showRequestDetails(context: Context, value: string): Promise<void> {
  const details = await requestDetails(context.deps, context.actor, requestIdOf(value));
  await context.answer(views.requestDetails(details, context.deps.clock()));
}

export async function showLinkDetails(context: Context, value: string): Promise<void> {
  const details = await linkDetails(context.deps, context.actor, linkIdOf(value));
  await context.answer(views.linkDetails(details, context.deps.clock()));
}
