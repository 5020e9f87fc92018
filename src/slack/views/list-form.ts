/** Owns the form with everything a list is filtered and sorted by. */

import type { InputBlock, ModalView } from '@slack/web-api';
import { KNOWN_STATUSES } from '../../payouts/links/link.ts';
import { LIST_SORTS, type ListFilter } from '../../payouts/links/list-filter.ts';
import { decimalRupees } from '../../payouts/money.ts';
import { option, plain, section } from '../block-kit/blocks.ts';
import { BLOCK_IDS, INPUT_IDS, VIEW_IDS } from '../block-kit/ids.ts';
import { boxInputs, radioInput, textInput } from '../block-kit/inputs.ts';
import { md } from '../block-kit/text.ts';
import { ENTRY_TITLES } from './entry-forms.ts';
import { modal } from './form-parts.ts';
import { SORT_LABELS } from './list-words.ts';
import { badgeText } from './parts.ts';

const RECIPIENT_LENGTH = 200;
const AMOUNT_LENGTH = 40;

/** Asks which links to list, starting from those that are listed. */
export function listForm(metadata: string, filter: ListFilter): ModalView {
  const { statuses, contact, from, to, overPaise, underPaise, sort } = filter;
  return modal({ viewId: VIEW_IDS.entryList, title: ENTRY_TITLES.list, submit: 'List', metadata }, [
    ...boxInputs({
      blockId: BLOCK_IDS.entryStatuses,
      actionId: INPUT_IDS.statuses,
      optional: true,
      label: 'Status',
      hint: 'If you select none, every status is listed.',
      options: KNOWN_STATUSES.map((status) => option(badgeText(status), status)),
      selected: (value) => statuses.some((status) => status === value),
    }),
    textInput({
      blockId: BLOCK_IDS.entryRecipient,
      actionId: INPUT_IDS.recipient,
      optional: true,
      label: 'Recipient',
      hint: 'A name, a mobile number or an email address.',
      initial: contact,
      atMost: RECIPIENT_LENGTH,
    }),
    section(md`With any of these filters every link is read, which takes longer.`),
    dayInput(BLOCK_IDS.entryFrom, INPUT_IDS.from, 'Created since (IST)', from),
    dayInput(BLOCK_IDS.entryTo, INPUT_IDS.to, 'Created until (IST)', to),
    amountInput(BLOCK_IDS.entryOver, INPUT_IDS.over, 'Amount over (₹)', overPaise),
    amountInput(BLOCK_IDS.entryUnder, INPUT_IDS.under, 'Amount under (₹)', underPaise),
    radioInput({
      blockId: BLOCK_IDS.entrySort,
      actionId: INPUT_IDS.sort,
      optional: true,
      label: 'Sort',
      options: LIST_SORTS.map((one) => option(SORT_LABELS[one], one)),
      initial: sort,
    }),
  ]);
}

function dayInput(blockId: string, actionId: string, label: string, initial: string | undefined): InputBlock {
  return {
    type: 'input',
    block_id: blockId,
    optional: true,
    label: plain(label),
    element: { type: 'datepicker', action_id: actionId, ...(initial && { initial_date: initial }) },
  };
}

const amountInput = (blockId: string, actionId: string, label: string, paise: number | undefined) =>
  textInput({
    blockId,
    actionId,
    optional: true,
    label,
    initial: paise === undefined ? undefined : decimalRupees(paise),
    atMost: AMOUNT_LENGTH,
  });
