/** Owns walks over any list (R2): any page sizes, links that come and go, a failure at each position. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InstantPayError } from '../../src/instantpay/errors.ts';
import { createPageSize } from '../../src/instantpay/page-size.ts';
import type { ReadPage } from '../../src/instantpay/read-links.ts';
import { pageUnread, walkPages } from '../../src/instantpay/walk.ts';
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
  /** The highest count among the pages the walk took; a page prefetched past its end says nothing to it. */
  highestCount: number | undefined;
  calls: number;
}

async function walkThrough(world: World): Promise<Walked> {
  const list = Array.from({ length: world.links }, (_none, index) => idOf(index));
  const moves = [...world.moves];
  let arrivals = 0;
  let calls = 0;
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
      mismatches: { status: 0, linkId: 0, contact: 0, url: 0, reference: 0 },
    };
  };

  const read = new Set<string>();
  let highestCount: number | undefined;
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
    const { totalRecords } = step.value;
    if (totalRecords !== undefined) highestCount = Math.max(highestCount ?? 0, totalRecords);
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
      expect(end.reason).toContain(pageUnread(failure));
    }
  });
});
