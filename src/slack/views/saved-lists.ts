/** Owns what a person reads of the lists they saved: only visible to them. */

import { SAVED_LISTS } from '../../payouts/links/list-name.ts';
import type { KeptList } from '../../payouts/links/saved-list.ts';
import {
  actions,
  button,
  columns,
  context,
  header,
  type Message,
  message,
  plain,
  type Row,
  section,
} from '../block-kit/blocks.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { encodeSavedSlot } from '../block-kit/list-values.ts';
import {
  asOf,
  clean,
  code,
  constant,
  count,
  fallback,
  fallbackText,
  type Mrkdwn,
  md,
} from '../block-kit/text.ts';
import { filterWords, SORT_LABELS } from './list-words.ts';
import { dotted, maskedWords } from './parts.ts';

/** So that twenty fit one message. */
const RECIPIENT_LENGTH = 60;

export const NO_SAVED_LISTS = md`You have no saved lists.`;
const HOW_TO_SAVE = md`Save one: ${code('/payout list save urgent issued over 50000')}, or after any list ${code('/payout list save urgent')}.`;

const wordsOf = ({ filter }: KeptList): Mrkdwn =>
  dotted(filterWords(filter), filter.sort === undefined ? undefined : constant(SORT_LABELS[filter.sort]));

const recipientOf = ({ filter: { contact } }: KeptList): string | undefined =>
  contact === undefined ? undefined : `Recipient: “${clean(maskedWords(contact), RECIPIENT_LENGTH)}”`;

export function listSaved(list: KeptList, now: number): Message {
  return message(fallback`List saved: “${fallbackText(list.name, 60)}”. ${asOf(now)}.`, [
    section(md`*List saved*`),
    columns(plain(list.name, recipientOf(list)), wordsOf(list)),
    context(
      md`Show it: ${code('/payout list')} and its name. All of yours: ${code('/payout list saved')}. Only visible to you.`,
    ),
  ]);
}

export function savedListsMessage(lists: readonly KeptList[], now: number): Message {
  if (lists.length === 0) {
    return message(fallback`${NO_SAVED_LISTS} ${asOf(now)}.`, [
      section(NO_SAVED_LISTS),
      context(HOW_TO_SAVE),
    ]);
  }
  const title = md`${count(lists.length, 'saved list')} of ${SAVED_LISTS}`;
  return message(fallback`${title}. ${asOf(now)}.`, [
    header(title),
    { rows: lists.map(row) },
    context(HOW_TO_SAVE),
    context(asOf(now)),
  ]);
}

function row(list: KeptList): Row {
  const value = encodeSavedSlot(list);
  const press = (label: string, action: typeof ACTION_IDS.savedShow | typeof ACTION_IDS.savedDelete) =>
    button({ label, action, value, accessibilityLabel: `${label}: ${list.name}` });
  return {
    blocks: [
      columns(plain(list.name, recipientOf(list)), wordsOf(list)),
      ...actions([press('Show', ACTION_IDS.savedShow), press('Delete', ACTION_IDS.savedDelete)]),
    ],
    fallback: fallback`${fallbackText(list.name, 60)}: ${wordsOf(list)}`,
  };
}
