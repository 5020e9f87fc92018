/** Owns the list of links, page by page, with its filter. */

import { canRemind, type PayoutLink } from '../../payouts/links/link.ts';
import type { LinkList } from '../../payouts/links/list.ts';
import type { LastReminder } from '../../payouts/links/remind-port.ts';
import type { Seal } from '../block-kit/seal.ts';
import {
  context,
  divider,
  header,
  type Message,
  message,
  plain,
  section,
  type Part,
  type Row,
} from '../block-kit/blocks.ts';
import {
  asOf,
  count,
  fallback,
  type FallbackText,
  fallbackText,
  type Mrkdwn,
  md,
  person,
  relative,
} from '../block-kit/text.ts';
import { detailOf, remindBoxes } from './expiring-list.ts';
import { filterMenus, pageButtons } from './list-controls.ts';
import {
  emptyWords,
  filterWords,
  LEFT_OUT,
  LIST_NOTES,
  listNotes,
  orderWords,
  place,
  statusesWords,
  totalsWords,
} from './list-words.ts';
import { OFFER_ALL, type Offers } from './offers.ts';
import { processingAge } from './processing-words.ts';
import {
  badge,
  dotted,
  environmentTag,
  environmentWord,
  fallbackLink,
  linkRow,
  maskedWords,
  requestId,
  rowMenu,
  sandboxFirst,
  timing,
} from './parts.ts';

export interface LinkListOptions {
  now: number;
  seal: Seal;
  /** What the reader may do; default everything. */
  offers?: Offers;
  /** Of those who sent the last reminders, by Slack user ID; for boxes, where nobody is mentioned. */
  names?: ReadonlyMap<string, string | undefined>;
}

interface Shown extends Required<LinkListOptions> {
  list: LinkList;
}

export function linkList(list: LinkList, options: LinkListOptions): Message {
  const shown = { offers: OFFER_ALL, names: new Map(), ...options, list };
  const { now, seal, offers } = shown;
  const { query, page } = list;
  const empty = page.links.length === 0 ? emptyWords(list) : undefined;
  const footer = dotted(environmentTag(page.environment), asOf(now));
  const found = foundWords(list, now);
  return message(empty ? fallback`${empty} ${found}` : found, [
    ...headOf(list),
    ...filterMenus(query, seal),
    divider(),
    ...(empty ? [section(empty), divider()] : rowsOf(shown)),
    ...pageButtons(list, seal, offers),
    ...listNotes(list).map((note) => context(note)),
    context(footer, page.unreadable > 0 ? requestId(page.ipayUuid) : undefined),
  ]);
}

/** The page that InstantPay sent, which may be another one. */
const sentPageOf = ({ query, page }: LinkList): number => page.currentPage ?? query.pageNumber;

const recipientOf = ({ query: { contact } }: LinkList): string | undefined =>
  contact === undefined ? undefined : maskedWords(contact);

/** Which links these are, in what order, and what they add up to. */
function headOf(list: LinkList): Part[] {
  const { query, page, incomplete } = list;
  const sentPage = sentPageOf(list);
  const masked = recipientOf(list);
  const order = page.links.length > 1 ? orderWords(list) : undefined;
  const totals = totalsWords(list);
  const number = sentPage === 1 ? md`` : md` · page ${sentPage}`;
  const other = sentPage === query.pageNumber ? undefined : LEFT_OUT.otherPage(sentPage, query.pageNumber);
  return [
    header(md`${sandboxFirst(page.environment)}Payout links${number}`),
    context(
      dotted(filterWords(query), place(page), order),
      masked === undefined ? undefined : plain(`Recipient: “${masked}”`),
    ),
    ...(totals ? [context(md`*${totals}*`)] : []),
    ...(incomplete === undefined ? [] : [context(LIST_NOTES.incomplete, plain(incomplete))]),
    ...(other ? [context(md`⚠️ ${other}`)] : []),
  ];
}

function foundWords(list: LinkList, now: number): FallbackText {
  const { query, page, incomplete } = list;
  const masked = recipientOf(list);
  const totals = totalsWords(list);
  const of = masked === undefined ? fallback`` : fallback` for “${fallbackText(masked, 60)}”`;
  const doubt = incomplete === undefined ? md`` : md` Incomplete: there may be more.`;
  const sum = totals ? md` ${totals}.` : md``;
  return fallback`${count(page.links.length, 'payout link')} (${statusesWords(query) ?? md`all statuses`})${of}, page ${sentPageOf(list)}, ${environmentWord(page.environment)}. ${asOf(now)}.${sum}${doubt}`;
}

/** With boxes, those that can be reminded alone: nothing else is selected here. */
function rowsOf(shown: Shown): Part[] {
  const { list, offers } = shown;
  const { links } = list.page;
  if (!list.query.boxes || !offers('operate')) return [{ rows: links.map((link) => row(link, shown)) }];
  const open = links.filter(({ status }) => canRemind(status));
  const others = links.length - open.length;
  return [
    ...remindBoxes(open, (link) => detailOf(link, list.reminded, shown)),
    { rows: open.map((link) => ({ blocks: [], fallback: row(link, shown).fallback })) },
    ...(others > 0 ? [context(notOpen(others))] : []),
  ];
}

export const notOpen = (links: number): Mrkdwn =>
  md`${count(links, 'link')} on this page ${links === 1 ? md`is` : md`are`} not ISSUED and cannot be reminded.`;

function row(link: PayoutLink, { list, now, offers }: Shown): Row {
  const age = link.status === 'PROCESSING' ? list.processing.get(link.linkId) : undefined;
  const since = age ? processingAge(age, now) : timing(link, now);
  const last = link.status === 'ISSUED' ? list.reminded.get(link.linkId) : undefined;
  const left = [badge(link.status), since, last && remindedWords(last, now)];
  return {
    blocks: [linkRow(link, left, rowMenu(link, offers)), divider()],
    fallback: fallbackLink(link, since),
  };
}

const remindedWords = ({ at, actorId }: LastReminder, now: number): Mrkdwn =>
  md`reminded ${relative(at, now)} by ${person(actorId)}`;
