/** Owns the answer to `Find payout links here`: what was found for the links that a message names. */

import type { FoundAll } from '../../payouts/links/find-all.ts';
import type { Environment, PayoutLink } from '../../payouts/links/link.ts';
import { context, divider, header, type Message, message, plain, type Row } from '../block-kit/blocks.ts';
import { asOf, clean, count, fallback, fallbackText, md } from '../block-kit/text.ts';
import type { Offers } from './offers.ts';
import { badge, fallbackLink, linkRow, rowMenu, maskedWords, sandboxFirst, timing } from './parts.ts';

/** A target of the message with what was found for it; `what` is the target as it is shown. */
export interface Looked extends Omit<FoundAll, 'target'> {
  what: string;
}

export interface FoundInMessageOptions {
  now: number;
  offers: Offers;
  /** The message names more than were looked up. */
  more: boolean;
}

export const NAMES_NO_LINK =
  'This message names no payout link: no link ID, instant.pe address, mobile number or email address.';

export const FOUND_WORDS = {
  none: md`No payout link found in this message`,
  moreNamed: md`The message names more; only the first were looked up.`,
  moreFound: md`More links match than are shown. Track a number or an address by itself to see them all.`,
} as const;

export function foundInMessage(
  looked: readonly Looked[],
  { now, offers, more }: FoundInMessageOptions,
): Message {
  const links = new Map<string, { link: PayoutLink; environment: Environment | undefined }>();
  for (const { links: found, environment } of looked) {
    for (const link of found) links.set(link.linkId, { link, environment });
  }
  const lead =
    links.size === 0 ? FOUND_WORDS.none : md`${count(links.size, 'payout link')} found in this message`;
  const unsure = looked.filter(({ links: found, incomplete }) => found.length === 0 || incomplete);
  const hasMore = looked.some((each) => each.more);
  return message(fallback`${lead}. ${asOf(now)}.`, [
    header(lead),
    { rows: [...links.values()].map(({ link, environment }) => row(link, environment, now, offers)) },
    {
      rows: unsure.map((each) => {
        const line = unsureLine(each);
        return { blocks: [context(plain(line))], fallback: fallbackText(line, 120) };
      }),
    },
    ...(hasMore ? [context(FOUND_WORDS.moreFound)] : []),
    ...(more ? [context(FOUND_WORDS.moreNamed)] : []),
    context(asOf(now)),
  ]);
}

/** A search that did not end does not claim that there is no link. */
function unsureLine({ what, links, incomplete }: Looked): string {
  const named = `“${clean(maskedWords(what), 60)}”`;
  if (incomplete === undefined) return `No link found for ${named}.`;
  return links.length === 0
    ? `No link found yet for ${named}. ${incomplete}`
    : `There may be more links for ${named}. ${incomplete}`;
}

function row(link: PayoutLink, environment: Environment | undefined, now: number, offers: Offers): Row {
  return {
    blocks: [
      linkRow(
        link,
        [md`${sandboxFirst(environment)}${badge(link.status)}`, timing(link, now)],
        rowMenu(link, offers),
      ),
      divider(),
    ],
    fallback: fallbackLink(link, timing(link, now)),
  };
}
