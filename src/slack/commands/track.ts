/** Owns `/payout track`. */

import { automaticOf } from '../../payouts/links/auto-remind-stop.ts';
import { track as trackLink } from '../../payouts/links/track.ts';
import { isWatching } from '../../payouts/watches/start.ts';
import type { Message } from '../block-kit/blocks.ts';
import type { Context } from '../context.ts';
import { linkOffersOf } from '../offers-of.ts';
import type { CommandOf } from '../parse/command.ts';
import { linkCard } from '../views/link-card.ts';
import { findOne } from './find-one.ts';

export async function track(context: Context, command: CommandOf<'track'>): Promise<void> {
  const linkId = await findOne(context, command.target, 'track', { near: command.near });
  if (!linkId) return;
  await context.answer(await ownCard(context, linkId));
}

/** A link's card for one person, with the actions they may take. */
export async function ownCard(context: Context, linkId: string): Promise<Message> {
  const { deps, actor } = context;
  const view = await trackLink(deps, actor, linkId);
  return linkCard(view, {
    now: deps.clock(),
    offers: await linkOffersOf(context),
    watching: await isWatching(deps, actor, { kind: 'link', linkId }),
    automatic: await automaticOf(deps, linkId),
  });
}
