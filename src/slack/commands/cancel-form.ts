/** Owns the form that requests a cancellation: what it shows once the links are looked up, and what comes of submitting it. */

import { withDeadline } from '../../deadline.ts';
import { Forbidden, isPayoutDeskError, StoreUnavailable } from '../../errors.ts';
import { LinksRefused } from '../../payouts/cancel/ask.ts';
import { considerCancel, type Considered, considerOthers } from '../../payouts/cancel/consider.ts';
import { alreadyRequested } from '../../payouts/cancel/words.ts';
import { composeReason, isPresetReason } from '../../payouts/cancel/reason.ts';
import type { OtherLinks } from '../../payouts/links/others.ts';
import type { LinkTarget } from '../../payouts/links/target.ts';
import {
  type CancelMetadata,
  decodeCancelMetadata,
  encodeCancelMetadata,
} from '../block-kit/form-metadata.ts';
import { INPUT_IDS } from '../block-kit/ids.ts';
import { readBoxes, readRadio, readText } from '../block-kit/inputs.ts';
import { decodeLinkId } from '../block-kit/values.ts';
import { FORM_NOT_VALID } from '../buttons/values.ts';
import type { Context } from '../context.ts';
import { cancelForm, type Possible } from '../views/cancel-form.ts';
import {
  formOfMessage,
  lookingUpLink,
  noneForm,
  requestedForm,
  tryAgainForm,
} from '../views/cancel-choice-form.ts';
import { type Impossible } from '../views/cancel-form-parts.ts';
import { failure } from '../views/notices.ts';
import { resolveTargets } from './cancel-targets.ts';
import { openedMessage, requestAndAnswer } from './request-cancel.ts';

/** What the form is about, as far as it is known. */
export type CancelAbout = Pick<
  CancelMetadata,
  'targets' | 'loose' | 'reason' | 'preset' | 'shared' | 'tickNone'
> & {
  /** Why the last submission was refused. */
  notice?: string | undefined;
};

export const OTHERS_LATE = 'InstantPay did not answer in time.';

export const FORM_NOT_SHOWN = 'Slack did not show the form. No action was taken. Close it and try again.';
export const SOME_REFUSED = 'No request was created: some links can no longer be cancelled.';

/** Looks the links up and shows what can be done; opens nothing by itself. */
export async function fillCancelForm(context: Context, about: CancelAbout): Promise<void> {
  const shown = await context.form.show(await viewOf(context, about));
  if (shown === 'shown') return;
  // Who closed a form that they submitted still waits; who closed it before does not.
  if (shown === 'refused' || context.form.isSubmitted) {
    await context.answer(failure(about.notice ?? FORM_NOT_SHOWN));
  }
}

async function viewOf(context: Context, about: CancelAbout) {
  try {
    const resolved = await resolveTargets(context, about, (targets) =>
      metadataOf(context, { ...about, ...targets }),
    );
    if (resolved.kind === 'view') return resolved.view;
    const { linkIds, notFound, ...understood } = resolved;
    return await summaryOf(context, linkIds, notFound, { ...about, ...understood });
  } catch (error) {
    const canTryAgain = isPayoutDeskError(error) && error.kind === 'unavailable';
    if (!canTryAgain || error instanceof StoreUnavailable) throw error;
    context.log.info({ kind: error.kind, error: error.cause }, 'form not filled');
    return tryAgainForm(metadataOf(context, about), error.message);
  }
}

async function summaryOf(
  context: Context,
  linkIds: readonly string[],
  notFound: readonly Impossible[],
  about: CancelAbout,
) {
  const { deps, actor } = context;
  const considered = await considerCancel(deps, actor, linkIds);
  const [first, ...more] = considered.filter(isPossible);
  const now = deps.clock();
  const impossible = [...(await impossibleOf(context, considered)), ...notFound];
  if (!first) {
    const [only] = considered;
    if (only?.kind !== 'requested' || impossible.length > 1) return noneForm(impossible, about.notice);
    return formOfMessage(await openedMessage(context, only.batch, { alreadyOpen: true }));
  }
  const isAlone = more.length === 0;
  const others = isAlone ? await othersOf(context, first.linkId) : undefined;
  const targets: LinkTarget[] = isAlone ? [{ kind: 'id', linkId: first.linkId }] : [];
  return cancelForm(metadataOf(context, { targets, shared: about.shared }), {
    possible: [first, ...more],
    impossible,
    others,
    given: { preset: about.preset, text: about.reason },
    notice: about.notice,
    tickNone: about.tickNone,
    now,
  });
}

const isPossible = (link: Considered): link is Considered & Possible => link.kind === 'possible';

async function impossibleOf({ deps }: Context, considered: readonly Considered[]): Promise<Impossible[]> {
  const impossible: Impossible[] = [];
  for (const link of considered) {
    if (link.kind === 'impossible') {
      const { linkId, view, problem } = link;
      const { amountPaise, environment } = view?.tracked ?? {};
      impossible.push({ label: linkId, amountPaise, environment, record: view?.record, problem });
    }
    if (link.kind !== 'requested') continue;
    const { number, requests } = link.batch;
    const name = await deps.directory.name(requests[0].requestedBy).catch(() => undefined);
    impossible.push({ label: link.linkId, problem: alreadyRequested(number, name) });
  }
  return impossible;
}

/** Without them the form is as good: a search that takes long is said to be incomplete. */
function othersOf({ deps, actor, log, helpMs }: Context, linkId: string): Promise<OtherLinks> {
  const late = (): OtherLinks => {
    log.info({ linkId }, 'other links not waited for');
    return { links: [], incomplete: OTHERS_LATE };
  };
  return withDeadline(considerOthers(deps, actor, linkId), helpMs, late);
}

function metadataOf(context: Context, about: CancelAbout): string {
  const { channelId, threadTs, responseUrl } = context;
  const { targets, loose, reason, preset, shared, tickNone } = about;
  return encodeCancelMetadata(
    { targets, loose, reason, preset, shared, tickNone, channelId, threadTs, responseUrl },
    context.seal,
  );
}

function mustRead(context: Context, metadata: string): CancelMetadata {
  const form = decodeCancelMetadata(metadata, context.seal);
  if (!form) throw new Forbidden(`${FORM_NOT_VALID} Start again.`);
  return form;
}

/** `Try again`: everything typed is in the form. */
export async function tryCancelAgain(context: Context): Promise<void> {
  const form = mustRead(context, context.form.at?.metadata ?? '');
  // A second click finds a newer view in the form, and its work is done already.
  if ((await context.form.show(lookingUpLink())) === 'shown') await fillCancelForm(context, form);
}

/** The links were chosen: shows them. */
export async function continueCancel(context: Context, values: unknown, metadata: string): Promise<void> {
  const form = mustRead(context, metadata);
  await fillCancelForm(context, {
    ...form,
    targets: [...form.targets, ...boxesOf(values)],
    loose: undefined,
  });
}

export async function submitCancel(context: Context, values: unknown, metadata: string): Promise<void> {
  const form = mustRead(context, metadata);
  const targets = [...form.targets, ...boxesOf(values)];
  const linkIds = targets.flatMap((target) => (target.kind === 'id' ? [target.linkId] : []));
  const text = readText(values, INPUT_IDS.reasonText);
  const chosen = readRadio(values, INPUT_IDS.reasonPreset) ?? '';
  const preset = isPresetReason(chosen) ? chosen : 'other';
  try {
    await requestAndAnswer(context, linkIds, composeReason(preset, text), {
      onSaved: () => closeOrSay(context),
      shared: form.shared,
    });
  } catch (error) {
    if (!isPayoutDeskError(error) || !isOfLinks(error.kind) || error instanceof StoreUnavailable) throw error;
    context.log.info({ kind: error.kind, ipayUuid: error.ipayUuid }, 'refused');
    const notice = error instanceof LinksRefused ? SOME_REFUSED : error.message;
    await fillCancelForm(context, { targets, reason: text, preset, shared: form.shared, notice });
  }
}

/** What the form shows again, with a way to go on; the others are answered in one sentence. */
const isOfLinks = (kind: string): boolean => ['refused', 'not_found', 'unavailable'].includes(kind);

/** The request is saved. */
async function closeOrSay({ form }: Context): Promise<void> {
  if (!(await form.close())) await form.show(requestedForm());
}

function boxesOf(values: unknown): LinkTarget[] {
  const ids = [...readBoxes(values, INPUT_IDS.cancelLinks), ...readBoxes(values, INPUT_IDS.cancelOthers)];
  return ids.flatMap((id) => {
    const linkId = decodeLinkId(id);
    return linkId === undefined ? [] : [{ kind: 'id', linkId }];
  });
}
