/** Owns the links behind a digest’s Show: page by page, filtered by purpose where InstantPay cannot, for those who may look. */

import { describe, expect, test } from 'vitest';
import { Forbidden, Unavailable } from '../../../src/errors.ts';
import { showLinks, showStatus, type StatusQuery } from '../../../src/payouts/digest/show.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import { auditOf, MAKER, makeDeps, NOON, page, record, STRANGER } from '../setup.ts';

const idOf = (id: number): string => String(id).padStart(24, '0');
const links = (amount: number, changes: Partial<PayoutLink> = {}, from = 0): PayoutLink[] =>
  Array.from({ length: amount }, (_none, id) =>
    record({ linkId: idOf(from + id), status: 'EXPIRED', ...changes }),
  );
const query = (changes: Partial<StatusQuery> = {}): StatusQuery => ({
  status: 'EXPIRED',
  purpose: undefined,
  pageNumber: 1,
  ...changes,
});
const COMPLETE = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 1 };

describe('a status', () => {
  test('is a page of InstantPay’s list, twenty at a time', async () => {
    const deps = makeDeps({ script: { page: page(links(20), { totalRecords: 41, totalPages: 3 }) } });
    expect(await showStatus(deps, MAKER, query({ pageNumber: 2 }))).toMatchObject({
      at: NOON,
      hasOlder: true,
      total: 41,
      environment: 'live',
      incomplete: undefined,
    });
    expect(deps.gateway.calls.page).toEqual([
      { filter: { statuses: ['EXPIRED'] }, pageNumber: 2, recordsPerPage: 20 },
    ]);
  });

  test.each([
    [{ recordsReceived: 19 }, false],
    [{ recordsReceived: 20 }, true],
    [{ recordsReceived: 20, totalPages: 1, totalRecords: 20, recordTo: 20 }, false],
  ])('older ones follow a full page (%o): %s', async (changes, hasOlder) => {
    const deps = makeDeps({ script: { page: page(links(19), changes) } });
    expect((await showStatus(deps, MAKER, query())).hasOlder).toBe(hasOlder);
  });

  test('with a purpose the list is walked until the page is full', async () => {
    const salary = { purpose: 'Salary' };
    const pages = [
      page([...links(15, salary), ...links(40, {}, 100)]),
      page(links(15, salary, 200), { mismatchedIds: [idOf(0)] }),
      page(links(30, salary, 300)),
      page(links(30, salary, 400)),
    ];
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    const first = await showStatus(deps, MAKER, query({ purpose: 'salary' }));
    expect(first.links.map(({ linkId }) => linkId)).toEqual([
      ...links(14, salary, 1).map(({ linkId }) => linkId),
      ...links(6, salary, 200).map(({ linkId }) => linkId),
    ]);
    expect(first).toMatchObject({ hasOlder: true, total: undefined, incomplete: undefined });
    expect(deps.gateway.walks).toEqual({ pagesGiven: 2, stopped: 1 });
    const last = await showStatus(deps, MAKER, query({ purpose: 'salary', pageNumber: 5 }));
    expect(last).toMatchObject({ hasOlder: false, links: { length: 9 } });
  });

  test('a walk that ends before that says so', async () => {
    const end = { ...COMPLETE, complete: false, reason: 'Page 3 failed.' };
    const deps = makeDeps({ script: { links: { pages: [page(links(3))], end } } });
    expect(await showStatus(deps, MAKER, query({ purpose: 'refund' }))).toMatchObject({
      links: { length: 3 },
      incomplete: 'Page 3 failed.',
    });
  });
});

describe('links by their IDs', () => {
  test('those that InstantPay does not return are missing', async () => {
    const deps = makeDeps({
      script: {
        page: ({ filter }) => {
          if (filter.linkId === idOf(2)) throw new Unavailable('away');
          // A list that ignores its filter names no other link.
          return page([record({ linkId: filter.linkId ?? '' }), record({ linkId: idOf(9) })]);
        },
      },
    });
    const found = await showLinks(deps, MAKER, [idOf(1), idOf(2), idOf(3)]);
    expect(found.links.map(({ linkId }) => linkId)).toEqual([idOf(1), idOf(3)]);
    expect(found).toMatchObject({ asked: 3, environment: 'live', at: NOON });
  });

  test('a fault of Payout Desk is none of InstantPay', async () => {
    const deps = makeDeps({ script: { page: new TypeError('a bug') } });
    await expect(showLinks(deps, MAKER, [idOf(1)])).rejects.toThrow('a bug');
  });
});

test('both are for people who may look, and ask nothing for others', async () => {
  const deps = makeDeps();
  await expect(showStatus(deps, STRANGER, query())).rejects.toThrow(Forbidden);
  await expect(showLinks(deps, STRANGER, [idOf(1)])).rejects.toThrow(Forbidden);
  expect(deps.gateway.calls.page).toEqual([]);
  expect(auditOf(deps)).toMatchObject([{ subject: 'digest.read' }, { subject: 'digest.read' }]);
});
