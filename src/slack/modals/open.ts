/** Owns opening the forms that ask what to look up. Each opens at once: a trigger lives 3 s. */

import type { ModalView } from '@slack/web-api';
import { EVERY_LINK } from '../../payouts/links/list-filter.ts';
import { istDay } from '../../payouts/time.ts';
import { encodeOrigin } from '../block-kit/form-metadata.ts';
import { decodeListQuery } from '../block-kit/list-values.ts';
import { decodeTyped } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { cancelLinkForm, trackForm, transactionForm } from '../views/entry-forms.ts';
import { listForm } from '../views/list-form.ts';

/** In the place of the form that was clicked, if there is one. */
async function open(context: Context, view: ModalView): Promise<void> {
  if (context.form.isOpen()) await context.form.show(view);
  else await context.form.open(view);
}

const originOf = (context: Context): string => encodeOrigin(context, context.seal);

export const openTrackModal = (context: Context): Promise<void> =>
  open(context, trackForm(originOf(context)));

export const openCancelModal = (context: Context): Promise<void> =>
  open(context, cancelLinkForm(originOf(context)));

/** `value`: a button's, with the reference that was typed, sealed; '' without one. */
export function openTransactionModal(context: Context, value = ''): Promise<void> {
  const reference = decodeTyped(value, context.seal);
  const today = istDay(context.deps.clock());
  return open(context, transactionForm(originOf(context), { today, reference }));
}

/** `value`: a button's, with the query that is listed; '' for every link. */
export function openListModal(context: Context, value = ''): Promise<void> {
  const { channelId, threadTs, responseUrl, seal } = context;
  const query = decodeListQuery(value, seal);
  const metadata = encodeOrigin({ channelId, threadTs, responseUrl, replaces: query !== undefined }, seal);
  return open(context, listForm(metadata, query ?? EVERY_LINK));
}

/** For what has opened its form already: nothing is left to do. */
export async function formIsOpen(): Promise<void> {}
