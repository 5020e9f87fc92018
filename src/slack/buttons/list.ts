/** Owns the buttons of a list: older, newer, another status. */

import { decodeFilterBlock, decodeListQuery, decodeStatuses } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { listMessage } from '../commands/list.ts';
import { mustDecode } from './values.ts';

export async function turnPage(context: Context, value: string): Promise<void> {
  const query = mustDecode(decodeListQuery(value, context.seal));
  await context.replace(await listMessage(context, query));
}

export async function filterList(context: Context, value: string, blockId: string): Promise<void> {
  const statuses = mustDecode(decodeStatuses(value));
  const { contact } = mustDecode(decodeFilterBlock(blockId, context.seal));
  await context.replace(await listMessage(context, { statuses, contact, pageNumber: 1 }));
}
