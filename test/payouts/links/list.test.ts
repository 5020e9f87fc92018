/** Owns the list that is read whole: filtered and sorted here, page by page, and incomplete when it is. */

import { describe, expect, test } from 'vitest';
import { Forbidden, Unavailable } from '../../../src/errors.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import { list, type ListQuery, SORTED_PAGES } from '../../../src/payouts/links/list.ts';
import { EVERY_LINK } from '../../../src/payouts/links/list-filter.ts';
import type { WalkEnd } from '../../../src/payouts/links/page.ts';
import { DAY_MS, HOUR_MS } from '../../../src/payouts/time.ts';
import { auditOf, MAKER, makeDeps, NOON, page, record, STRANGER } from '../setup.ts';

const COMPLETE: WalkEnd = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 1 };
const idOf = (index: number): string => index.toString(16).padStart(24, '0');
const query = (changes: Partial<ListQuery> = {}): ListQuery => ({ ...EVERY_LINK, pageNumber: 1, ...changes });
const some = (amount: number, changes: (index: number) => Partial<PayoutLink> = () => ({})): PayoutLink[] =>
  Array.from({ length: amount }, (_none, index) =>
    record({ linkId: idOf(index + 1), amountPaise: (index + 1) * 100, ...changes(index + 1) }),
  );

function reading(links: PayoutLink[], end: WalkEnd = COMPLETE) {
  const deps = makeDeps({
    script: { links: () => ({ pages: [page(links, { totalRecords: links.length })], end }) },
  });
  return { deps, ask: (changes: Partial<ListQuery>) => list(deps, MAKER, query(changes)) };
}

const shownOn = ({ page: { links } }: { page: { links: PayoutLink[] } }): number[] =>
  links.map(({ linkId }) => Number.parseInt(linkId, 16));

test('InstantPay filters what it can, the rest is filtered here; count and total are of all that fit', async () => {
  const { deps, ask } = reading(some(37));
  const listed = await ask({ statuses: ['ISSUED'], contact: 'Asha', overPaise: 1_200, sort: 'largest' });
  expect(deps.gateway.calls.links).toEqual([{ statuses: ['ISSUED'], contact: 'Asha' }]);
  expect(deps.gateway.calls.page).toEqual([]);
  expect(shownOn(listed)).toEqual([37, 36, 35, 34, 33, 32, 31, 30, 29, 28]);
  expect(listed).toMatchObject({
    order: 'largest',
    totals: { count: 25, totalPaise: 62_500n, amountUnknown: 0, undated: 0 },
    incomplete: undefined,
    newer: undefined,
    tooMany: false,
    page: { recordFrom: 1, recordTo: 10, totalRecords: 25 },
  });
});

test('Older and Newer turn it by what was shown; links that join before are said', async () => {
  const links = some(25);
  const { ask, deps } = reading(links);
  const one = await ask({ sort: 'largest' });
  links.push(record({ linkId: idOf(99), amountPaise: 99_999 }));
  const two = await list(deps, MAKER, one.older ?? query());
  expect(shownOn(two)).toEqual([15, 14, 13, 12, 11, 10, 9, 8, 7, 6]);
  expect(two).toMatchObject({ added: 1, query: { pageNumber: 2 }, page: { recordFrom: 12, recordTo: 21 } });
  const three = await list(deps, MAKER, two.older ?? query());
  expect(shownOn(three)).toEqual([5, 4, 3, 2, 1]);
  expect(three.older).toBeUndefined();
  const back = await list(deps, MAKER, two.newer ?? query());
  expect(shownOn(back)).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16]);
  const top = await list(deps, MAKER, back.newer ?? query());
  expect(shownOn(top)[0]).toBe(99);
  expect(top.newer).toBeUndefined();
});

test('a link of those shown that left the filter does not lose the place', async () => {
  const links = some(25);
  const { ask, deps } = reading(links);
  const one = await ask({ sort: 'largest' });
  links.splice(
    links.findIndex(({ linkId }) => linkId === idOf(16)),
    1,
  );
  const two = await list(deps, MAKER, one.older ?? query());
  expect(shownOn(two)[0]).toBe(15);
});

test('past the last page that can be turned to: narrow the filter', async () => {
  const { ask } = reading(some(SORTED_PAGES * 10 + 5));
  const last = await ask({ sort: 'largest', pageNumber: SORTED_PAGES });
  expect(shownOn(last)).toHaveLength(10);
  expect(last).toMatchObject({ tooMany: true, older: undefined });
  const exactly = await reading(some(SORTED_PAGES * 10)).ask({ sort: 'largest', pageNumber: SORTED_PAGES });
  expect(exactly).toMatchObject({ tooMany: false, older: undefined });
});

describe('a list that was not read to its end', () => {
  test('is incomplete: what was read is shown, without a count of the whole', async () => {
    const { ask } = reading(some(3), { ...COMPLETE, complete: false, reason: 'Page 2 failed.' });
    const listed = await ask({ overPaise: 0 });
    expect(listed).toMatchObject({ incomplete: 'Page 2 failed.', totals: { count: 3 } });
    expect(listed.page.totalRecords).toBeUndefined();
    expect(shownOn(listed)).toHaveLength(3);
  });

  test('a failure that InstantPay answers with is one too; a fault in the code is not', async () => {
    const failing = (error: Error) =>
      makeDeps({ script: { links: () => ({ pages: [page(some(2)), error], end: COMPLETE }) } });
    const deps = failing(new Unavailable('Page 2 failed.'));
    expect(await list(deps, MAKER, query({ sort: 'newest' }))).toMatchObject({
      incomplete: 'Page 2 failed.',
    });
    await expect(list(failing(new TypeError('x')), MAKER, query({ sort: 'newest' }))).rejects.toThrow(
      TypeError,
    );
  });
});

test('links that left the filter while it was read, and records that cannot be read', async () => {
  const [one, two] = some(2);
  if (!one || !two) throw new Error('no links');
  const pages = [
    page([one, two]),
    page([], { pageNumber: 2, mismatchedIds: [one.linkId], mismatched: 1, unreadable: 4 }),
  ];
  const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
  const listed = await list(deps, MAKER, query({ sort: 'newest' }));
  expect(shownOn(listed)).toEqual([2]);
  expect(listed.page).toMatchObject({
    mismatched: 0,
    unreadable: 4,
    environment: 'live',
    ipayUuid: 'uuid-page',
  });
});

test('progress is told, and never beyond what InstantPay counts when it is read again', async () => {
  const pages = [page(some(10), { totalRecords: 12 }), page(some(10), { totalRecords: 12 })];
  const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
  const told: unknown[] = [];
  await list(deps, MAKER, query({ sort: 'newest' }), { onProgress: (progress) => told.push(progress) });
  expect(told).toEqual([
    { looked: 10, total: 12 },
    { looked: 12, total: 12 },
  ]);
});

describe('what is known here of the links on a page', () => {
  test('since when they are PROCESSING, and who was reminded when; a store that is away hides neither list nor link', async () => {
    const links = [
      record({ linkId: idOf(1), status: 'PROCESSING', createdAt: NOON - 4 * DAY_MS }),
      record({ linkId: idOf(2), status: 'PROCESSING', createdAt: NOON - 4 * DAY_MS }),
      record({ linkId: idOf(3), status: 'PROCESSING', createdAt: undefined }),
      record({ linkId: idOf(4) }),
    ];
    const deps = makeDeps({ script: { page: page(links) } });
    await deps.store.processing.seen([{ linkId: idOf(1), status: 'PROCESSING' }], NOON - HOUR_MS);
    const listed = await list(deps, MAKER, query());
    expect(listed.processing).toEqual(
      new Map([
        [idOf(1), { since: NOON - HOUR_MS, from: 'seen' }],
        [idOf(2), { since: NOON - 4 * DAY_MS, from: 'created' }],
      ]),
    );
    expect(listed.reminded).toEqual(new Map());
    const away = () => Promise.reject(new Unavailable('The store is away.'));
    deps.store.processing.find = away;
    deps.store.reminderRuns.lastReminders = away;
    const again = await list(deps, MAKER, query());
    expect(again.page.links).toHaveLength(4);
    expect(again.processing.get(idOf(1))).toEqual({ since: NOON - 4 * DAY_MS, from: 'created' });
  });
});

test('it is for people who may look', async () => {
  const { deps } = reading([]);
  await expect(list(deps, STRANGER, query({ sort: 'newest' }))).rejects.toThrow(Forbidden);
  expect(auditOf(deps)).toMatchObject([{ action: 'access.refused', subject: 'link.list' }]);
  expect(deps.gateway.calls.links).toEqual([]);
});
