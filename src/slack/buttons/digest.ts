/** Owns the buttons of a digest that show its links, privately. */

import { showLinks, showStatus } from '../../payouts/digest/show.ts';
import type { Message } from '../block-kit/blocks.ts';
import { decodeStatusQuery } from '../block-kit/digest-values.ts';
import { decodeLinkIds } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import { linksList, statusList } from '../views/digest-show.ts';
import { mustDecode } from './values.ts';

/** Answers with the first page. */
export async function showPart(context: Context, value: string): Promise<void> {
  await context.answer(await pageOf(context, value));
}

/** Another page in its place. */
export async function turnPart(context: Context, value: string): Promise<void> {
  await context.replace(await pageOf(context, value));
}

async function pageOf(context: Context, value: string): Promise<Message> {
  const page = await showStatus(context.deps, context.actor, mustDecode(decodeStatusQuery(value)));
  return statusList(page, { offers: await offersOf(context) });
}

/** The links of a possible duplicate. */
export async function showDuplicates(context: Context, value: string): Promise<void> {
  const links = await showLinks(context.deps, context.actor, mustDecode(decodeLinkIds(value)));
  await context.answer(linksList(links, { offers: await offersOf(context) }));
}
