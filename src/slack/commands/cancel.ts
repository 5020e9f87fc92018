/** Owns `/payout cancel`: with links and a reason it requests approval at once, else a form shows the links and asks why. */

import { LinksRefused } from '../../payouts/cancel/ask.ts';
import type { LinkTarget } from '../../payouts/links/target.ts';
import { encodeReasonBlock } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import { lookingUpLink } from '../views/cancel-choice-form.ts';
import { linksRefused } from '../views/links-refused.ts';
import { type CancelAbout, fillCancelForm } from './cancel-form.ts';
import { linksOf } from './cancel-targets.ts';
import { findOne } from './find-one.ts';
import { requestAndAnswer } from './request-cancel.ts';

export interface CancelWish extends Pick<CancelAbout, 'loose' | 'shared' | 'tickNone'> {
  /** Links as they were named; none: the form asks for them. */
  targets: readonly LinkTarget[];
  /** The reason typed before, to start from. */
  reason?: string | undefined;
}

/** The trigger lives three seconds, so the form opens before anything is looked up. */
export async function openCancelForm(context: Context, wish: CancelWish): Promise<void> {
  if (!context.form.isOpen()) await openLookingUp(context);
  await fillCancelForm(context, wish);
}

/** For a route that opens the form before anything is asked; in the place of the form that was clicked, if there is one. */
export async function openLookingUp({ form }: Context): Promise<void> {
  if (form.isOpen()) await form.show(lookingUpLink());
  else await form.open(lookingUpLink());
}

/** A reason in front of which nothing has to be guessed is all that is needed. */
export const needsForm = ({ reason, loose }: CommandOf<'cancel'>): boolean =>
  reason === undefined || loose === true;

export async function cancel(context: Context, command: CommandOf<'cancel'>): Promise<void> {
  const { targets, reason } = command;
  if (reason === undefined || needsForm(command)) await openCancelForm(context, command);
  else await requestAtOnce(context, targets, reason);
}

async function requestAtOnce(
  context: Context,
  targets: readonly LinkTarget[],
  reason: string,
): Promise<void> {
  const linkIds = await idsOf(context, targets, reason);
  if (!linkIds) return;
  try {
    await requestAndAnswer(context, linkIds, reason);
  } catch (error) {
    if (!(error instanceof LinksRefused)) throw error;
    const refused = new Set(error.links.map(({ linkId }) => linkId));
    const rest = linkIds.filter((linkId) => !refused.has(linkId));
    await context.answer(linksRefused(error.links, rest, encodeReasonBlock(reason, context.seal)));
  }
}

/** Undefined when the person was answered with a choice, or that a link was not found. */
async function idsOf(
  context: Context,
  targets: readonly LinkTarget[],
  reason: string,
): Promise<readonly string[] | undefined> {
  const [only, ...more] = targets;
  if (only && more.length === 0) {
    const linkId = await findOne(context, only, 'cancel', { reason });
    return linkId === undefined ? undefined : [linkId];
  }
  const { linkIds, notFound } = await linksOf(context, targets);
  if (notFound.length === 0) return linkIds;
  const problems = notFound.map(({ label, problem }) => ({ linkId: label, problem }));
  await context.answer(linksRefused(problems, linkIds, encodeReasonBlock(reason, context.seal)));
  return undefined;
}
