/** Owns collecting a walk into lines: each link once, as it came last, and little of it in memory. */

import { expect, test } from 'vitest';
import { type LinkLines, startCollecting } from '../../../src/payouts/links/collect.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import { page, record } from '../setup.ts';
import { memorySpill } from './spill.ts';

const A_PAGE = 100;
const PAGES = 600;

const idOf = (index: number): string =>
  (1_700_000_000 - index).toString(16) + index.toString(16).padStart(16, '0');

function linesOf() {
  let lines: PayoutLink[] = [];
  const asked: number[] = [];
  const file: LinkLines = {
    add: async (links) => void lines.push(...links),
    drop: async (isReplaced) => {
      lines = lines.filter((_line, place) => {
        asked.push(place);
        return !isReplaced(place);
      });
    },
  };
  return { file, asked, lines: () => lines };
}

/** Two passes over a list that moves: links come again, leave, and are not meant any more. */
async function collected(spilled: ReturnType<typeof memorySpill> | undefined) {
  const { file, asked, lines } = linesOf();
  const collecting = startCollecting(file, ({ purpose }) => purpose !== 'other', spilled?.file);
  const expected = new Map<string, number>();
  for (const pass of [1, 2]) {
    for (let pageNumber = 1; pageNumber <= PAGES; pageNumber += 1) {
      const first = (pageNumber - 1) * A_PAGE - pass;
      const links = Array.from({ length: A_PAGE }, (_none, at) => {
        const index = Math.max(0, first + at);
        const isOther = index % 7 === pass;
        return record({
          linkId: idOf(index),
          amountPaise: pass * 1_000_000 + pageNumber,
          purpose: isOther ? 'other' : 'refund',
        });
      });
      const mismatchedIds = pass === 2 && pageNumber % 10 === 0 ? [idOf(first - 5)] : [];
      for (const linkId of mismatchedIds) expected.delete(linkId);
      for (const { linkId, amountPaise = 0, purpose } of links) {
        expected.delete(linkId);
        if (purpose !== 'other') expected.set(linkId, amountPaise);
      }
      await collecting.add(page(links, { pageNumber, mismatchedIds }));
    }
  }
  return { end: await collecting.end(), lines: lines(), asked, expected };
}

test.each([
  ['in a file', memorySpill()],
  ['in memory', undefined],
])('each link has one line, as it came last, with its places %s', async (_where, spilled) => {
  const { end, lines, asked, expected } = await collected(spilled);
  const got = lines.map(({ linkId, amountPaise }): [string, number] => [linkId, amountPaise ?? 0]);
  expect(got).toEqual([...expected]);
  expect(end).toEqual({ rows: expected.size, unreadable: 0 });
  // In their order, so that a table in a file is read once.
  expect(asked).toEqual(asked.map((_place, index) => index));
  if (spilled) expect(spilled.state.writes).toBeGreaterThan(20);
});
