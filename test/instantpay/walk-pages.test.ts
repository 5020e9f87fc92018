/** Owns what a walk does beside its pages: its turns, the size it remembers, its file, and failures that are not InstantPay's. */

import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { InstantPayError } from '../../src/instantpay/errors.ts';
import type { ReadPage } from '../../src/instantpay/read-links.ts';
import { pageUnread, walkPages, type FetchPage, type WalkOptions } from '../../src/instantpay/walk.ts';
import { idOf, range } from './walk-upstream.ts';

const SIZE = 10;
const PAGES = 5;

/** A page as InstantPay counts them. */
function read(pageNumber: number, count = SIZE): ReadPage {
  return {
    page: {
      pageNumber,
      links: [],
      currentPage: pageNumber,
      recordsReceived: count,
      mismatched: 0,
      mismatchedIds: [],
      unreadable: 0,
      totalRecords: PAGES * SIZE,
      totalPages: PAGES,
      recordFrom: undefined,
      recordTo: undefined,
      environment: 'live',
      ipayUuid: undefined,
    },
    linkIds: range((pageNumber - 1) * SIZE, count).map(idOf),
    unreadableKeys: [],
    mismatches: { status: 0, linkId: 0, contact: 0, url: 0, reference: 0 },
  };
}

async function walk(fetchPage: FetchPage, options: Partial<WalkOptions> = {}) {
  const remembered: number[] = [];
  const pageSize = { current: () => SIZE, remember: (worked: number) => void remembered.push(worked) };
  const walking = walkPages(fetchPage, pageSize, { concurrency: 2, maxPages: 100, ...options });
  const pages: number[] = [];
  for (;;) {
    const next = await walking.next();
    if (next.done) return { pages, end: next.value, remembered };
    pages.push(next.value.pageNumber);
  }
}

test('pages are asked for one a turn of the event loop, the first at once', async () => {
  let turn = 0;
  const asked: number[] = [];
  const walking = walk(async (pageNumber) => {
    asked.push(turn);
    return read(pageNumber);
  });
  for (turn = 0; turn < 100; turn += 1) await setImmediate();
  const { pages, end } = await walking;
  expect(pages).toEqual([1, 2, 3, 4, 5]);
  expect(end.complete).toBe(true);
  expect(asked[0]).toBe(0);
  expect(new Set(asked).size).toBe(PAGES);
});

test('the size that the first page had is remembered, once', async () => {
  expect((await walk(async (pageNumber) => read(pageNumber))).remembered).toEqual([SIZE]);
});

test('a later page without records ends the walk and is not handed on', async () => {
  const { pages } = await walk(async (pageNumber) => ({
    ...read(pageNumber, pageNumber === 1 ? SIZE : 0),
    ...(pageNumber > 1 && { linkIds: [] }),
  }));
  expect(pages.filter((pageNumber) => pageNumber > 1)).toEqual([]);
});

describe('its file', () => {
  const file = () => {
    const closed: string[] = [];
    const openSpill = () => ({
      reserve: () => 0,
      write: () => false,
      read: () => {},
      close: () => void closed.push('closed'),
    });
    return { closed, openSpill };
  };

  test('is closed at the end', async () => {
    const { closed, openSpill } = file();
    await walk(async (pageNumber) => read(pageNumber), { openSpill });
    expect(closed).toEqual(['closed']);
  });
  test('is closed when the reader has seen enough', async () => {
    const { closed, openSpill } = file();
    const pageSize = { current: () => SIZE, remember: () => {} };
    const fetchPage: FetchPage = async (pageNumber) => read(pageNumber);
    const walking = walkPages(fetchPage, pageSize, { concurrency: 1, maxPages: 9, openSpill });
    await walking.next();
    await walking.return({ complete: false, reason: 'enough', pagesRead: 1, recordsRead: SIZE });
    expect(closed).toEqual(['closed']);
  });
});

describe('a page that fails', () => {
  const failing = (failure: unknown): FetchPage => {
    return async (pageNumber) => {
      if (pageNumber === 2) throw failure;
      return read(pageNumber);
    };
  };
  const facts = { kind: 'http', operation: 'list', sent: true, transient: true, httpStatus: 503 } as const;

  test('is named with InstantPay’s request ID, where there is one', async () => {
    const without = new InstantPayError(facts);
    expect((await walk(failing(without))).end.reason).toBe(`${pageUnread(2)} ${without.message}`);
    const known = new InstantPayError({ ...facts, ipayUuid: 'h0059request' });
    expect((await walk(failing(known))).end.reason).toMatch(/^Page 2 .*h0059request\.$/);
  });
  test('by a mistake of ours is no end of a walk', async () => {
    await expect(walk(failing(new TypeError('a mistake')))).rejects.toThrow('a mistake');
  });
});
