/** Owns the list of links, page by page, with its filter. */

import type { Button, KnownBlock } from '@slack/web-api';
import { KNOWN_STATUSES, type PayoutLink } from '../../payouts/links/link.ts';
import type { LinkList, ListQuery } from '../../payouts/links/list.ts';
import type { LinkPage } from '../../payouts/links/page.ts';
import { ACTION_IDS, type ActionId } from '../block-kit/ids.ts';
import {
  ALL_STATUSES,
  contactFits,
  encodeFilterBlock,
  encodeListQuery,
  encodeStatuses,
} from '../block-kit/values.ts';
import type { Seal } from '../block-kit/seal.ts';
import {
  actions,
  button,
  context,
  divider,
  header,
  type Message,
  message,
  option,
  plain,
  section,
  select,
  type Part,
  type Row,
} from '../block-kit/blocks.ts';
import { asOf, constant, count, type Mrkdwn, md, fallback, fallbackText } from '../block-kit/text.ts';
import { OFFER_ALL, type Offers } from './offers.ts';
import {
  badge,
  cancelSeveralButtons,
  badgeText,
  dotted,
  environmentTag,
  environmentWord,
  sandboxFirst,
  linkRow,
  maskedWords,
  requestId,
  fallbackLink,
  rowMenu,
  timing,
} from './parts.ts';

export interface LinkListOptions {
  now: number;
  seal: Seal;
  /** What the reader may do; default everything. */
  offers?: Offers;
}

export function linkList(
  { query, page, hasOlder }: LinkList,
  { now, seal, offers = OFFER_ALL }: LinkListOptions,
): Message {
  const { links, mismatched, unreadable } = page;
  const sentPage = page.currentPage ?? query.pageNumber;
  const masked = query.contact === undefined ? undefined : maskedWords(query.contact);
  const some = query.statuses.length > 0 ? constant(query.statuses.join(', ')) : undefined;
  const empty = links.length === 0 ? emptyWords(query, hasOlder, mismatched, unreadable) : undefined;
  const footer = dotted(environmentTag(page.environment), asOf(now));
  const parts: Part[] = [
    header(
      md`${sandboxFirst(page.environment)}Payout links${sentPage === 1 ? md`` : md` · page ${sentPage}`}`,
    ),
    context(
      dotted(some ?? md`All statuses`, place(page)),
      masked === undefined ? undefined : plain(`Recipient: “${masked}”`),
    ),
    ...(sentPage === query.pageNumber
      ? []
      : [context(md`⚠️ ${LEFT_OUT.otherPage(sentPage, query.pageNumber)}`)]),
    ...filter(query, seal),
    divider(),
    ...(empty ? [section(empty), divider()] : [{ rows: links.map((link) => row(link, now, offers)) }]),
    ...turns(query, hasOlder, seal, cancelSeveralButtons(links, offers)),
    ...leftOut(page),
    context(footer, unreadable > 0 ? requestId(page.ipayUuid) : undefined),
  ];
  const of = masked === undefined ? fallback`` : fallback` for “${fallbackText(masked, 60)}”`;
  const found = fallback`${count(links.length, 'payout link')} (${some ?? md`all statuses`})${of}, page ${sentPage}, ${environmentWord(page.environment)}. ${asOf(now)}.`;
  return message(empty ? fallback`${empty} ${found}` : found, parts);
}

/** What InstantPay returned beside the links that are shown (R1, R2). */
export const LEFT_OUT = {
  mismatched: (links: number) =>
    md`InstantPay also returned ${count(links, 'link')} outside this filter (not shown).`,
  unreadable: (records: number) =>
    md`InstantPay also returned ${count(records, 'record')} that cannot be read (not shown).`,
  otherPage: (sent: number, asked: number) => md`InstantPay returned page ${sent} instead of page ${asked}.`,
};

/** Records of the page that are not shown (R1). */
function leftOut({ mismatched, unreadable }: LinkPage): KnownBlock[] {
  const notes: Mrkdwn[] = [];
  if (mismatched > 0) notes.push(LEFT_OUT.mismatched(mismatched));
  if (unreadable > 0) notes.push(LEFT_OUT.unreadable(unreadable));
  return notes.map((note) => context(note));
}

/** What a page without links says, and the next step. */
export const EMPTY_WORDS = {
  // Payout Desk shows the last four digits of a mobile number; InstantPay finds no links by them.
  partOfNumber: md`No links found. Enter the full mobile number: the last digits are not enough.`,
  onOtherPages: md`No matching links on this page. There may be some on older pages.`,
  unreadable: md`The links on this page cannot be read.`,
  pastTheEnd: md`There are no older links.`,
  mismatched: md`No matching links.`,
  recipient: md`No links for this recipient. Try a shorter part of the name, or the full mobile number.`,
  status: md`No links with this status. Choose another status above.`,
  none: md`No payout links yet.`,
} as const;

function isPartOfNumber(typed: string): boolean {
  return /^[\d\s*+().-]+$/.test(typed) && typed.replace(/\D/g, '').length < 10;
}

/** "1–10 of 37" as InstantPay numbers its records (R2). */
function place({ recordFrom, recordTo, totalRecords: total }: LinkPage): Mrkdwn | undefined {
  if (total === undefined || total < 1) return undefined;
  if (!recordFrom || !recordTo || recordTo < recordFrom) return md`${count(total, 'link')}`;
  return recordFrom === recordTo ? md`${recordFrom} of ${total}` : md`${recordFrom}–${recordTo} of ${total}`;
}

function emptyWords(
  { pageNumber, contact, statuses }: ListQuery,
  hasOlder: boolean,
  mismatched: number,
  unreadable: number,
): Mrkdwn {
  if (contact !== undefined && isPartOfNumber(contact)) return EMPTY_WORDS.partOfNumber;
  if (hasOlder) return EMPTY_WORDS.onOtherPages;
  if (unreadable > 0) return EMPTY_WORDS.unreadable;
  if (pageNumber > 1) return EMPTY_WORDS.pastTheEnd;
  if (mismatched > 0) return EMPTY_WORDS.mismatched;
  if (contact !== undefined) return EMPTY_WORDS.recipient;
  return statuses.length > 0 ? EMPTY_WORDS.status : EMPTY_WORDS.none;
}

function row(link: PayoutLink, now: number, offers: Offers): Row {
  const blocks = [linkRow(link, [badge(link.status), timing(link, now)], rowMenu(link, offers)), divider()];
  return { blocks, fallback: fallbackLink(link, timing(link, now)) };
}

function filter(query: ListQuery, seal: Seal): KnownBlock[] {
  const blockId =
    query.contact === undefined || contactFits(query.contact)
      ? encodeFilterBlock(query.contact, seal)
      : undefined;
  // A filter without the contact would silently widen the list.
  if (blockId === undefined) return [];
  const options = [
    option('All statuses', ALL_STATUSES),
    ...KNOWN_STATUSES.map((status) => option(badgeText(status), status)),
  ];
  const value = encodeStatuses(query.statuses);
  let chosen = options.find((candidate) => candidate.value === value);
  if (!chosen) {
    chosen = option(query.statuses.join(', '), value);
    options.push(chosen);
  }
  const filters = button({
    label: 'Filters',
    action: ACTION_IDS.formList,
    value: encodeListQuery({ ...query, pageNumber: 1 }, seal),
  });
  return actions([select(ACTION_IDS.listStatus, 'Status', options, chosen), filters], blockId);
}

function turns(query: ListQuery, hasOlder: boolean, seal: Seal, more: readonly Button[]): KnownBlock[] {
  const { pageNumber, contact } = query;
  // The parser refuses such a contact; paging without it would show another list.
  if (contact !== undefined && !contactFits(contact)) {
    return [
      context(md`This recipient is too long for paging. List again with a shorter part of the name.`),
      ...actions([...more]),
    ];
  }
  const turn = (label: string, action: ActionId, to: number) =>
    button({ label, action, value: encodeListQuery({ ...query, pageNumber: to }, seal) });
  return actions([
    ...(pageNumber > 1 ? [turn('Newer', ACTION_IDS.listNewer, pageNumber - 1)] : []),
    ...(hasOlder ? [turn('Older', ACTION_IDS.listOlder, pageNumber + 1)] : []),
    ...more,
  ]);
}
