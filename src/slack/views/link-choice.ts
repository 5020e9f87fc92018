/** Owns the choice among several links, and the answer when none was found. */

import type { Button, KnownBlock, SectionBlock } from '@slack/web-api';
import type { Found } from '../../payouts/links/find.ts';
import { formatRupees } from '../../payouts/money.ts';
import { canRemind, isFinalStatus, type PayoutLink } from '../../payouts/links/link.ts';
import {
  actions,
  context,
  divider,
  header,
  type Line,
  type Message,
  message,
  type Part,
  plain,
  section,
} from '../block-kit/blocks.ts';
import { asOf, clean, code, count, type Mrkdwn, md, fallback, fallbackText } from '../block-kit/text.ts';
import type { Suggestion } from '../parse/command.ts';
import { OFFER_ALL } from './offers.ts';
import {
  badgeText,
  cancelButton,
  cancelSeveralButtons,
  isCancellable,
  maskedWords,
  reminderButton,
  fallbackLink,
  stopWatchingButton,
  timing,
  trackButton,
  watchButton,
  who,
} from './parts.ts';
import { suggestionBlocks, type SuggestionOptions, suggestionsText } from './suggestions.ts';

/** What a person wants to do with the link they named. */
export const INTENTS = ['track', 'remind', 'cancel', 'watch', 'unwatch'] as const;
export type Intent = (typeof INTENTS)[number];

const QUESTIONS: Readonly<Record<Intent, Mrkdwn>> = {
  track: md`Which link do you want to track?`,
  remind: md`Who should get the reminder?`,
  cancel: md`Which link do you want to cancel? A form asks for the reason.`,
  watch: md`Which link do you want to watch?`,
  unwatch: md`Which link do you want to stop watching?`,
};

/** The button of a row; `Track` where the link's status does not allow the intent. */
const BUTTONS: Readonly<Record<Intent, (link: PayoutLink) => Button>> = {
  track: trackButton,
  remind: (link) => (canRemind(link.status) ? reminderButton(link) : trackButton(link)),
  cancel: (link) => (isCancellable(link) ? cancelButton(link) : trackButton(link)),
  watch: (link) => (isFinalStatus(link.status) ? trackButton(link) : watchButton(link.linkId)),
  unwatch: ({ linkId }) => stopWatchingButton(linkId),
};

export interface ChoiceOptions {
  intent: Intent;
  /** The text that was searched for. */
  what: string;
  now: number;
  /** Makes the block ID of a row, fresh for each. */
  rowId?: () => string | undefined;
}

/** Several links match; each row has one button for the intent. */
export function linkChoice(
  found: Extract<Found, { kind: 'several' }>,
  { intent, what, now, rowId }: ChoiceOptions,
): Message {
  const amount = found.links.length;
  const lead = found.more
    ? md`More than ${amount} links match`
    : md`${count(amount, 'link matches', 'links match')}`;
  const masked = maskedWords(what);
  const lines = choicesOf(found.links, now);
  const parts: Part[] = [
    header(lead),
    section(QUESTIONS[intent]),
    context(plain(`Search: “${masked}”`)),
    divider(),
    {
      rows: found.links.map((link, index) => ({
        blocks: [withId(section(plain(...(lines[index] ?? [])), BUTTONS[intent](link)), rowId?.())],
        fallback: fallbackLink(link, timing(link, now)),
      })),
    },
  ];
  if (found.more) {
    parts.push(
      context(md`Only the first ${amount} are shown. Enter more of the name, or the full mobile number.`),
    );
  }
  if (found.incomplete) parts.push(...searchIncomplete(found.incomplete));
  if (intent === 'cancel') {
    parts.push(...actions(cancelSeveralButtons(found.links, OFFER_ALL), rowId?.()));
  }
  parts.push(context(asOf(now)));
  const unsure = found.incomplete ? fallback` Search incomplete: there may be more links.` : fallback``;
  return message(
    fallback`${lead} “${fallbackText(masked, 60)}”. ${QUESTIONS[intent]}${unsure} ${asOf(now)}.`,
    parts,
  );
}

const withId = (block: SectionBlock, id: string | undefined): SectionBlock =>
  id ? { ...block, block_id: id } : block;

/** Clipped so that a row has three short lines; the card shows them whole. */
const NAME_LENGTH = 40;
const DETAIL_LENGTH = 50;

/** In one column: beside a button, two leave a phone one word a line. */
function choiceLines(link: PayoutLink, now: number): readonly Line[] {
  const { status, contact, amountPaise, statusText, purpose, description } = link;
  const amount = amountPaise === undefined ? 'amount not readable' : formatRupees(amountPaise);
  const reached = contact.name ? (contact.mobile ?? contact.email) : undefined;
  const detail = status === 'UNKNOWN' ? `InstantPay status: ${statusText}` : (purpose ?? description);
  return [
    // A Latin word keeps the row from left to right also with an Arabic name.
    `${amount} to ${clean(who(contact), NAME_LENGTH)}`,
    [badgeText(status), timing(link, now)],
    [reached && clean(reached, DETAIL_LENGTH), detail && clean(detail, DETAIL_LENGTH)],
  ];
}

/** The lines of each link; the link ID where nothing else tells two apart. */
function choicesOf(links: readonly PayoutLink[], now: number): (readonly Line[])[] {
  const rows = links.map((link) => choiceLines(link, now));
  const same = Map.groupBy(rows, (lines) => JSON.stringify(lines));
  return rows.map((lines, index) =>
    same.get(JSON.stringify(lines))?.length === 1 ? lines : [...lines, links[index]?.linkId],
  );
}

function searchIncomplete(reason: string): KnownBlock[] {
  return [section(md`⚠️ *Search incomplete:* there may be more links.`), section(plain(reason))];
}

/** The beginning of the answer when a complete search found nothing. */
export const NONE_FOUND = md`No payout link found`;

/** Before an example: `cancel Asha Rao paid twice` has no end of the name. */
export const NAME_IN_QUOTES = md`To add a reason after a name, put the name in quotes:`;

export const SEARCH_INCOMPLETE = md`Search incomplete: the link may still exist.`;

export interface NothingOptions extends SuggestionOptions {
  intent?: Intent;
  /** Commands that may have been meant. */
  near?: readonly Suggestion[];
}

/** No link matches; an incomplete search does not claim that there is none. */
export function nothingFound(
  what: string,
  incomplete: string | undefined,
  { intent, near = [], ...options }: NothingOptions,
): Message {
  const masked = maskedWords(what);
  const shown = fallbackText(masked, 60);
  const suggested = suggestionBlocks(near, options);
  const meant = suggestionsText(near, options.offers);
  if (incomplete) {
    return message(fallback`No link found yet for “${shown}”. ${SEARCH_INCOMPLETE}${meant}`, [
      section(md`⚠️ *${SEARCH_INCOMPLETE}*`),
      section(plain(`Search: “${masked}”`, incomplete)),
      ...suggested,
      context(md`Try again in a minute, or enter the link ID: it needs no search.`),
    ]);
  }
  return message(fallback`${NONE_FOUND} for “${shown}”.${meant}`, [
    section(plain(`${NONE_FOUND} for “${masked}”.`)),
    ...suggested,
    context(
      md`Try a shorter part of the name, the full mobile number or email address, the order ID, or the link ID (24 hex digits). ${code('/payout help')} shows every command.`,
    ),
    ...(intent === 'cancel' && what.includes(' ')
      ? [context(md`${NAME_IN_QUOTES} ${code('/payout cancel "Asha Rao" paid twice')}`)]
      : []),
  ]);
}
