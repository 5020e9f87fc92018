/** Owns `/payout list`. */

import { list as listLinks, type ListQuery } from '../../payouts/links/find.ts';
import type { Call } from '../context.ts';
import type { CommandOf } from '../parse/parse.ts';
import type { Message } from '../block-kit/blocks.ts';
import { linkList } from '../views/link-list.ts';

export async function list(call: Call, command: CommandOf<'list'>): Promise<void> {
  const { statuses, contact } = command;
  await call.answer(await listMessage(call, { statuses, contact, pageNumber: 1 }));
}

export async function listMessage(call: Call, query: ListQuery): Promise<Message> {
  const links = await listLinks(call.desk, call.actor, query);
  return linkList(links, { now: call.desk.clock(), seal: call.seal });
}
