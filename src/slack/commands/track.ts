/** Owns `/payout track`. */

import { track as trackLink } from '../../payouts/links/find.ts';
import { mayReveal } from '../../payouts/links/reveal.ts';
import type { Message } from '../block-kit/blocks.ts';
import type { Call } from '../context.ts';
import type { CommandOf } from '../parse/parse.ts';
import { linkCard } from '../views/link-card.ts';
import { findOne } from './find-one.ts';

export async function track(call: Call, command: CommandOf<'track'>): Promise<void> {
  const linkId = await findOne(call, command.target, 'track');
  if (!linkId) return;
  await call.answer(await ownCard(call, linkId));
}

/** A link's card for the asker alone. */
export async function ownCard(call: Call, linkId: string): Promise<Message> {
  const view = await trackLink(call.desk, call.actor, linkId);
  return linkCard(view, { now: call.desk.clock(), canReveal: await mayReveal(call.desk, call.actor) });
}
