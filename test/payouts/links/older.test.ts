/** Owns when `Older` is offered (R2): while InstantPay reports more, in whichever field. */

import { expect, test } from 'vitest';
import type { LinkPage } from '../../../src/payouts/links/page.ts';
import { find } from '../../../src/payouts/links/find.ts';
import { hasOlderPage } from '../../../src/payouts/links/older.ts';
import type { LinkTarget } from '../../../src/payouts/links/target.ts';
import { MAKER, makeDeps, page, record } from '../setup.ts';

test.each<[what: string, page: Partial<LinkPage>, hasOlder: boolean]>([
  ['the published sample', { recordsReceived: 2, totalPages: 6, totalRecords: 12, recordTo: 2 }, true],
  [
    'its last page',
    { pageNumber: 6, recordsReceived: 2, totalPages: 6, totalRecords: 12, recordTo: 12 },
    false,
  ],
  ['pages alone', { recordsReceived: 3, totalPages: 2 }, true],
  ['the last of its pages alone', { pageNumber: 2, recordsReceived: 3, totalPages: 2 }, false],
  ['a count above the last place', { recordsReceived: 3, totalRecords: 37, recordTo: 3 }, true],
  ['a count without places', { pageNumber: 3, recordsReceived: 10, totalRecords: 37 }, true],
  ['the last page of a count without places', { pageNumber: 4, recordsReceived: 7, totalRecords: 37 }, false],
  ['a full page and nothing else', { recordsReceived: 10 }, true],
  ['a short page and nothing else', { recordsReceived: 9 }, false],
  ['a full page with a count that is too low', { recordsReceived: 10, totalPages: 1, totalRecords: 3 }, true],
  [
    'a full page that is the last',
    { recordsReceived: 10, totalPages: 1, totalRecords: 10, recordTo: 10 },
    false,
  ],
  ['nothing', { recordsReceived: 0 }, false],
])('%s', (_what, changes, hasOlder) => {
  expect(hasOlderPage(page([], changes))).toBe(hasOlder);
});

test('a link that left what was searched for while the list was walked again is no hit', async () => {
  const target: LinkTarget = { kind: 'contact', contact: 'Asha' };
  const stays = record({ linkId: 'a'.repeat(24) });
  const pages = [page([record(), stays]), page([stays], { mismatchedIds: [record().linkId] })];
  const end = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 2 };
  const deps = makeDeps({ script: { links: { pages, end } } });
  expect(await find(deps, MAKER, target)).toEqual({ kind: 'one', linkId: stays.linkId });
});
