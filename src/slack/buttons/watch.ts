/** Owns `Watch` and `Stop watching`, of links and of transactions. */

import { decodeWatch } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { stopWatchingOf, watchLinkOf, watchTransactionOf } from '../commands/watch.ts';
import { mustDecode } from './values.ts';

export async function startWatching(context: Context, value: string): Promise<void> {
  const subject = mustDecode(decodeWatch(value, context.seal));
  if (subject.kind === 'link') await watchLinkOf(context, subject.linkId);
  else await watchTransactionOf(context, subject.query);
}

export async function endWatching(context: Context, value: string): Promise<void> {
  await stopWatchingOf(context, mustDecode(decodeWatch(value, context.seal)));
}
