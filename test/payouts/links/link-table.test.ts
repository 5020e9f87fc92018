/** Owns the table of link IDs: it answers as a Map of the same links does. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createByteColumn, createColumn, createLinkTable } from '../../../src/payouts/links/link-table.ts';

const hex = fc.stringMatching(/^[0-9a-f]{24}$/);
/** IDs that share most of their digits, as those of one second and one machine do. */
const near = fc.integer({ min: 0, max: 40 }).map((value) => value.toString(16).padStart(24, '657aa984'));
const odd = fc.constantFrom('', 'l1', 'link-2', '657AA9841B8D3897FF0A84FB', '657aa9841b8d3897ff0a84fg');

test('each link has one number, in the order they came', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(hex, near, odd), { maxLength: 200 }), (linkIds) => {
      const table = createLinkTable();
      const expected = new Map<string, number>();
      for (const linkId of linkIds) {
        expect(table.find(linkId)).toBe(expected.get(linkId));
        if (!expected.has(linkId)) expected.set(linkId, expected.size);
        const number = table.numberOf(linkId);
        expect(number).toBe(expected.get(linkId));
        expect([table.find(linkId), table.idOf(number)]).toEqual([number, linkId]);
      }
      expect(table.size()).toBe(expected.size);
    }),
  );
});

test('also when there are many, a second apart, with a counter', () => {
  const table = createLinkTable();
  const idOf = (index: number) =>
    (1_700_000_000 + Math.floor(index / 3)).toString(16) + (index % 3).toString(16).padStart(16, 'b');
  for (const round of [1, 2]) {
    for (let index = 0; index < 60_000; index += 1) {
      if (table.numberOf(idOf(index)) !== index) throw new Error(`link ${index} in round ${round}`);
    }
  }
  expect(table.size()).toBe(60_000);
});

test('a column keeps what was set last, and knows nothing from 0', () => {
  const column = createColumn();
  const bytes = createByteColumn();
  expect(column.get(9_000)).toBeUndefined();
  expect(bytes.get(9_000)).toBe(0);
  column.set(9_000, 0);
  column.set(3, 1.5);
  bytes.set(9_000, 7);
  expect([column.get(9_000), column.get(3), column.get(4), bytes.get(9_000)]).toEqual([0, 1.5, undefined, 7]);
  column.set(9_000, undefined);
  expect(column.get(9_000)).toBeUndefined();
});
