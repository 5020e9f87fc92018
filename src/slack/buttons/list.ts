/** Owns the buttons of a list: older, newer, another status or order, boxes; and those of saved lists. */

import { NotFound } from '../../errors.ts';
import { deleteList, LIST_GONE, savedLists } from '../../payouts/links/saved-list.ts';
import {
  decodeChosen,
  decodeFilterBlock,
  decodeListQuery,
  decodeSavedSlot,
} from '../block-kit/list-values.ts';
import type { Context } from '../context.ts';
import { answerList, keepLast, listMessage, listSealOf, savedMessage } from '../commands/list.ts';
import { mustDecode } from './values.ts';

export async function turnPage(context: Context, value: string): Promise<void> {
  const query = mustDecode(decodeListQuery(value, context.seal));
  await context.replace(await listMessage(context, query));
}

export async function filterList(context: Context, value: string, blockId: string): Promise<void> {
  const chosen = mustDecode(decodeChosen(value));
  const { contact } = mustDecode(decodeFilterBlock(blockId, context.seal));
  const filter = { ...chosen, contact };
  await context.replace(await listMessage(context, { ...filter, pageNumber: 1 }));
  await keepLast(context, filter);
}

export async function showSavedList(context: Context, value: string): Promise<void> {
  const { slot, at } = mustDecode(decodeSavedSlot(value));
  const lists = await savedLists(context.deps, context.actor, listSealOf(context));
  const kept = lists.find((one) => one.slot === slot && one.at === at);
  if (!kept) throw new NotFound(LIST_GONE);
  await answerList(context, kept.filter);
}

export async function deleteSavedList(context: Context, value: string): Promise<void> {
  const wanted = mustDecode(decodeSavedSlot(value));
  await deleteList(context.deps, context.actor, listSealOf(context), wanted);
  await context.replace(await savedMessage(context));
}
