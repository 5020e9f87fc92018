/** Owns the state of a walk (R2): any list, any page sizes, links that come and go, a failure at each position. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InstantPayError } from '../../src/instantpay/errors.ts';
import { createPageSize } from '../../src/instantpay/page-size.ts';
import type { ReadPage } from '../../src/instantpay/read-links.ts';
import { walkPages } from '../../src/instantpay/walk.ts';
import { createWalkState, type PageFacts } from '../../src/instantpay/walk-state.ts';
import type { WalkEnd } from '../../src/payouts/links/page.ts';
import { page, record } from '../payouts/setup.ts';

const idOf = (index: number): string => index.toString(16).padStart(24, '0');

interface World {
  links: number;
  /** What InstantPay makes of the page size it is asked for. */
  pageSize: number;
  /** What happens to the list before the n-th answer: a link at a place leaves, or a new one arrives in front. */
  moves: { before: number; leaves: number | undefined }[];
  /** Which answers fail. */
  failures: number[];
  counts: 'both' | 'records' | 'pages' | 'none';
  pastEnd: 'empty' | 'repeats' | 'fails';
  concurrency: number;
}

interface Walked {
  end: WalkEnd;
  read: Set<string>;
  highestCount: number | undefined;
  calls: number;
}

async function walkThrough(world: World): Promise<Walked> {
  const list = Array.from({ length: world.links }, (_none, index) => idOf(index));
  const moves = [...world.moves];
  let arrivals = 0;
  let calls = 0;
  let highestCount: number | undefined;
  const fail = () => {
    throw new InstantPayError({ kind: 'network', operation: 'list', sent: true, transient: true });
  };

  const fetchPage = async (pageNumber: number): Promise<ReadPage> => {
    calls += 1;
    for (const move of moves.splice(0)) {
      if (move.before > calls) moves.push(move);
      else if (move.leaves === undefined) list.unshift(idOf(1_000_000 + (arrivals += 1)));
      else list.splice(move.leaves % Math.max(1, list.length), 1);
    }
    if (world.failures.includes(calls)) fail();
    const totalPages = Math.ceil(list.length / world.pageSize);
    let sent = pageNumber;
    if (pageNumber > Math.max(1, totalPages)) {
      if (world.pastEnd === 'fails') fail();
      if (world.pastEnd === 'repeats') sent = Math.max(1, totalPages);
    }
    const linkIds = list.slice((sent - 1) * world.pageSize, sent * world.pageSize);
    const countsRecords = world.counts === 'both' || world.counts === 'records';
    if (countsRecords) highestCount = Math.max(highestCount ?? 0, list.length);
    return {
      page: page(
        linkIds.map((linkId) => record({ linkId })),
        {
          pageNumber,
          currentPage: world.pastEnd === 'repeats' ? sent : undefined,
          totalRecords: countsRecords ? list.length : undefined,
          totalPages: world.counts === 'both' || world.counts === 'pages' ? totalPages : undefined,
        },
      ),
      linkIds,
      unreadableKeys: [],
      mismatches: { status: 0, linkId: 0, contact: 0, url: 0 },
    };
  };

  const read = new Set<string>();
  const walking = walkPages(
    fetchPage,
    createPageSize(100, () => {}),
    {
      concurrency: world.concurrency,
      maxPages: 100,
    },
  );
  for (;;) {
    const step = await walking.next();
    if (step.done) return { end: step.value, read, highestCount, calls };
    for (const { linkId } of step.value.links) read.add(linkId);
  }
}

const still = {
  links: fc.integer({ min: 0, max: 40 }),
  pageSize: fc.integer({ min: 1, max: 12 }),
  concurrency: fc.integer({ min: 1, max: 8 }),
  counts: fc.constantFrom('both', 'records', 'pages', 'none'),
  pastEnd: fc.constantFrom('empty', 'repeats', 'fails'),
} as const;

const anyWorld: fc.Arbitrary<World> = fc.record({
  ...still,
  moves: fc.array(
    fc.record({
      before: fc.integer({ min: 1, max: 20 }),
      leaves: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
    }),
    { maxLength: 6 },
  ),
  failures: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 2 }),
});

describe('a walk', () => {
  test('is never complete unless every counted link was read, whatever the list does', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, async (world) => {
        const { end, read, highestCount } = await walkThrough(world);
        expect(end.recordsRead).toBe(read.size);
        expect(end.complete).toBe(end.reason === undefined);
        if (end.complete) expect(read.size).toBeGreaterThanOrEqual(highestCount ?? 0);
      }),
      { numRuns: 400 },
    );
  });

  test('over a list that does not move is complete, reads every link and asks little more than the pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(still), async (world) => {
        const { end, read, calls } = await walkThrough({ ...world, moves: [], failures: [] });
        // Without a count, records past the end look like a list that goes on.
        fc.pre(world.counts === 'both' || world.counts === 'records' || world.pastEnd === 'empty');
        expect(end).toMatchObject({ complete: true, recordsRead: world.links });
        expect(read.size).toBe(world.links);
        // What is asked ahead without a count of pages is thrown away.
        expect(calls).toBeLessThanOrEqual(Math.ceil(world.links / world.pageSize) + 1 + world.concurrency);
      }),
      { numRuns: 200 },
    );
  });

  test('finds what slipped when one link leaves: an extra walk, then complete', async () => {
    for (let leaves = 0; leaves < 10; leaves += 1) {
      const { end, read, calls } = await walkThrough({
        links: 25,
        pageSize: 10,
        moves: [{ before: 2, leaves }],
        failures: [],
        counts: 'both',
        pastEnd: 'empty',
        concurrency: 1,
      });
      expect(end.complete).toBe(true);
      expect(read.size).toBe(25);
      expect(calls).toBeGreaterThan(3);
    }
  });

  test('that fails at any of its pages is incomplete', async () => {
    for (let failure = 1; failure <= 4; failure += 1) {
      const { end } = await walkThrough({
        links: 40,
        pageSize: 10,
        moves: [],
        failures: [failure],
        counts: 'both',
        pastEnd: 'empty',
        concurrency: 1,
      });
      expect(end).toMatchObject({ complete: false, recordsRead: (failure - 1) * 10 });
      expect(end.reason).toContain(`Page ${failure} could not be read`);
    }
  });
});

describe('the state of a walk', () => {
  const facts = (changes: Partial<PageFacts>): PageFacts => ({
    pageNumber: 1,
    currentPage: undefined,
    recordsReceived: changes.linkIds?.length ?? 0,
    linkIds: [],
    unreadableKeys: [],
    totalRecords: undefined,
    totalPages: undefined,
    ...changes,
  });

  test('walks again when the count moved though everything was read, and is complete then', () => {
    const state = createWalkState(100);
    expect(state.read(facts({ linkIds: ['a', 'b'], totalRecords: 3, totalPages: 2 }))).toBe('next');
    const last = { linkIds: ['c', 'd'], totalRecords: 4, totalPages: 2 };
    expect(state.read(facts({ pageNumber: 2, ...last }))).toBe('again');
    expect(state.read(facts({ linkIds: ['a', 'b'], totalRecords: 4, totalPages: 2 }))).toBe('next');
    expect(state.read(facts({ pageNumber: 2, ...last }))).toMatchObject({ complete: true, recordsRead: 4 });
  });

  test('walks at most twice again', () => {
    const state = createWalkState(100);
    const few = facts({ linkIds: ['a'], totalRecords: 2, totalPages: 1 });
    const empty = facts({ pageNumber: 2, totalRecords: 2, totalPages: 1 });
    for (const verdict of ['again', 'again']) {
      expect(state.read(few)).toBe('next');
      expect(state.read(empty)).toBe(verdict);
    }
    state.read(few);
    expect(state.read(empty)).toEqual({
      complete: false,
      reason: 'InstantPay reports 2 links, 1 was read.',
      pagesRead: 2,
      recordsRead: 1,
    });
  });

  test('counts unreadable records as read, and is not whole with them', () => {
    const state = createWalkState(100);
    const read = facts({
      linkIds: ['a'],
      unreadableKeys: ['x'],
      recordsReceived: 2,
      totalRecords: 2,
      totalPages: 1,
    });
    expect(state.read(read)).toMatchObject({
      complete: false,
      reason: 'InstantPay returned 1 record that cannot be read.',
    });
  });

  test('takes a repeated page with a broken record for a repeated page, not for progress', () => {
    const state = createWalkState(100);
    const broken = { linkIds: ['a'], unreadableKeys: ['x'], recordsReceived: 2 };
    expect(state.read(facts(broken))).toBe('next');
    expect(state.read(facts({ ...broken, pageNumber: 2 }))).toMatchObject({ complete: false });
  });

  test('does not believe an empty page while InstantPay counts more pages', () => {
    const state = createWalkState(100);
    expect(state.read(facts({ linkIds: ['a'], totalPages: 3 }))).toBe('next');
    expect(state.read(facts({ pageNumber: 2, totalPages: 3 }))).toMatchObject({ complete: false });
  });

  test('takes an empty page for the end once InstantPay counts no more, also where its pages go on', () => {
    const byCount = createWalkState(100);
    expect(byCount.read(facts({ linkIds: ['a'], totalRecords: 1, totalPages: 3 }))).toBe('next');
    const empty = { pageNumber: 2, totalRecords: 1, totalPages: 3 };
    expect(byCount.read(facts(empty))).toMatchObject({ complete: true, recordsRead: 1 });
    const byPages = createWalkState(100);
    expect(byPages.read(facts({ linkIds: ['a'], totalPages: 2 }))).toBe('next');
    expect(byPages.read(facts({ pageNumber: 2, totalPages: 2 }))).toMatchObject({ complete: true });
  });

  test('goes on to the last page although everything counted is read', () => {
    const state = createWalkState(100);
    expect(state.read(facts({ linkIds: ['a', 'b'], totalRecords: 2, totalPages: 2 }))).toBe('next');
    expect(state.read(facts({ pageNumber: 2, totalRecords: 2, totalPages: 2 }))).toMatchObject({
      complete: true,
    });
  });

  test('says both what is missing and what cannot be read', () => {
    const state = createWalkState(100);
    const few = facts({ linkIds: ['a'], unreadableKeys: ['x'], recordsReceived: 2, totalRecords: 5 });
    const empty = facts({ pageNumber: 2, totalRecords: 5 });
    for (const verdict of ['again', 'again']) {
      expect(state.read(few)).toBe('next');
      expect(state.read(empty)).toBe(verdict);
    }
    expect(state.read(few)).toBe('next');
    expect(state.read(empty)).toMatchObject({
      complete: false,
      reason: 'InstantPay reports 5 links, 2 were read. InstantPay returned 1 record that cannot be read.',
    });
  });

  test('is incomplete when the count moves in every walk, although everything counted was met', () => {
    const state = createWalkState(100);
    const first = facts({ linkIds: ['a', 'b'], totalRecords: 3, totalPages: 2 });
    const moved = facts({ pageNumber: 2, linkIds: ['c'], totalRecords: 2, totalPages: 2 });
    for (const verdict of ['again', 'again']) {
      expect(state.read(first)).toBe('next');
      expect(state.read(moved)).toBe(verdict);
    }
    expect(state.read(first)).toBe('next');
    expect(state.read(moved)).toMatchObject({
      complete: false,
      reason: 'The list changed during each attempt to read it.',
    });
  });

  test('names the page that was empty too early', () => {
    const state = createWalkState(100);
    state.read(facts({ linkIds: ['a'], totalPages: 3 }));
    expect(state.read(facts({ pageNumber: 2, totalPages: 3 }))).toMatchObject({
      reason: 'InstantPay reports 3 pages, page 2 was empty.',
    });
  });
});

describe('a page that fails', () => {
  const facts = (changes: Partial<PageFacts>): PageFacts => ({
    pageNumber: 1,
    currentPage: undefined,
    recordsReceived: (changes.linkIds?.length ?? 0) + (changes.unreadableKeys?.length ?? 0),
    linkIds: [],
    unreadableKeys: [],
    totalRecords: undefined,
    totalPages: undefined,
    ...changes,
  });
  const REASON = 'Page n could not be read.';

  test('is incomplete as the first one', () => {
    expect(createWalkState(100).failed(1, REASON)).toMatchObject({ complete: false, reason: REASON });
  });

  test('is incomplete inside the list, also by pages alone', () => {
    const counted = createWalkState(100);
    expect(counted.read(facts({ linkIds: ['a'], totalRecords: 2 }))).toBe('next');
    expect(counted.failed(2, REASON)).toMatchObject({ complete: false, reason: REASON });
    const paged = createWalkState(100);
    expect(paged.read(facts({ linkIds: ['a'], totalPages: 1 }))).toBe('next');
    expect(paged.failed(2, REASON)).toMatchObject({ complete: false, reason: REASON });
  });

  test('is the end once everything counted was read, with or without pages', () => {
    const state = createWalkState(100);
    expect(state.read(facts({ linkIds: ['a', 'b'], totalRecords: 2 }))).toBe('next');
    expect(state.failed(2, REASON)).toMatchObject({ complete: true, recordsRead: 2 });
    // InstantPay counts too few: past its pages is past the end.
    const more = createWalkState(100);
    expect(more.read(facts({ linkIds: ['a', 'b'], totalRecords: 1, totalPages: 1 }))).toBe('next');
    expect(more.failed(2, REASON)).toMatchObject({ complete: true, recordsRead: 2 });
  });

  test('counts what cannot be read, and says that instead', () => {
    const state = createWalkState(100);
    expect(state.read(facts({ linkIds: ['a'], unreadableKeys: ['x'], totalRecords: 2 }))).toBe('next');
    expect(state.failed(2, REASON)).toMatchObject({
      complete: false,
      reason: 'InstantPay returned 1 record that cannot be read.',
    });
  });

  test('is incomplete in the middle of an extra walk, although every link was met before', () => {
    const state = createWalkState(100);
    expect(state.read(facts({ linkIds: ['a', 'b'], totalRecords: 3, totalPages: 2 }))).toBe('next');
    const moved = { pageNumber: 2, linkIds: ['c'], totalRecords: 2, totalPages: 2 };
    expect(state.read(facts(moved))).toBe('again');
    expect(state.read(facts({ linkIds: ['a', 'b'], totalRecords: 3, totalPages: 2 }))).toBe('next');
    expect(state.failed(2, REASON)).toMatchObject({ complete: false, reason: REASON });
  });
});
