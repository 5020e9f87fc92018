/** Owns moving about in a list: older, newer, another status. */

import { decodeFilterBlock, decodeListQuery, decodeStatuses } from '../block-kit/actions.ts';
import type { Call } from '../context.ts';
import { listMessage } from '../commands/list.ts';
import { mustDecode } from './values.ts';

export async function turnPage(call: Call, value: string): Promise<void> {
  const query = mustDecode(decodeListQuery(value, call.seal));
  await call.replace(await listMessage(call, query));
}

export async function filterList(call: Call, value: string, blockId: string): Promise<void> {
  const statuses = mustDecode(decodeStatuses(value));
  const { contact } = mustDecode(decodeFilterBlock(blockId, call.seal));
  await call.replace(await listMessage(call, { statuses, contact, pageNumber: 1 }));
}
