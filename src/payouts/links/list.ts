/** Owns the list of links, page by page: as InstantPay orders it, or read whole where InstantPay cannot filter or sort. */

import { isPayoutDeskError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import type { SearchProgress } from './find.ts';
import { lastReminders } from './expiring.ts';
import { canRemind, type Environment } from './link.ts';
import { type ListFilter, type ListSort, needsWalk, orderOf } from './list-filter.ts';
import { type Folded, startListFold } from './list-fold.ts';
import { goOn, placeOf, type Turn, wholePage, type Window } from './list-turn.ts';
import { LINKS_A_PAGE } from './older.ts';
import type { LinkFilter, LinkPage, WalkEnd } from './page.ts';
import type { ProcessingSince } from './processing-port.ts';
import type { LastReminder } from './remind-port.ts';
import { agesOf } from './stuck.ts';
import { reasonOf, walkLinks } from './walk.ts';

export interface ListQuery extends ListFilter {
  /** From 1. */
  pageNumber: number;
  /** From what was shown before; undefined: the page of this number, whatever was shown. */
  turn?: Turn | undefined;
  /** With boxes, to select links for reminders. */
  boxes?: boolean | undefined;
}

/** What a list that was read whole adds up to. */
export type ListTotals = Omit<Folded, 'first'>;

export interface LinkList {
  query: ListQuery;
  page: LinkPage;
  /** Undefined: there is none (R2). */
  older: ListQuery | undefined;
  newer: ListQuery | undefined;
  /** Undefined: as InstantPay orders them. */
  order: ListSort | undefined;
  /** Of a list that was read whole; undefined for a page of InstantPay’s. */
  totals?: ListTotals | undefined;
  /** Why there may be more, in one sentence: `totals` are what was read until then. */
  incomplete?: string | undefined;
  /** There are more than can be turned to. */
  tooMany?: boolean;
  /** How many links came before these since the last page was shown. */
  added?: number | undefined;
  /** None of the links shown before was found again: this page may repeat or pass over some. */
  lost?: boolean;
  /** By link ID: the last reminder, of the links on this page, as far as it is known here. */
  reminded: ReadonlyMap<string, LastReminder>;
  /** By link ID, of the PROCESSING links on this page. */
  processing: ReadonlyMap<string, ProcessingSince>;
}

export interface ListOptions {
  /** Told after each page of a list that is read whole. */
  onProgress?: ((progress: SearchProgress) => void) | undefined;
}

/** Of a list that is read whole: each further page would read all of it again. */
export const SORTED_PAGES = 20;

/** Returns one page of up to ten links; records outside the filter are left out (R1). */
export async function list(
  deps: Deps,
  actor: Actor,
  query: ListQuery,
  options: ListOptions = {},
): Promise<LinkList> {
  await requirePermission(deps, actor, 'look', { subject: 'link.list' });
  const filter: LinkFilter = {};
  if (query.statuses.length > 0) filter.statuses = query.statuses;
  if (query.contact) filter.contact = query.contact;
  const listed = needsWalk(query)
    ? await sorted(deps, filter, query, options)
    : await paged(deps, filter, query);
  const { links } = listed.page;
  const reminded = await lastReminders(
    deps,
    links.flatMap(({ linkId, status }) => (canRemind(status) ? [linkId] : [])),
  );
  const processing = links.filter(({ status }) => status === 'PROCESSING');
  const aged = processing.length === 0 ? [] : await agesOf(deps, processing);
  const ages = aged.flatMap(({ link, age }) => (age ? [[link.linkId, age] as const] : []));
  return { ...listed, reminded, processing: new Map(ages) };
}

type Listed = Omit<LinkList, 'processing' | 'reminded'>;

async function paged({ gateway }: Deps, filter: LinkFilter, query: ListQuery): Promise<Listed> {
  const read = (pageNumber: number) => gateway.page(filter, pageNumber, LINKS_A_PAGE);
  const { turn } = query;
  const window = turn && turn.shown.length > 0 ? await goOn(read, turn) : undefined;
  const { page, first, last, hasOlder, hasNewer, added } =
    window ?? (await wholePage(read, query.pageNumber));
  const isWhole = first === undefined || first.index === 0;
  const pageNumber = window && isWhole ? page.pageNumber : query.pageNumber;
  const shown = page.links.map(({ linkId }) => linkId);
  const beside = (direction: Turn['direction'], spot: Window['first']): ListQuery => ({
    ...query,
    pageNumber: Math.max(1, pageNumber + (direction === 'older' ? 1 : -1)),
    turn: {
      direction,
      shown,
      near: spot?.page.pageNumber ?? page.pageNumber,
      place: spot && placeOf(spot),
    },
  });
  return {
    query: { ...query, pageNumber },
    page,
    older: hasOlder ? beside('older', last) : undefined,
    newer: hasNewer ? beside('newer', first) : undefined,
    order: undefined,
    added,
    lost: turn !== undefined && turn.shown.length > 0 && !window,
  };
}

/** Reads every link that InstantPay’s filter lets through, and keeps the first ones of the order, up to this page. */
async function sorted(
  deps: Deps,
  filter: LinkFilter,
  query: ListQuery,
  { onProgress }: ListOptions,
): Promise<Listed> {
  const { gateway, clock } = deps;
  const fold = startListFold(query, SORTED_PAGES * LINKS_A_PAGE, clock());
  const unreadable = new Map<number, number>();
  let looked = 0;
  let environment: Environment | undefined;
  let ipayUuid: string | undefined;
  const end = await walkLinks(gateway, filter, (page) => {
    environment ??= page.environment;
    ipayUuid = page.ipayUuid;
    unreadable.set(page.pageNumber, page.unreadable);
    for (const linkId of page.mismatchedIds) fold.remove(linkId);
    for (const link of page.links) fold.add(link);
    looked += page.recordsReceived;
    const total = page.totalRecords;
    // A walk that starts over reads links again (R2).
    onProgress?.({ looked: Math.min(looked, total ?? looked), total });
    return 'next';
  }).catch((error: unknown): WalkEnd => {
    if (!isPayoutDeskError(error)) throw error;
    return { complete: false, reason: error.message, pagesRead: 0, recordsRead: 0 };
  });
  const { first, ...totals } = fold.links();
  const start = startOf(query, first);
  const links = first.slice(start, start + LINKS_A_PAGE);
  const recordTo = start + links.length;
  const pageNumber = Math.floor(start / LINKS_A_PAGE) + 1;
  const page: LinkPage = {
    pageNumber,
    links,
    currentPage: pageNumber,
    recordsReceived: links.length,
    mismatched: 0,
    mismatchedIds: [],
    unreadable: [...unreadable.values()].reduce((sum, one) => sum + one, 0),
    totalRecords: reasonOf(end) === undefined ? totals.count : undefined,
    totalPages: undefined,
    recordFrom: links.length === 0 ? undefined : start + 1,
    recordTo: links.length === 0 ? undefined : recordTo,
    environment,
    ipayUuid,
  };
  const isLast = recordTo >= SORTED_PAGES * LINKS_A_PAGE;
  const hasMore = totals.count > recordTo;
  return {
    query: { ...query, pageNumber, turn: undefined },
    page,
    older: hasMore && !isLast ? besideSorted(query, page, 'older') : undefined,
    newer: start > 0 ? besideSorted(query, page, 'newer') : undefined,
    order: orderOf(query),
    totals,
    incomplete: reasonOf(end),
    tooMany: hasMore && isLast,
    added: addedSince(query, first),
  };
}

function besideSorted(query: ListQuery, page: LinkPage, direction: Turn['direction']): ListQuery {
  const place = direction === 'older' ? page.recordTo : page.recordFrom;
  return {
    ...query,
    pageNumber: Math.max(1, page.pageNumber + (direction === 'older' ? 1 : -1)),
    turn: { direction, shown: page.links.map(({ linkId }) => linkId), near: page.pageNumber, place },
  };
}

/** Right after, or before, the nearest link that was shown and is listed still. */
function startOf({ pageNumber, turn }: ListQuery, first: readonly { linkId: string }[]): number {
  const start = (pageNumber - 1) * LINKS_A_PAGE;
  const wanted = turn?.direction === 'older' ? turn.shown.toReversed() : (turn?.shown ?? []);
  const index = indexOfFirst(first, wanted);
  if (!turn || index === undefined) return start;
  return turn.direction === 'older' ? index + 1 : Math.max(0, index - LINKS_A_PAGE);
}

function indexOfFirst(links: readonly { linkId: string }[], wanted: readonly string[]): number | undefined {
  const places = new Map(links.map(({ linkId }, index) => [linkId, index]));
  return wanted.map((linkId) => places.get(linkId)).find((index) => index !== undefined);
}

function addedSince({ turn }: ListQuery, first: readonly { linkId: string }[]): number | undefined {
  if (turn?.place === undefined) return undefined;
  const nearest = turn.direction === 'older' ? turn.shown.at(-1) : turn.shown.at(0);
  const index = indexOfFirst(first, nearest === undefined ? [] : [nearest]);
  const added = index === undefined ? 0 : index + 1 - turn.place;
  return added > 0 ? added : undefined;
}
