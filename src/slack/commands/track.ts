/** Owns `/payout track`. */

import { track as trackLink } from '../../payouts/links.ts';
import type { Call } from '../call.ts';
import type { CommandOf } from '../parse.ts';
import { linkCard } from '../views/link-card.ts';
import { findOne } from './find-one.ts';

export async function track(call: Call, command: CommandOf<'track'>): Promise<void> {
  const linkId = await findOne(call, command.target, 'track');
  if (!linkId) return;
  const view = await trackLink(call.desk, call.actor, linkId);
  await call.answer(linkCard(view, { now: call.desk.clock() }));
}
