/** Owns walking over the pages of the list: in order, a few ahead, each link once, and how the walk ended (R2). */

import type { LinkPage, WalkEnd } from '../payouts/ports.ts';
import { InstantPayError } from './errors.ts';
import type { ReadPage } from './read-links.ts';

export interface WalkOptions {
  /** How many pages may be under way at once. */
  pagesAhead: number;
  /** A walk that gets here is incomplete. */
  maxPages: number;
}

export type FetchPage = (pageNumber: number, signal: AbortSignal) => Promise<ReadPage>;

type Settled = { read: ReadPage } | { failure: unknown };

export async function* walkPages(
  fetchPage: FetchPage,
  { pagesAhead, maxPages }: WalkOptions,
): AsyncGenerator<LinkPage, WalkEnd, void> {
  const stop = new AbortController();
  const underway = new Map<number, Promise<Settled>>();
  const seen = new Set<string>();
  let nextToFetch = 1;
  // Only the first page alone: its hint says how far ahead it is worth asking. What was asked for past the
  // end is thrown away unread, failed or not.
  let lastExpected = 1;
  let largest = 0;
  let unreadable = 0;
  let mostCounted = 0;
  let pagesRead = 0;

  const ended = (reason?: string): WalkEnd => ({
    complete: reason === undefined,
    reason,
    pagesRead,
    recordsRead: seen.size,
  });
  const finished = (): WalkEnd =>
    ended(unreadable === 0 ? undefined : `InstantPay sent ${count(unreadable)} the desk cannot read.`);
  /**
   * R2: `meta` is a hint, so it is only ever a reason to withhold "complete", never one to give it. It is asked only
   * where the list stops dead at an empty page: a short page is an end by itself, whatever `meta` says.
   */
  const endedEmpty = ({ page, hasList }: ReadPage): WalkEnd => {
    if (!hasList && page.totalRecordsHint !== 0) return ended('InstantPay answered without a list.');
    const sent = seen.size + unreadable;
    if (mostCounted <= sent) return finished();
    return ended(
      `InstantPay counts ${mostCounted} ${mostCounted === 1 ? 'link' : 'links'} but sent ${sent}.`,
    );
  };

  try {
    for (let pageNumber = 1; pageNumber <= maxPages; pageNumber += 1) {
      const lastToFetch = Math.min(maxPages, pageNumber + pagesAhead - 1, Math.max(pageNumber, lastExpected));
      for (; nextToFetch <= lastToFetch; nextToFetch += 1) {
        underway.set(nextToFetch, settle(fetchPage(nextToFetch, stop.signal)));
      }
      const settled = await underway.get(pageNumber);
      underway.delete(pageNumber);
      if (settled === undefined) throw new Error(`page ${pageNumber} was never asked for`);
      if ('failure' in settled) return ended(whyNot(pageNumber, settled.failure));

      const { page, linkIds, unreadable: broken } = settled.read;
      if (pageNumber === 1) lastExpected = expectedPages(page);
      mostCounted = Math.max(mostCounted, page.totalRecordsHint ?? 0);
      const received = page.recordsReceived;
      if (received === 0) {
        pagesRead += 1;
        if (pageNumber === 1) yield page; // nothing in it, but it says which environment answered
        return endedEmpty(settled.read);
      }
      const fresh = new Set(linkIds.filter((linkId) => !seen.has(linkId)));
      if (fresh.size === 0 && broken === 0) {
        return ended(`InstantPay sent the same links again as page ${pageNumber}.`);
      }
      for (const linkId of fresh) seen.add(linkId);
      pagesRead += 1;
      unreadable += broken;
      yield { ...page, links: page.links.filter(({ linkId }) => fresh.delete(linkId)) };

      if (received < largest) return finished();
      largest = received;
    }
    return ended(`The list goes on after ${maxPages} pages, where the desk stops.`);
  } finally {
    // Also when the consumer has seen enough and returns early.
    stop.abort();
  }
}

/** Never rejects: a page fetched ahead may fail long before, or without, anybody waiting for it. */
function settle(fetching: Promise<ReadPage>): Promise<Settled> {
  return fetching.then(
    (read) => ({ read }),
    (failure: unknown) => ({ failure }),
  );
}

/** The samples' totalPages contradicts their totalRecords, so the records received decide when they can. */
function expectedPages(page: LinkPage): number {
  if (page.totalRecordsHint !== undefined && page.recordsReceived > 0) {
    return Math.ceil(page.totalRecordsHint / page.recordsReceived);
  }
  return page.totalPagesHint ?? Number.POSITIVE_INFINITY;
}

function whyNot(pageNumber: number, failure: unknown): string {
  if (!(failure instanceof InstantPayError)) throw failure;
  const request = failure.ipayUuid === undefined ? '' : ` Request ${failure.ipayUuid}.`; // R19
  return `Page ${pageNumber} could not be read. ${failure.message}${request}`;
}

function count(records: number): string {
  return records === 1 ? '1 record' : `${records} records`;
}
