/** Owns the form that requests a cancellation while it has nothing to request: it waits, offers a choice, or says why not. */

import type { ModalView } from '@slack/web-api';
import type { Environment, PayoutLink } from '../../payouts/links/link.ts';
import { actions, button, context, type Message, option, plain, section } from '../block-kit/blocks.ts';
import { ACTION_IDS, BLOCK_IDS, INPUT_IDS, VIEW_IDS } from '../block-kit/ids.ts';
import { boxInputs } from '../block-kit/inputs.ts';
import { asOf, clip, count, md } from '../block-kit/text.ts';
import { amountTo, type Impossible, notPossible, TITLE, title } from './cancel-form-parts.ts';
import { modal, waitingForm } from './form-parts.ts';
import { timing } from './parts.ts';

export const LOOKING_UP_LINK = 'Looking up the link …';

/** Shown at once, before anything is looked up. */
export const lookingUpLink = (): ModalView => waitingForm(TITLE, LOOKING_UP_LINK);

export interface ChoiceFormInput {
  /** Those that can be requested. */
  links: readonly PayoutLink[];
  environment: Environment | undefined;
  /** How many more match: exactly, or at least. */
  more: { count: number; atLeast: boolean };
  /** Why there may be more, in one sentence. */
  incomplete: string | undefined;
  /** What was searched for, masked. */
  what: string;
  notice?: string | undefined;
  now: number;
}

export const WHICH_LINKS = 'Which links do you want to cancel?';

/** Several links match: boxes to select, up to twenty. */
export function cancelChoiceForm(metadata: string, input: ChoiceFormInput): ModalView {
  const { links, environment, more, incomplete, what, notice, now } = input;
  const options = links.map((link) =>
    option(amountTo(link.amountPaise, link), link.linkId, [
      timing(link, now),
      link.linkId,
      link.purpose ?? link.description,
    ]),
  );
  return modal({ viewId: VIEW_IDS.cancelChoose, title: TITLE, submit: 'Continue', metadata }, [
    title(environment, `Search: “${clip(what, 100)}”`),
    ...(notice ? [section(plain(notice))] : []),
    ...boxInputs({
      blockId: BLOCK_IDS.cancelChoice,
      actionId: INPUT_IDS.cancelLinks,
      label: WHICH_LINKS,
      options,
      optional: options.length > 10,
      selected: () => false,
    }),
    ...(more.count > 0
      ? [
          context(
            md`… ${more.atLeast ? md`at least ` : md``}${count(more.count, 'more', 'more')}. Enter more of the name, or the full mobile number, to see them.`,
          ),
        ]
      : []),
    ...(incomplete
      ? [section(md`⚠️ *Search incomplete:* there may be more links.`), section(plain(incomplete))]
      : []),
    context(asOf(now)),
  ]);
}

export const TRY_AGAIN = 'Try again';

/** InstantPay does not answer: nothing that was typed is lost. */
export function tryAgainForm(metadata: string, sentence: string): ModalView {
  return modal({ title: TITLE, metadata }, [
    section(plain(sentence)),
    ...actions([button({ label: TRY_AGAIN, action: ACTION_IDS.cancelTryAgain, style: 'primary' })]),
  ]);
}

/** A message in the form, with nothing to submit; its buttons would answer behind the form. */
export function formOfMessage({ blocks }: Message): ModalView {
  return modal(
    { title: TITLE },
    blocks.filter(({ type }) => type !== 'actions'),
  );
}

export const REQUESTED = 'Approval requested. You can close this form.';

/** Where the form could not close in time. */
export const requestedForm = (): ModalView => waitingForm(TITLE, REQUESTED);

/** None of the links can be requested, and why for each. */
export function noneForm(impossible: readonly Impossible[], notice?: string): ModalView {
  const [first, ...more] = impossible;
  if (!first || more.length > 0) {
    return modal({ title: TITLE }, [...(notice ? [section(plain(notice))] : []), ...notPossible(impossible)]);
  }
  const { label, amountPaise, record, environment, problem } = first;
  return modal({ title: TITLE }, [
    ...(record ? [title(environment, amountTo(amountPaise, record))] : []),
    ...(notice && notice !== problem ? [section(plain(notice))] : []),
    section(plain(problem)),
    context(plain(`Link ${label}`)),
  ]);
}
