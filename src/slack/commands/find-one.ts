/** Owns finding the one link a person means, or offering a choice. */

import { find } from '../../payouts/links/find.ts';
import type { LinkTarget } from '../../payouts/links/target.ts';
import { maskNumber, maskText } from '../../payouts/mask.ts';
import { encodeReasonBlock } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { clean } from '../block-kit/text.ts';
import { type Intent, linkChoice, nothingFound } from '../views/link-choice.ts';

/** Returns the link’s ID; undefined when the person was answered with a choice, or that no link was found. */
export async function findOne(
  context: Context,
  target: LinkTarget,
  intent: Intent,
  reason?: string,
): Promise<string | undefined> {
  const found = await find(context.deps, context.actor, target);
  if (found.kind === 'one') return found.linkId;
  const what = describeTarget(target);
  await context.answer(
    found.kind === 'none'
      ? nothingFound(what, found.incomplete, intent)
      : linkChoice(found, {
          intent,
          what,
          now: context.deps.clock(),
          // Carries the typed reason to the form.
          ...(reason && { rowId: () => encodeReasonBlock(reason, context.seal) }),
        }),
  );
  return undefined;
}

/** What was typed for the link, masked (R17). */
export function describeTarget(target: LinkTarget): string {
  if (target.kind === 'id') return target.linkId;
  if (target.kind === 'url') return target.url;
  // Cleaned first: an invisible character in a number must not hide it from masking.
  const contact = clean(target.contact, 200);
  return /^[+\d\s().-]+$/.test(contact) ? maskNumber(contact) : maskText(contact);
}
