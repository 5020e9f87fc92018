/** Owns `/payout list`. */

import { list as listLinks, type ListQuery } from '../../payouts/links/list.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import type { CommandOf } from '../parse/command.ts';
import type { Message } from '../block-kit/blocks.ts';
import { linkList } from '../views/link-list.ts';

export async function list(context: Context, command: CommandOf<'list'>): Promise<void> {
  const { statuses, contact } = command;
  await context.answer(await listMessage(context, { statuses, contact, pageNumber: 1 }));
}

export async function listMessage(context: Context, query: ListQuery): Promise<Message> {
  const links = await listLinks(context.deps, context.actor, query);
  return linkList(links, {
    now: context.deps.clock(),
    seal: context.seal,
    offers: await offersOf(context),
  });
}
