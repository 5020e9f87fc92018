/** Owns what a list says of itself: its filter, its order, its totals, and what InstantPay sent beside it. */

import type { LinkList } from '../../payouts/links/list.ts';
import type { ListFilter, ListSort } from '../../payouts/links/list-filter.ts';
import type { LinkPage } from '../../payouts/links/page.ts';
import { istInstant } from '../../payouts/time.ts';
import { constant, count, day, type Mrkdwn, md, rupees } from '../block-kit/text.ts';
import { dotted } from './parts.ts';

const dayOf = (date: string): Mrkdwn => day(istInstant(date));

/** "created 1 Nov 2026 to 15 Nov 2026"; R20: the creation, and no other time of a link. */
function daysWords({ from, to }: ListFilter): Mrkdwn | undefined {
  if (from === undefined) return to === undefined ? undefined : md`created until ${dayOf(to)}`;
  if (to === undefined) return md`created since ${dayOf(from)}`;
  return from === to ? md`created on ${dayOf(from)}` : md`created ${dayOf(from)} to ${dayOf(to)}`;
}

export const statusesWords = ({ statuses }: ListFilter): Mrkdwn | undefined =>
  statuses.length > 0 ? constant(statuses.join(', ')) : undefined;

/** Everything but the recipient, which is text from outside. */
export function filterWords(filter: ListFilter): Mrkdwn {
  const { overPaise, underPaise } = filter;
  return dotted(
    statusesWords(filter) ?? md`All statuses`,
    daysWords(filter),
    overPaise === undefined ? undefined : md`over ${rupees(overPaise)}`,
    underPaise === undefined ? undefined : md`under ${rupees(underPaise)}`,
  );
}

/** In the menu, and of a list whose order was chosen. */
export const SORT_LABELS: Readonly<Record<ListSort, string>> = {
  newest: 'Newest first',
  expiring: 'Expiring first',
  largest: 'Largest first',
};

export const THEIR_ORDER = md`In InstantPay’s order`;

export function orderWords({ order, query: { statuses }, page: { links } }: LinkList): Mrkdwn {
  if (order === undefined) {
    const isNewestFirst = links.every(({ createdAt }, index) => {
      const before = links[index - 1]?.createdAt;
      return index === 0 || (before !== undefined && createdAt !== undefined && before >= createdAt);
    });
    return isNewestFirst && links.length > 1 ? constant(SORT_LABELS.newest) : THEIR_ORDER;
  }
  if (order !== 'expiring') return constant(SORT_LABELS[order]);
  const [only, ...more] = statuses;
  if (only === 'EXPIRED' && more.length === 0) return md`Latest expiry first`;
  return only === 'ISSUED' && more.length === 0
    ? md`Soonest expiry first`
    : md`Soonest expiry first, then the latest expired`;
}

/** "1–10 of 37" as InstantPay numbers its records (R2). */
export function place({ recordFrom, recordTo, totalRecords: total }: LinkPage): Mrkdwn | undefined {
  if (total === undefined || total < 1) return undefined;
  if (!recordFrom || !recordTo || recordTo < recordFrom) return md`${count(total, 'link')}`;
  return recordFrom === recordTo ? md`${recordFrom} of ${total}` : md`${recordFrom}–${recordTo} of ${total}`;
}

export const LIST_NOTES = {
  incomplete: md`⚠️ *Incomplete:* there may be more links. Totals are not shown.`,
  undated: (links: number) =>
    md`${count(links, 'link')} without a known creation day ${links === 1 ? md`is` : md`are`} not shown.`,
  tooMany: md`These are the first 200. Narrow the filter for the rest.`,
  added: (links: number) =>
    md`${count(links, 'newer link')} since this list was made. Select Newer to see ${links === 1 ? md`it` : md`them`}.`,
  lost: md`The list changed: links may be repeated or missing on this page. Select Newer for the first page.`,
};

/** "37 links, ₹5,31,400.00"; nothing of a list that was not read to its end. */
export function totalsWords({ totals, incomplete }: LinkList): Mrkdwn | undefined {
  if (!totals || incomplete !== undefined || totals.count === 0) return undefined;
  const { amountUnknown } = totals;
  const unknown = amountUnknown === 0 ? md`` : md`, ${count(amountUnknown, 'amount')} not readable`;
  return md`${count(totals.count, 'link')}, ${rupees(totals.totalPaise)}${unknown}`;
}

/** What InstantPay returned beside the links that are shown (R1, R2). */
export const LEFT_OUT = {
  mismatched: (links: number) =>
    md`InstantPay also returned ${count(links, 'link')} outside this filter (not shown).`,
  unreadable: (records: number) =>
    md`InstantPay also returned ${count(records, 'record')} that cannot be read (not shown).`,
  otherPage: (sent: number, asked: number) => md`InstantPay returned page ${sent} instead of page ${asked}.`,
};

/** What is not shown, and why. */
export function listNotes({ page, totals, added, lost, tooMany }: LinkList): Mrkdwn[] {
  const { mismatched, unreadable } = page;
  const notes: Mrkdwn[] = [];
  if (added !== undefined && added > 0) notes.push(LIST_NOTES.added(added));
  if (lost) notes.push(LIST_NOTES.lost);
  if (tooMany) notes.push(LIST_NOTES.tooMany);
  if (totals && totals.undated > 0) notes.push(LIST_NOTES.undated(totals.undated));
  if (mismatched > 0) notes.push(LEFT_OUT.mismatched(mismatched));
  if (unreadable > 0) notes.push(LEFT_OUT.unreadable(unreadable));
  return notes;
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
  filter: md`No links match this filter. Change it with Filters above.`,
  notFound: md`No matching link was found in what could be read. Try again in a minute.`,
  none: md`No payout links yet.`,
} as const;

const isPartOfNumber = (typed: string): boolean =>
  /^[\d\s*+().-]+$/.test(typed) && typed.replace(/\D/g, '').length < 10;

export function emptyWords({ query, page, older, totals, incomplete }: LinkList): Mrkdwn {
  const { contact, statuses, pageNumber } = query;
  if (incomplete !== undefined) return EMPTY_WORDS.notFound;
  if (contact !== undefined && isPartOfNumber(contact)) return EMPTY_WORDS.partOfNumber;
  if (older) return EMPTY_WORDS.onOtherPages;
  if (page.unreadable > 0) return EMPTY_WORDS.unreadable;
  if (pageNumber > 1) return EMPTY_WORDS.pastTheEnd;
  if (page.mismatched > 0) return EMPTY_WORDS.mismatched;
  if (totals) return EMPTY_WORDS.filter;
  if (contact !== undefined) return EMPTY_WORDS.recipient;
  return statuses.length > 0 ? EMPTY_WORDS.status : EMPTY_WORDS.none;
}
