/** Owns the links behind a digest’s `Show`: twenty a page, one line each, for the person alone. */

import type { KnownBlock } from '@slack/web-api';
import type { NamedLinks, StatusPage } from '../../payouts/digest/show.ts';
import type { PayoutLink } from '../../payouts/links/link.ts';
import {
  actions,
  button,
  context,
  header,
  type Message,
  message,
  type Part,
  plain,
  section,
} from '../block-kit/blocks.ts';
import { encodeStatusQuery } from '../block-kit/digest-values.ts';
import { type ActionId, ACTION_IDS } from '../block-kit/ids.ts';
import { asOf, clean, count, fallback, joinMd, md, type Mrkdwn, shortDay } from '../block-kit/text.ts';
import { digestRow, expiryDetail } from './digest-rows.ts';
import type { Offers } from './offers.ts';
import { badge, dotted, environmentTag, environmentWord, sandboxFirst } from './parts.ts';

export interface ShowOptions {
  offers: Offers;
}

export const NO_SUCH_LINKS = md`There are no such links now.`;
export const MAY_BE_MORE = md`⚠️ *Incomplete:* there may be more links.`;

export function statusList(page: StatusPage, { offers }: ShowOptions): Message {
  const { query, at, links, total, environment, incomplete } = page;
  const title = md`${badge(query.status)}${query.pageNumber === 1 ? md`` : md` · page ${query.pageNumber}`}`;
  const counted = total === undefined ? undefined : count(total, 'link');
  const spoken = joinMd([title, ...(counted ? [counted] : []), environmentWord(environment), asOf(at)], '. ');
  return message(
    fallback`${spoken}. ${incomplete === undefined ? md`` : md`Incomplete: there may be more.`}`,
    [
      header(md`${sandboxFirst(environment)}${title}`),
      ...(incomplete === undefined ? [] : [context(MAY_BE_MORE, plain(incomplete))]),
      ...rowsOf(links, at, offers),
      ...turns(page),
      context(
        dotted(counted, environmentTag(environment), asOf(at)),
        query.purpose === undefined ? undefined : plain(`Purpose contains “${clean(query.purpose, 60)}”`),
      ),
    ],
  );
}

function rowsOf(links: readonly PayoutLink[], now: number, offers: Offers): Part[] {
  if (links.length === 0) return [section(NO_SUCH_LINKS)];
  return [{ rows: links.map((link) => digestRow(link, detailOf(link, now), offers)) }];
}

/** The time that matters in this status. */
function detailOf(link: PayoutLink, now: number): string {
  const { status, expiresAt, createdAt } = link;
  if (status === 'ISSUED') return `expires ${expiryDetail(link, now)}`;
  if (status === 'EXPIRED' && expiresAt !== undefined && expiresAt <= now)
    return `expired ${shortDay(expiresAt, now)}`;
  return createdAt === undefined ? 'age unknown' : `created ${shortDay(createdAt, now)}`;
}

function turns({ query, hasOlder }: StatusPage): KnownBlock[] {
  const turn = (label: string, action: ActionId, pageNumber: number) =>
    button({ label, action, value: encodeStatusQuery({ ...query, pageNumber }) });
  return actions([
    ...(query.pageNumber > 1 ? [turn('Newer', ACTION_IDS.digestNewer, query.pageNumber - 1)] : []),
    ...(hasOlder ? [turn('Older', ACTION_IDS.digestOlder, query.pageNumber + 1)] : []),
  ]);
}

/** The links of a possible duplicate, as they are now. */
export function linksList({ at, links, asked, environment }: NamedLinks, { offers }: ShowOptions): Message {
  const title = md`Same recipient and amount: ${count(asked, 'link')}`;
  const missing: Mrkdwn | undefined =
    links.length < asked ? md`InstantPay did not return ${count(asked - links.length, 'link')}.` : undefined;
  return message(fallback`${title}. ${missing ?? md``} ${environmentWord(environment)}. ${asOf(at)}.`, [
    header(md`${sandboxFirst(environment)}${title}`),
    {
      rows: links.map((link) => digestRow(link, `${link.status}, ${detailOf(link, at)}`, offers)),
    },
    ...(missing ? [context(md`⚠️ ${missing}`)] : []),
    context(md`Cancel a link only if it is meant for the same payment as another one.`),
    context(dotted(environmentTag(environment), asOf(at))),
  ]);
}
