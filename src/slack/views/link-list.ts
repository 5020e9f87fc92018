/** Owns pages of links: the list with its filter, the choice among several, and nothing found. */

import type { KnownBlock, SectionBlock } from '@slack/web-api';
import { canCancel, canNotify, KNOWN_STATUSES, type PayoutLink } from '../../payouts/links/link.ts';
import type { Found, LinkList, ListQuery } from '../../payouts/links/find.ts';
import { maskText } from '../../payouts/mask.ts';
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
import {
  at,
  clean,
  code,
  constant,
  count,
  type Mrkdwn,
  md,
  fallback,
  type FallbackText,
  spokenText,
} from '../block-kit/text.ts';
import {
  aboutLink,
  badge,
  badgeText,
  dotted,
  environmentTag,
  environmentWord,
  linkRow,
  reminderButton,
  spokenLink,
  timing,
  trackButton,
  writeButtons,
} from './parts.ts';

export interface LinkListOptions {
  now: number;
  seal: Seal;
}

export function linkList({ query, page, hasOlder }: LinkList, { now, seal }: LinkListOptions): Message {
  const { links, mismatched, unreadable } = page;
  const sentPage = page.currentPage ?? query.pageNumber;
  const masked = query.contact === undefined ? undefined : maskedWords(query.contact);
  const statuses = query.statuses.length === 0 ? md`every status` : constant(query.statuses.join(', '));
  const footer = dotted(environmentTag(page.environment), md`as of ${at(now)}`);
  const parts: Part[] = [
    header(sentPage === 1 ? md`Payout links` : md`Payout links · page ${sentPage}`),
    context(dotted(statuses, place(page)), masked === undefined ? undefined : plain(`of “${masked}”`)),
    ...(sentPage === query.pageNumber
      ? []
      : [context(md`⚠️ InstantPay sent page ${sentPage} when page ${query.pageNumber} was asked for.`)]),
    ...filter(query, seal),
    divider(),
    ...(links.length > 0
      ? [{ rows: links.map((link) => row(link, now)) }]
      : [section(emptyWords(query, hasOlder, mismatched, unreadable)), divider()]),
    ...turns(query, hasOlder, seal),
  ];
  if (mismatched > 0) {
    parts.push(
      context(
        md`InstantPay also sent ${count(mismatched, 'link')} that did not match what was asked for; left out here.`,
      ),
    );
  }
  if (unreadable > 0) {
    parts.push(context(md`InstantPay also sent ${count(unreadable, 'record')} that cannot be read.`));
  }
  parts.push(context(footer, page.ipayUuid ? plain(`Request ${page.ipayUuid}`) : undefined));
  const of = masked === undefined ? fallback`` : fallback` of ${spokenText(masked, 60)}`;
  return message(
    fallback`${count(links.length, 'payout link')} (${statuses})${of}, page ${sentPage}, ${environmentWord(page.environment)}, as of ${at(now)}`,
    parts,
  );
}

/** The last four digits are all that Payout Desk shows of a mobile number, and InstantPay finds nobody by them. */
const WHOLE_NUMBER = md`No links found. Enter the whole mobile number: its last digits are not enough.`;

function isPartOfNumber(typed: string): boolean {
  return /^[\d\s*+().-]+$/.test(typed) && typed.replace(/\D/g, '').length < 10;
}

/** What was typed, cut before it is masked: masking takes long over long text. */
const maskedWords = (text: string): string => maskText(clean(text, 200));

/** "1–10 of 37" as InstantPay numbers its records (R2). */
function place({ recordFrom, recordTo, totalRecords: total }: LinkPage): Mrkdwn | undefined {
  if (total === undefined || total < 1) return undefined;
  if (!recordFrom || !recordTo || recordTo < recordFrom) return md`InstantPay counts ${count(total, 'link')}`;
  return recordFrom === recordTo ? md`${recordFrom} of ${total}` : md`${recordFrom}–${recordTo} of ${total}`;
}

function emptyWords(
  { pageNumber, contact, statuses }: ListQuery,
  hasOlder: boolean,
  mismatched: number,
  unreadable: number,
): Mrkdwn {
  if (contact !== undefined && isPartOfNumber(contact)) return WHOLE_NUMBER;
  if (hasOlder) return md`Nothing on this page matches. Older pages may still hold some.`;
  if (unreadable > 0) return md`No link on this page can be read.`;
  if (pageNumber > 1) return md`This page is empty: there are no older links.`;
  if (mismatched > 0) return md`Nothing matches here.`;
  if (contact !== undefined) {
    return md`No links for this recipient. Try a shorter part of the name, or the mobile number.`;
  }
  return statuses.length > 0
    ? md`No links in this state right now. Choose another status above.`
    : md`There are no payout links yet.`;
}

function row(link: PayoutLink, now: number): Row {
  const blocks = [
    linkRow(link, [badge(link.status), timing(link, now)], trackButton(link)),
    ...actions(writeButtons(link)),
    divider(),
  ];
  return { blocks, spoken: spokenLink(link, timing(link, now)) };
}

function filter(query: ListQuery, seal: Seal): KnownBlock[] {
  const blockId =
    query.contact === undefined || contactFits(query.contact)
      ? encodeFilterBlock(query.contact, seal)
      : undefined;
  // Without the contact a filter would quietly widen the list, so there is none.
  if (blockId === undefined) return [];
  const options = [
    option('Every status', ALL_STATUSES),
    ...KNOWN_STATUSES.map((status) => option(badgeText(status), status)),
  ];
  const value = encodeStatuses(query.statuses);
  let chosen = options.find((candidate) => candidate.value === value);
  if (!chosen) {
    chosen = option(query.statuses.join(', '), value);
    options.push(chosen);
  }
  return actions([select(ACTION_IDS.listStatus, 'Status', options, chosen)], blockId);
}

function turns(query: ListQuery, hasOlder: boolean, seal: Seal): KnownBlock[] {
  const { pageNumber, contact } = query;
  // The parser refuses such a contact; without it a page would be of another list.
  if (contact !== undefined && !contactFits(contact)) {
    return [context(md`This contact is too long to turn pages with. Ask again with a shorter one.`)];
  }
  const turn = (label: string, action: ActionId, to: number) =>
    button({ label, action, value: encodeListQuery({ ...query, pageNumber: to }, seal) });
  return actions([
    ...(pageNumber > 1 ? [turn('Newer', ACTION_IDS.listNewer, pageNumber - 1)] : []),
    ...(hasOlder ? [turn('Older', ACTION_IDS.listOlder, pageNumber + 1)] : []),
  ]);
}

// ---- A choice among several -------------------------------------------------------------------------------

export type Intent = 'track' | 'notify' | 'cancel';

const INTENT_WORDS: Readonly<Record<Intent, Mrkdwn>> = {
  track: md`Which one do you want to track?`,
  notify: md`Who should get the reminder?`,
  cancel: md`Which one do you want to cancel? You will be asked for the reason.`,
};

/** Several links answer what was typed; each row carries the one button for what was wanted. */
export interface ChoiceOptions {
  intent: Intent;
  /** What was looked for. */
  what: string;
  now: number;
  /** Makes the block id of a row, fresh for each. */
  rowId?: () => string | undefined;
}

export function linkChoice(
  found: Extract<Found, { kind: 'several' }>,
  { intent, what, now, rowId }: ChoiceOptions,
): Message {
  const amount = found.links.length;
  const lead = found.more
    ? md`More than ${amount} links match`
    : md`${count(amount, 'link matches', 'links match')}`;
  const masked = maskedWords(what);
  const parts: Part[] = [
    header(lead),
    section(INTENT_WORDS[intent]),
    context(plain(`Looked for “${masked}”`)),
    divider(),
    {
      rows: found.links.map((link) => ({
        blocks: [withId(choice(link, intent, now), rowId?.())],
        spoken: spokenLink(link, timing(link, now)),
      })),
    },
  ];
  if (found.more) {
    parts.push(context(md`Only the first ${amount} are shown. Type more of the name, or the mobile number.`));
  }
  if (found.incomplete) parts.push(...notWhole(found.incomplete));
  parts.push(context(md`as of ${at(now)}`));
  const unsure: FallbackText = found.incomplete
    ? fallback`; the search could not finish, so there may be more`
    : fallback``;
  return message(fallback`${lead} “${spokenText(masked, 60)}”${unsure}. ${INTENT_WORDS[intent]}`, parts);
}

const withId = (block: SectionBlock, id: string | undefined): SectionBlock =>
  id ? { ...block, block_id: id } : block;

function choice(link: PayoutLink, intent: Intent, now: number): SectionBlock {
  let accessory = trackButton(link);
  if (intent === 'notify' && canNotify(link.status)) {
    accessory = reminderButton(link);
  }
  if (intent === 'cancel' && canCancel(link.status) && link.amountPaise !== undefined) {
    const spoken = aboutLink('Cancel link', link);
    accessory = button({ label: 'Cancel link', action: ACTION_IDS.linkCancel, value: link.linkId, spoken });
  }
  return linkRow(link, [badge(link.status), timing(link, now)], accessory);
}

function notWhole(incomplete: string): KnownBlock[] {
  return [
    section(md`⚠️ *The search could not finish*, so there may be more links than these.`),
    section(plain(incomplete)),
  ];
}

/** No link answers what was typed; a search that could not finish does not say "none". */
export function nothingFound(what: string, incomplete: string | undefined, intent?: Intent): Message {
  const masked = maskedWords(what);
  const shown = spokenText(masked, 60);
  if (incomplete) {
    return message(fallback`Nothing found yet for “${shown}”: the search could not finish.`, [
      section(md`⚠️ *Nothing found yet: the search could not finish.* There may be such a link all the same.`),
      section(plain(`Looked for “${masked}”`, incomplete)),
      context(md`Try again in a minute, or use the link’s id: that needs no search.`),
    ]);
  }
  return message(fallback`No payout link found for “${shown}”.`, [
    section(plain(`No payout link found for “${masked}”.`)),
    context(
      md`Try a shorter part of the name, the whole mobile number or e-mail address, or the link’s id of 24 hex digits.`,
    ),
    ...(intent === 'cancel' && what.includes(' ')
      ? [
          context(
            md`If it ended with the reason, put the name in quotes: ${code('/payout cancel "Asha Rao" paid twice')}`,
          ),
        ]
      : []),
  ]);
}
