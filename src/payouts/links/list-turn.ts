/**
 * Owns turning a page while the list moves: the links that were shown are looked for again, and the next page begins right
 * after the last of them, so that no link is shown twice or passed over.
 */

import { isPayoutDeskError } from '../../errors.ts';
import type { PayoutLink } from './link.ts';
import { hasOlderPage, LINKS_A_PAGE } from './older.ts';
import type { LinkPage } from './page.ts';

export interface Turn {
  direction: 'older' | 'newer';
  /** IDs of the links shown before, in their order; one of them may have left the list meanwhile. */
  shown: readonly string[];
  /** InstantPay’s page on which the nearest of them was: the last of them for `older`, the first for `newer`. */
  near: number;
  /** Its place in the whole list, from 1; undefined when InstantPay did not say. */
  place: number | undefined;
}

/** Where a link is in InstantPay’s list. */
interface Spot {
  link: PayoutLink;
  page: LinkPage;
  index: number;
}

/** The links to show, and where they lie. */
export interface Window {
  page: LinkPage;
  first: Spot | undefined;
  last: Spot | undefined;
  hasOlder: boolean;
  hasNewer: boolean;
  /** How many links came before these since. */
  added?: number;
}

type Read = (pageNumber: number) => Promise<LinkPage>;

/** The links that were shown are looked for this many pages around. */
const PAGES_AROUND = 3;
/** InstantPay’s pages that make one of ours. */
const PAGES_A_WINDOW = 3;

/** A page as InstantPay has it, with nothing shown before. */
export async function wholePage(read: Read, pageNumber: number): Promise<Window> {
  return windowOf(await read(pageNumber));
}

function windowOf(page: LinkPage): Window {
  const spots = spotsOf(page);
  return {
    page,
    first: spots.at(0),
    last: spots.at(-1),
    hasOlder: hasOlderPage(page),
    hasNewer: page.pageNumber > 1,
  };
}

/** Undefined: none of the links shown before is found on the pages around. */
export async function goOn(read: Read, turn: Turn): Promise<Window | undefined> {
  const pages = createPages(read);
  const step = turn.direction === 'older' ? 1 : -1;
  await pages.load(turn.near, turn.near + step);
  const wanted = turn.direction === 'older' ? turn.shown.toReversed() : turn.shown;
  const nearest = wanted[0];
  // It moves away from where it was by the links that came or left before it.
  for (let away = 1; away <= PAGES_AROUND; away += 1) {
    if (nearest === undefined || pages.find(nearest)) break;
    await pages.load(turn.near + away, turn.near - away);
  }
  const anchor = wanted.map((linkId) => pages.find(linkId)).find((spot) => spot !== undefined);
  if (!anchor) {
    if (pages.failure() !== undefined) throw pages.failure();
    return undefined;
  }
  const window = turn.direction === 'older' ? await after(pages, anchor, turn) : await before(pages, anchor);
  const place = placeOf(anchor);
  const isNearest = anchor.link.linkId === nearest;
  if (!isNearest || place === undefined || turn.place === undefined || place <= turn.place) return window;
  return { ...window, added: place - turn.place };
}

type Pages = ReturnType<typeof createPages>;

/** A page that could not be read is a failure only when it is needed: the list may have become shorter than it was. */
function createPages(read: Read) {
  const known = new Map<number, LinkPage>();
  const failures = new Map<number, unknown>();
  const load = async (...numbers: readonly number[]): Promise<void> => {
    const missing = numbers.filter((number) => number >= 1 && !known.has(number) && !failures.has(number));
    await Promise.all(
      missing.map(async (number) => {
        try {
          known.set(number, await read(number));
        } catch (error) {
          if (!isPayoutDeskError(error)) throw error;
          failures.set(number, error);
        }
      }),
    );
  };
  return {
    load,
    async get(number: number): Promise<LinkPage> {
      await load(number);
      const page = known.get(number);
      if (!page) throw failures.get(number);
      return page;
    },
    /** On the earliest page that has it; a page that InstantPay sent in place of another one does not count. */
    find(linkId: string): Spot | undefined {
      const inOrder = [...known.values()].toSorted((one, other) => one.pageNumber - other.pageNumber);
      for (const page of inOrder.filter(isAsAsked)) {
        const spot = spotsOf(page).find(({ link }) => link.linkId === linkId);
        if (spot) return spot;
      }
      return undefined;
    },
    /** Of a page on which the link may have been. */
    failure: (): unknown => failures.values().next().value,
  };
}

const isAsAsked = ({ currentPage, pageNumber }: LinkPage): boolean =>
  currentPage === undefined || currentPage === pageNumber;

const spotsOf = (page: LinkPage): Spot[] => page.links.map((link, index) => ({ link, page, index }));

/** Its place in the whole list; undefined when records on its page are left out, since they have places too. */
export function placeOf({ page, index }: Spot): number | undefined {
  const { recordFrom, mismatched, unreadable } = page;
  return recordFrom === undefined || mismatched + unreadable > 0 ? undefined : recordFrom + index;
}

async function after(pages: Pages, anchor: Spot, { shown }: Turn): Promise<Window> {
  let { page } = anchor;
  const spots = spotsOf(page).slice(anchor.index + 1);
  if (spots.length === 0) {
    // As most often: the next page is the one that follows.
    if (!hasOlderPage(page)) return { ...joined([], page), hasOlder: false, hasNewer: true };
    const next = await pages.get(page.pageNumber + 1);
    const isNew = ({ linkId }: PayoutLink) => !shown.includes(linkId) || !isAsAsked(next);
    return windowOf({ ...next, links: next.links.filter(isNew) });
  }
  const size = sizeOf(page);
  for (let read = 0; read < PAGES_A_WINDOW && spots.length < size && hasOlderPage(page); read += 1) {
    page = await pages.get(page.pageNumber + 1);
    if (!isAsAsked(page)) break;
    const had = new Set([...shown, ...spots.map(({ link }) => link.linkId)]);
    spots.push(...spotsOf(page).filter(({ link }) => !had.has(link.linkId)));
  }
  const hasOlder = spots.length > size || hasOlderPage(page);
  return { ...joined(spots.slice(0, size), page), hasOlder, hasNewer: true };
}

/** Up to the newest: there the first page is shown whole, which may show some of these again. */
async function before(pages: Pages, anchor: Spot): Promise<Window> {
  let { page } = anchor;
  const size = sizeOf(page);
  const spots = spotsOf(page).slice(0, anchor.index);
  const isWhole = spots.length === 0;
  while (spots.length < size && page.pageNumber > 1) {
    page = await pages.get(page.pageNumber - 1);
    if (isWhole || page.links.length === 0) return windowOf(page);
    const had = new Set(spots.map(({ link }) => link.linkId));
    spots.unshift(...spotsOf(page).filter(({ link }) => !had.has(link.linkId)));
  }
  if (page.pageNumber === 1 && spots.length <= size) return windowOf(page);
  return { ...joined(spots.slice(-size), page), hasOlder: true, hasNewer: true };
}

/** InstantPay decides how many records a page has (R2). */
const sizeOf = ({ recordsReceived }: LinkPage): number =>
  Math.min(LINKS_A_PAGE, Math.max(1, recordsReceived));

/** A page of ours from parts of InstantPay’s; `page`: the last one that was read. */
function joined(spots: readonly Spot[], page: LinkPage): Omit<Window, 'hasOlder' | 'hasNewer'> {
  const first = spots.at(0);
  const last = spots.at(-1);
  return {
    first,
    last,
    page: {
      ...page,
      links: spots.map(({ link }) => link),
      pageNumber: (first?.page ?? page).pageNumber,
      currentPage: undefined,
      mismatched: 0,
      mismatchedIds: [],
      unreadable: 0,
      recordFrom: first && placeOf(first),
      recordTo: last && placeOf(last),
    },
  };
}
