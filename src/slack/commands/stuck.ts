/** Owns `/payout stuck`: the links that have been PROCESSING for too long. */

import { findStuck } from '../../payouts/links/stuck.ts';
import type { Message } from '../block-kit/blocks.ts';
import type { StuckPage } from '../block-kit/stuck-values.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import type { CommandOf } from '../parse/command.ts';
import { stuckList } from '../views/stuck-list.ts';

export async function stuck(context: Context, command: CommandOf<'stuck'>): Promise<void> {
  const wanted = command.for ?? { forMs: context.deps.settings.stuckAfterMs };
  await context.answer(await stuckMessage(context, { for: wanted, pageNumber: 1 }));
}

export async function stuckMessage(
  context: Context,
  { for: wanted, pageNumber }: StuckPage,
): Promise<Message> {
  const { deps, actor } = context;
  const found = await findStuck(deps, actor, wanted, pageNumber);
  return stuckList(found, { now: deps.clock(), offers: await offersOf(context) });
}
