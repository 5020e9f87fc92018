/** Owns the forms that ask what to look up: a link, a transaction, a list; opened by shortcuts, buttons and bare commands. */

import type { InputBlock, ModalView } from '@slack/web-api';
import { option, plain, section } from '../block-kit/blocks.ts';
import { BLOCK_IDS, INPUT_IDS, VIEW_IDS } from '../block-kit/ids.ts';
import { md } from '../block-kit/text.ts';
import { LINK_FORMS } from '../parse/terms.ts';
import { modal } from './form-parts.ts';

const LINK_LENGTH = 200;
/** Twenty link IDs, with commas between them. */
const LINKS_LENGTH = 600;
const REFERENCE_LENGTH = 100;

export const ENTRY_TITLES = {
  track: 'Track a payout link',
  cancel: 'Request cancellation',
  txn: 'Check a transaction',
  list: 'List payout links',
} as const;

/** Asks for the link to track. */
export function trackForm(metadata: string): ModalView {
  return modal({ viewId: VIEW_IDS.entryTrack, title: ENTRY_TITLES.track, submit: 'Track', metadata }, [
    linkInput(),
  ]);
}

/** Asks for the link to cancel; the form for the reason follows. */
export function cancelLinkForm(metadata: string): ModalView {
  return modal({ viewId: VIEW_IDS.entryCancel, title: ENTRY_TITLES.cancel, submit: 'Next', metadata }, [
    section(md`Another person has to approve. The link stays active until then.`),
    linkInput(LINKS_LENGTH),
  ]);
}

function linkInput(atMost = LINK_LENGTH): InputBlock {
  return {
    type: 'input',
    block_id: BLOCK_IDS.entryLink,
    label: plain('Link'),
    hint: plain(LINK_FORMS),
    element: {
      type: 'plain_text_input',
      action_id: INPUT_IDS.link,
      max_length: atMost,
      focus_on_load: true,
    },
  };
}

export interface TransactionFormOptions {
  /** YYYY-MM-DD in IST. */
  today: string;
  /** Typed already. */
  reference?: string | undefined;
}

/** Asks for a transaction's reference and day. */
export function transactionForm(metadata: string, { today, reference }: TransactionFormOptions): ModalView {
  return modal({ viewId: VIEW_IDS.entryTxn, title: ENTRY_TITLES.txn, submit: 'Check', metadata }, [
    {
      type: 'input',
      block_id: BLOCK_IDS.entryReference,
      label: plain('Your transaction ID (externalRef)'),
      element: {
        type: 'plain_text_input',
        action_id: INPUT_IDS.reference,
        max_length: REFERENCE_LENGTH,
        ...(reference && { initial_value: reference.slice(0, REFERENCE_LENGTH) }),
        focus_on_load: reference === undefined,
      },
    },
    {
      type: 'input',
      block_id: BLOCK_IDS.entryDay,
      label: plain('Day of the transaction (IST)'),
      element: { type: 'datepicker', action_id: INPUT_IDS.day, initial_date: today },
    },
    {
      type: 'input',
      block_id: BLOCK_IDS.entryTime,
      optional: true,
      label: plain('Time (IST)'),
      hint: plain('Needed only for a transaction of the last half hour.'),
      element: { type: 'timepicker', action_id: INPUT_IDS.time },
    },
    {
      type: 'input',
      block_id: BLOCK_IDS.entryAeps,
      optional: true,
      label: plain('Kind'),
      element: {
        type: 'checkboxes',
        action_id: INPUT_IDS.aeps,
        options: [option('It is an AePS transaction', 'aeps')],
      },
    },
  ]);
}
