/** Owns which links a cancellation is about: what was typed or pressed becomes link IDs, or the choice among several. */

import type { ModalView } from '@slack/web-api';
import { aFewAtOnce, allOf } from '../../payouts/a-few-at-once.ts';
import { type Choices, findIssued, findRecipient } from '../../payouts/cancel/choices.ts';
import { onlyIssued } from '../../payouts/cancel/words.ts';
import { find, type Found } from '../../payouts/links/find.ts';
import { describeStatus, type PayoutLink } from '../../payouts/links/link.ts';
import type { LinkTarget } from '../../payouts/links/target.ts';
import type { CancelMetadata } from '../block-kit/form-metadata.ts';
import type { Context } from '../context.ts';
import { cancelChoiceForm, formOfMessage, noneForm, tryAgainForm } from '../views/cancel-choice-form.ts';
import { type Impossible } from '../views/cancel-form-parts.ts';
import { nothingFound } from '../views/link-choice.ts';
import { maskedWords } from '../views/parts.ts';
import { describeTarget } from './find-one.ts';

type Typed = Pick<CancelMetadata, 'targets' | 'loose' | 'reason'>;

export type Resolved =
  | { kind: 'view'; view: ModalView }
  | {
      kind: 'links';
      linkIds: string[];
      notFound: Impossible[];
      /** As typed, or the words behind the recipient. */
      reason: string | undefined;
      /** What was understood of words that could be read in several ways. */
      notice?: string | undefined;
    };

const AT_ONCE = 4;

/** `metadataOf`: the form's, with these changes, for the view of a choice. */
export async function resolveTargets(
  context: Context,
  typed: Typed,
  metadataOf: (changes: Partial<Typed>) => string,
): Promise<Resolved> {
  const { targets, reason, loose } = typed;
  const [target, ...more] = targets;
  if (target?.kind === 'contact' && more.length === 0) {
    return loose
      ? ofWords(context, target.contact, metadataOf)
      : ofRecipient(context, target, reason, metadataOf);
  }
  if (target && target.kind !== 'id' && more.length === 0) {
    const found = await find(context.deps, context.actor, target);
    return ofFound(context, target, found, reason, metadataOf);
  }
  return { kind: 'links', ...(await linksOf(context, targets)), reason };
}

type MetadataOf = Parameters<typeof resolveTargets>[2];

/** "Asha Rao paid twice": a recipient and a reason, without anything between them. */
async function ofWords(context: Context, typed: string, metadataOf: MetadataOf): Promise<Resolved> {
  const understood = await findRecipient(context.deps, context.actor, typed);
  if (!understood) return ofNothing(context, { kind: 'contact', contact: typed }, undefined, metadataOf);
  const { contact, rest, choices } = understood;
  const reason = rest === '' ? undefined : rest;
  const notice =
    reason && `Understood: recipient “${maskedWords(contact)}”, reason “${maskedWords(reason)}”.`;
  const target: LinkTarget = { kind: 'contact', contact };
  const resolved = ofChoices(context, target, choices, { reason, notice, metadataOf });
  return resolved ?? ofNothing(context, target, reason, metadataOf);
}

async function ofRecipient(
  context: Context,
  target: LinkTarget & { kind: 'contact' },
  reason: string | undefined,
  metadataOf: MetadataOf,
): Promise<Resolved> {
  const choices = await findIssued(context.deps, context.actor, target.contact);
  const resolved = ofChoices(context, target, choices, { reason, metadataOf });
  return resolved ?? ofNothing(context, target, reason, metadataOf);
}

interface Understanding {
  reason: string | undefined;
  notice?: string | undefined;
  metadataOf: MetadataOf;
}

/** Undefined when there are none. After an incomplete search a single link is a choice too: there may be more. */
function ofChoices(
  { deps }: Context,
  target: LinkTarget,
  { links, ...found }: Choices,
  { reason, notice, metadataOf }: Understanding,
): Resolved | undefined {
  const [first, ...more] = links;
  if (!first) return undefined;
  if (more.length === 0 && !found.incomplete && !found.more.atLeast) {
    return { kind: 'links', linkIds: [first.linkId], notFound: [], reason, notice };
  }
  const metadata = metadataOf({ targets: [], loose: undefined, reason });
  const what = describeTarget(target);
  const view = cancelChoiceForm(metadata, { links, ...found, what, notice, now: deps.clock() });
  return { kind: 'view', view };
}

/** No ISSUED link: says which others there are, or that there is none. */
async function ofNothing(
  context: Context,
  target: LinkTarget,
  reason: string | undefined,
  metadataOf: MetadataOf,
): Promise<Resolved> {
  const found = await find(context.deps, context.actor, target);
  return ofFound(context, target, found, reason, metadataOf);
}

function ofFound(
  context: Context,
  target: LinkTarget,
  found: Found,
  reason: string | undefined,
  metadataOf: MetadataOf,
): Resolved {
  if (found.kind === 'one') return { kind: 'links', linkIds: [found.linkId], notFound: [], reason };
  if (found.kind === 'several') {
    const issued = found.links.filter(({ status }) => status === 'ISSUED');
    const more = { count: Number(found.more), atLeast: found.more };
    const choices = { links: issued, more, environment: undefined, incomplete: found.incomplete };
    const chosen = ofChoices(context, target, choices, { reason, metadataOf });
    return chosen ?? { kind: 'view', view: noneForm(found.links.map(impossibleLink)) };
  }
  const view = found.incomplete
    ? tryAgainForm(metadataOf({}), found.incomplete)
    : formOfMessage(
        nothingFound(describeTarget(target), undefined, { intent: 'cancel', seal: context.seal }),
      );
  return { kind: 'view', view };
}

function impossibleLink(link: PayoutLink): Impossible {
  const { linkId, amountPaise } = link;
  return { label: linkId, amountPaise, record: link, problem: onlyIssued(describeStatus(link)) };
}

export const NO_SUCH_LINK = 'No payout link found.';
export const NOT_ONE_LINK = 'This matches several links. Enter the link ID.';

/** Several links, each named by its ID or its address. */
export async function linksOf(
  { deps, actor }: Context,
  targets: readonly LinkTarget[],
): Promise<{ linkIds: string[]; notFound: Impossible[] }> {
  const results = allOf(
    await aFewAtOnce(targets, AT_ONCE, async (target) => ({
      target,
      found: await find(deps, actor, target),
    })),
  );
  const linkIds: string[] = [];
  const notFound: Impossible[] = [];
  for (const { target, found } of results) {
    if (found.kind === 'one') linkIds.push(found.linkId);
    else {
      const problem = found.kind === 'several' ? NOT_ONE_LINK : (found.incomplete ?? NO_SUCH_LINK);
      notFound.push({ label: describeTarget(target), problem });
    }
  }
  return { linkIds, notFound };
}
