/** Owns walking over the pages of the list: in order, prefetching a few, again when the walk's state says so (R2). */

import { setImmediate } from 'node:timers/promises';
import type { LinkPage, WalkEnd } from '../payouts/links/page.ts';
import type { OpenSpill } from '../payouts/links/spill.ts';
import { InstantPayError } from './errors.ts';
import { type PageSize, smallerPage } from './page-size.ts';
import type { ReadPage } from './read-links.ts';
import { createWalkState, type Verdict, type WalkState } from './walk-state.ts';

export interface WalkOptions {
  /** How many pages may be under way at once; `fetchPage` keeps to it. */
  concurrency: number;
  /** A walk that gets here is incomplete. */
  maxPages: number;
  /** Where the table of links goes, instead of memory. */
  openSpill?: OpenSpill | undefined;
}

export type FetchPage = (
  pageNumber: number,
  recordsPerPage: number,
  signal: AbortSignal,
) => Promise<ReadPage>;

type Settled = { read: ReadPage } | { failure: unknown };

/**
 * Yields the pages as they come, and returns how the walk ended. A link may come again, on a later page or in an extra
 * walk: the consumer keeps one record for each link ID, the last one.
 */
export async function* walkPages(
  fetchPage: FetchPage,
  pageSize: PageSize,
  options: WalkOptions,
): AsyncGenerator<LinkPage, WalkEnd, void> {
  const spill = options.openSpill?.();
  const state = createWalkState(options.maxPages, spill);
  let recordsPerPage = pageSize.current();
  try {
    for (;;) {
      const outcome = yield* onePass(fetchPage, recordsPerPage, pageSize, state, options);
      if (outcome === 'smaller') {
        recordsPerPage = smallerPage(recordsPerPage);
        state.startOver();
      } else if (outcome !== 'again') return outcome;
    }
  } finally {
    spill?.close();
  }
}

async function* onePass(
  fetchPage: FetchPage,
  recordsPerPage: number,
  pageSize: PageSize,
  state: WalkState,
  { concurrency, maxPages }: WalkOptions,
): AsyncGenerator<LinkPage, 'smaller' | Exclude<Verdict, 'next'>, void> {
  const stop = new AbortController();
  // The pages from `pageNumber` on, in order. An array: a Map leaves its former tables behind, which hold on to the pages.
  const underway: Promise<Settled>[] = [];
  let nextToFetch = 1;
  try {
    for (let pageNumber = 1; ; pageNumber += 1) {
      // The first page alone: its counts say how far to prefetch. What was prefetched past the end is dropped,
      // failed or not.
      const expected = pageNumber === 1 ? 1 : state.lastExpected();
      // A page that takes longer holds up those behind it: where InstantPay counts the pages, more are asked for in advance
      // than may be under way at once.
      const ahead = Number.isFinite(expected) ? 2 * concurrency : concurrency;
      const lastToFetch = Math.min(maxPages, pageNumber + ahead - 1, Math.max(pageNumber, expected));
      for (const from = nextToFetch; nextToFetch <= lastToFetch; nextToFetch += 1) {
        // After the first page many are asked for, each of which takes a millisecond to send.
        if (nextToFetch > from) await setImmediate();
        underway.push(settle(fetchPage(nextToFetch, recordsPerPage, stop.signal)));
      }
      const settled = await underway.shift();
      if (settled === undefined) throw new Error(`page ${pageNumber} was never asked for`);
      let verdict: Verdict;
      if ('failure' in settled) {
        const { failure } = settled;
        if (pageNumber === 1 && smallerPage(recordsPerPage) < recordsPerPage && isBadRequest(failure)) {
          return 'smaller';
        }
        verdict = state.failed(pageNumber, whyNot(pageNumber, failure));
      } else {
        const { page, linkIds, unreadableKeys } = settled.read;
        if (pageNumber === 1) pageSize.remember(recordsPerPage);
        verdict = state.read({ ...page, linkIds, unreadableKeys });
        // An empty first page still says which environment answered.
        if (page.recordsReceived > 0 || pageNumber === 1) {
          // Pages that wait already would all be taken in one turn of the event loop.
          await setImmediate();
          yield page;
        }
      }
      if (verdict !== 'next') return verdict;
    }
  } finally {
    // Also when the consumer returns early.
    stop.abort();
  }
}

/** Never rejects: a prefetched page may fail before it is awaited, or never be awaited. */
function settle(fetching: Promise<ReadPage>): Promise<Settled> {
  return fetching.then(
    (read) => ({ read }),
    (failure: unknown) => ({ failure }),
  );
}

function isBadRequest(failure: unknown): boolean {
  return failure instanceof InstantPayError && failure.group === 'bad_request';
}

export const pageUnread = (pageNumber: number): string => `Page ${pageNumber} could not be read.`;

function whyNot(pageNumber: number, failure: unknown): string {
  if (!(failure instanceof InstantPayError)) throw failure;
  const request = failure.ipayUuid === undefined ? '' : ` InstantPay request ID ${failure.ipayUuid}.`; // R19
  return `${pageUnread(pageNumber)} ${failure.message}${request}`;
}
