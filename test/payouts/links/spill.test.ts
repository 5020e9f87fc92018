/** Owns tables of links that go to a file: they answer as a Map of the same links does, in whatever order the links come. */

import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../../src/errors.ts';
import { createByteColumn, createColumn, createLinkTable } from '../../../src/payouts/links/link-table.ts';
import { memorySpill } from './spill.ts';

const LINKS = 60_000;

/** Three of a second, of one process, as the list has them. */
const idOf = (index: number): string =>
  (1_700_000_000 + Math.floor(index / 3)).toString(16) + ((index * 7) % 3).toString(16).padStart(16, 'b');

const newestFirst = Array.from({ length: LINKS }, (_, index) => LINKS - index);

/** Each page begins with the last links of the one before, since new links came. */
const moving = newestFirst.flatMap((link, index) =>
  index % 100 === 99 ? [link, ...newestFirst.slice(index - 4, index + 1)] : [link],
);

/** 7,919 and 60,013 are primes, so each place is taken once. */
const inNoOrder = newestFirst.toSorted((one, other) => ((one * 7_919) % 60_013) - ((other * 7_919) % 60_013));

/** Two passes over the links, each compared with a Map; in the second one some new links have come. */
function answersAsMap(links: readonly number[], spilled: ReturnType<typeof memorySpill>): void {
  const table = createLinkTable(spilled.file);
  const bytes = createByteColumn(spilled.file);
  const values = createColumn(spilled.file);
  const expected = new Map<string, { number: number; value: number; pass: number }>();
  const wrong: string[] = [];
  for (const pass of [1, 2]) {
    const more = pass === 1 ? [] : [LINKS + 9, LINKS + 8, LINKS + 7];
    for (const link of [...more, ...links]) {
      const linkId = idOf(link);
      const before = expected.get(linkId);
      if (table.find(linkId) !== before?.number) wrong.push(`find ${link} in pass ${pass}`);
      const number = table.numberOf(linkId);
      if (number !== (before?.number ?? expected.size)) wrong.push(`number of ${link} in pass ${pass}`);
      if (values.get(number) !== before?.value) wrong.push(`value of ${link} in pass ${pass}`);
      if (bytes.get(number) !== (before?.pass ?? 0)) wrong.push(`byte of ${link} in pass ${pass}`);
      bytes.set(number, pass);
      values.set(number, pass * link);
      expected.set(linkId, { number, value: pass * link, pass });
    }
  }
  for (const [linkId, { number, value }] of expected) {
    if (table.idOf(number) !== linkId || values.get(number) !== value) wrong.push(`in the end ${linkId}`);
  }
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(table.size()).toBe(expected.size);
}

describe('a list', () => {
  test.each([
    ['the newest first', newestFirst],
    ['the oldest first', newestFirst.toReversed()],
    ['that moves', moving],
    [
      'nearly in order',
      newestFirst.map((link, index) => (index % 50 === 0 ? (newestFirst[index + 40] ?? link) : link)),
    ],
    ['in no order', inNoOrder],
    ['in two parts', [...newestFirst.slice(LINKS / 2), ...newestFirst.slice(0, LINKS / 2)]],
  ])('%s', (_order, links) => {
    answersAsMap(links, memorySpill());
  });

  test('whose file is full stays in memory', () => {
    const spilled = memorySpill();
    spilled.state.isFull = true;
    answersAsMap(newestFirst, spilled);
    expect(spilled.state).toMatchObject({ writes: 0, reads: 0 });
  });
});

test('of a list in order little is read again: a new link is known to be new', () => {
  const { file, state } = memorySpill();
  const table = createLinkTable(file);
  for (const link of newestFirst) table.numberOf(idOf(link));
  expect(state.reads).toBe(0);
  expect(state.writes).toBeGreaterThan(5);
});

test('a file that cannot be read is said, not guessed', () => {
  const { file, state } = memorySpill();
  const table = createLinkTable(file);
  for (const link of newestFirst) table.numberOf(idOf(link));
  state.isGone = true;
  expect(() => table.numberOf(idOf(LINKS))).toThrow(Unavailable);
});
