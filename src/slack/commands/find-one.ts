/** Owns finding the one link a person means, or offering a choice. */

import { find, type SearchProgress } from '../../payouts/links/find.ts';
import type { LinkTarget } from '../../payouts/links/target.ts';
import { maskNumber, maskText } from '../../payouts/mask.ts';
import { encodeReasonBlock } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { clean } from '../block-kit/text.ts';
import { offersOf } from '../offers-of.ts';
import type { Suggestion } from '../parse/command.ts';
import { type Intent, linkChoice, nothingFound } from '../views/link-choice.ts';
import { lookingThrough } from '../views/notices.ts';

/** The local index may answer where nothing is changed at InstantPay. */
const PURPOSES: Readonly<Record<Intent, 'look' | 'act'>> = {
  track: 'look',
  remind: 'act',
  cancel: 'act',
  watch: 'look',
  unwatch: 'look',
};

export interface FindOneOptions {
  /** The typed reason of a cancellation: carried to the form. */
  reason?: string | undefined;
  /** Commands to offer when nothing is found. */
  near?: readonly Suggestion[] | undefined;
}

/** Returns the link’s ID; undefined when the person was answered with a choice, or that no link was found. */
export async function findOne(
  context: Context,
  target: LinkTarget,
  intent: Intent,
  { reason, near = [] }: FindOneOptions = {},
): Promise<string | undefined> {
  const found = await find(context.deps, context.actor, target, {
    purpose: PURPOSES[intent],
    onProgress: showProgress(context),
  });
  if (found.kind === 'one') return found.linkId;
  const what = describeTarget(target);
  const { seal } = context;
  await context.answer(
    found.kind === 'none'
      ? nothingFound(what, found.incomplete, { intent, near, seal, offers: await offersOf(context) })
      : linkChoice(found, {
          intent,
          what,
          now: context.deps.clock(),
          ...(reason && { rowId: () => encodeReasonBlock(reason, seal) }),
        }),
  );
  return undefined;
}

/** Tells in the waiting message how far a long search is. */
export function showProgress({ waiting, deps, log }: Context): (progress: SearchProgress) => void {
  return ({ looked, total }) =>
    void waiting
      .progress(lookingThrough(looked, total), deps.clock())
      .catch((error: unknown) => log.warn({ error }, 'search progress not shown'));
}

/** What was typed for the link, masked (R17). */
export function describeTarget(target: LinkTarget): string {
  switch (target.kind) {
    case 'id':
      return target.linkId;
    case 'url':
      return target.url;
    case 'order':
      return target.orderId;
    case 'reference':
      return maskText(clean(target.reference, 200));
    case 'contact': {
      // Cleaned first: an invisible character in a number must not hide it from masking.
      const contact = clean(target.contact, 200);
      return /^[+\d\s().-]+$/.test(contact) ? maskNumber(contact) : maskText(contact);
    }
  }
}
