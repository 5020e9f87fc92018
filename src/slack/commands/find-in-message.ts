/** Owns `Find payout links here`: the links that a message of somebody’s names, for the person alone. */

import { findAll } from '../../payouts/links/find-all.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import { linksIn } from '../parse/links-in-text.ts';
import { foundInMessage, NAMES_NO_LINK } from '../views/found-in-message.ts';
import { notice } from '../views/notices.ts';
import { describeTarget } from './find-one.ts';

/** `text`: of the message, as Slack sends it. */
export async function findInMessage(context: Context, text: string): Promise<void> {
  const { targets, more } = linksIn(text);
  const found = await findAll(context.deps, context.actor, targets);
  if (targets.length === 0) {
    await context.answer(notice(NAMES_NO_LINK));
    return;
  }
  const looked = found.map(({ target, ...rest }) => ({ ...rest, what: describeTarget(target) }));
  const options = { now: context.deps.clock(), offers: await offersOf(context), more };
  await context.answer(foundInMessage(looked, options));
}
