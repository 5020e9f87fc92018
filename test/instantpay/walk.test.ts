/** Owns when a walk ends and when it is incomplete, over an upstream whose paging cannot be trusted (R2). */

import { describe, expect, test } from 'vitest';
import { envelopeOf, serve, serveJson, UUID } from './setup.ts';
import { idOf, recordOf, range, upstream, walk, COMPLETE, listOf, pageOf } from './walk-upstream.ts';
import { pageUnread } from '../../src/instantpay/walk.ts';

describe('a walk ends', () => {
  test('at a page shorter than the largest seen', async () => {
    const { url } = await upstream(listOf(25, 10));
    const { end, pages, ids } = await walk(url);
    expect(end).toMatchObject({ ...COMPLETE, pagesRead: 3, recordsRead: 25 });
    expect(pages.map(({ pageNumber }) => pageNumber)).toEqual([1, 2, 3]);
    expect(ids).toEqual(range(0, 25).map(idOf));
  });

  test('at an empty page, when the last one was full', async () => {
    const { url } = await upstream(listOf(20, 10));
    const { end, ids } = await walk(url);
    expect(end).toMatchObject({ ...COMPLETE, recordsRead: 20 });
    expect(ids).toHaveLength(20);
  });

  test('at once on nothing, with one page that says who answered', async () => {
    const { url, asked } = await upstream(() => ({ records: [] }));
    const { end, pages } = await walk(url);
    expect(end).toEqual({ complete: true, reason: undefined, pagesRead: 1, recordsRead: 0 });
    expect(pages).toMatchObject([{ links: [], environment: 'live', ipayUuid: UUID }]);
    expect(asked).toEqual([1]);
  });

  test('not at a page shorter than what was asked for: the upstream may cap its pages', async () => {
    const { url } = await upstream(listOf(23, 5));
    const { ids, end } = await walk(url, { recordsPerPage: 100 });
    expect(ids).toHaveLength(23);
    expect(end.complete).toBe(true);
  });
});

describe('what PHP makes of a list', () => {
  test('is read whole when its pages are objects', async () => {
    const { url } = await serve((seen, _request, response) => {
      const page = listOf(25, 10)(pageOf(seen.body));
      const numbers = 'records' in page ? page.records : [];
      const records = Object.fromEntries(numbers.map((index) => [String(index), recordOf(index)]));
      response.end(JSON.stringify(envelopeOf({ records })));
    });
    const { end, ids } = await walk(url);
    expect(end).toMatchObject({ ...COMPLETE, pagesRead: 3, recordsRead: 25 });
    expect(ids).toEqual(range(0, 25).map(idOf));
  });

  test.each([null, '', [], {}, { meta: {} }, { meta: { totalRecords: 0 } }].map((data) => ({ data })))(
    'is empty when it is $data (R3)',
    async ({ data }) => {
      const { url } = await serveJson(() => envelopeOf(data));
      expect((await walk(url)).end).toMatchObject({ ...COMPLETE, recordsRead: 0 });
    },
  );

  test('is not empty because one page says so, when another said otherwise', async () => {
    const { url } = await serve((seen, _request, response) => {
      const full = { meta: { totalRecords: 57 }, records: range(0, 10).map(recordOf) };
      const none = { meta: { totalRecords: 0 } };
      response.end(JSON.stringify(envelopeOf(pageOf(seen.body) === 1 ? full : none)));
    });
    expect((await walk(url)).end.reason).toBe('InstantPay reports 57 links, 10 were read.');
  });
});

describe('what InstantPay counts', () => {
  test('counts what was sent, not what answers the filter', async () => {
    const { url } = await upstream(listOf(20, 10, { totalRecords: 20 }));
    const { end, ids } = await walk(url, {}, { statuses: ['EXPIRED'] });
    expect(ids).toEqual([]);
    expect(end).toMatchObject({ ...COMPLETE, recordsRead: 20 });
  });

  test.each([
    ['says one page', { totalPages: 1, totalRecords: 3 }],
    ['says none', { totalPages: 0, totalRecords: 0 }],
    ['speaks text', { totalPages: '2', totalRecords: 'many' }],
    ['is missing', undefined],
    ['is a list', []],
  ])('when it %s, every record is read all the same', async (_what, meta) => {
    const { url } = await upstream(listOf(37, 10, meta));
    const { end, ids } = await walk(url);
    expect(end).toMatchObject({ ...COMPLETE, recordsRead: 37 });
    expect(new Set(ids).size).toBe(37);
  });

  test('keeps from asking past the end when it is right', async () => {
    const { url, asked } = await upstream(listOf(25, 10, { totalRecords: 25, totalPages: 3 }));
    await walk(url);
    expect(asked.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  });
});

describe('a walk is incomplete', () => {
  test('when a page holds only links seen before', async () => {
    const { url } = await upstream(() => ({ records: range(0, 10) }));
    const { end, ids } = await walk(url);
    expect(end).toMatchObject({
      complete: false,
      reason: expect.stringContaining('page 2'),
      recordsRead: 10,
    });
    expect(ids).toHaveLength(10);
  });

  test('also when that page is shorter', async () => {
    const { url } = await upstream((pageNumber) => ({ records: range(0, pageNumber === 1 ? 10 : 4) }));
    expect((await walk(url)).end.complete).toBe(false);
  });

  test('at the cap, even if the list ends there', async () => {
    const { url, asked } = await upstream(listOf(30, 10));
    const { end, ids } = await walk(url, { maxPages: 3 });
    expect(end).toMatchObject({ complete: false, pagesRead: 3, recordsRead: 30 });
    expect(end.reason).toContain('3 pages');
    expect(ids).toHaveLength(30);
    expect(Math.max(...asked)).toBe(3);
  });

  test('when a page fails after its retries; what was read before is kept and the failure named (R19)', async () => {
    const { url, asked } = await upstream((pageNumber) =>
      pageNumber === 3 ? { httpStatus: 500 } : listOf(100, 10)(pageNumber),
    );
    const { end, ids } = await walk(url);
    expect(end).toMatchObject({ complete: false, pagesRead: 2, recordsRead: 20 });
    expect(end.reason).toMatch(new RegExp(`^${pageUnread(3)} .*HTTP 500`));
    expect(end.reason).toContain(UUID);
    expect(ids).toHaveLength(20);
    expect(asked.filter((pageNumber) => pageNumber === 3)).toHaveLength(3);
  });

  test('when the first page fails', async () => {
    const { url } = await upstream(() => ({ httpStatus: 503 }));
    expect((await walk(url)).end).toMatchObject({ complete: false, pagesRead: 0, recordsRead: 0 });
  });

  test('when InstantPay counts more links than it sent before an empty page', async () => {
    const { url } = await upstream(listOf(12, 12, { totalRecords: 57 }));
    const { end, ids } = await walk(url);
    expect(end).toMatchObject({ complete: false, reason: 'InstantPay reports 57 links, 12 were read.' });
    expect(ids).toHaveLength(12);
    const nothing = await upstream(() => ({ records: [], meta: { totalRecords: '1' } }));
    expect((await walk(nothing.url)).end).toMatchObject({
      complete: false,
      reason: 'InstantPay reports 1 link, 0 were read.',
    });
  });

  test('also when only the first page counts them', async () => {
    const { url } = await upstream((pageNumber) =>
      pageNumber === 1 ? { records: range(0, 10), meta: { totalRecords: 20 } } : { records: [] },
    );
    expect((await walk(url)).end.reason).toBe('InstantPay reports 20 links, 10 were read.');
  });

  test.each(['nothing', 0, { meta: { totalRecords: 3 } }, { records: 'none' }].map((data) => ({ data })))(
    'when the first page is $data, which is no list (R3)',
    async ({ data }) => {
      const { url } = await serveJson(() => envelopeOf(data));
      const { end, pages } = await walk(url);
      expect(end).toMatchObject({
        complete: false,
        reason: expect.stringContaining(pageUnread(1)),
      });
      expect(pages).toEqual([]);
    },
  );

  test('when text comes after a full page', async () => {
    const { url } = await serve((seen, _request, response) => {
      const full = { records: range(0, 10).map(recordOf) };
      response.end(JSON.stringify(envelopeOf(pageOf(seen.body) === 1 ? full : 'nothing')));
    });
    const { end, ids } = await walk(url);
    expect(end).toMatchObject({
      complete: false,
      reason: expect.stringContaining(pageUnread(2)),
    });
    expect(ids).toHaveLength(10);
  });

  test('when the records are no list', async () => {
    const { url } = await serveJson(() => envelopeOf({ records: { 1: recordOf(1), 2: 'gone' } }));
    const { end } = await walk(url);
    expect(end).toMatchObject({ complete: false, pagesRead: 0, recordsRead: 0 });
    expect(end.reason).toContain(pageUnread(1));
  });

  test('when a record could not be read, though the walk goes on', async () => {
    const { url } = await serve((seen, _request, response) => {
      const records = pageOf(seen.body) === 1 ? [recordOf(1), { linkId: 'broken' }] : [recordOf(2)];
      response.end(JSON.stringify(envelopeOf({ records })));
    });
    const { end, ids } = await walk(url);
    expect(ids).toHaveLength(2);
    expect(end).toMatchObject({ complete: false, reason: expect.stringContaining('1 record') });
  });
});

describe('each link comes once', () => {
  test('when new links push old ones onto the next page', async () => {
    const { url } = await upstream((pageNumber) => ({
      records: [range(0, 10), range(8, 10), range(16, 10), range(24, 3)][pageNumber - 1] ?? [],
    }));
    const { ids, end } = await walk(url);
    expect(ids).toEqual(range(0, 27).map(idOf));
    expect(end).toMatchObject({ ...COMPLETE, recordsRead: 27 });
  });

  test('when a page repeats one of its own', async () => {
    const { url } = await upstream((pageNumber) => ({ records: pageNumber === 1 ? [1, 1, 2] : [] }));
    expect((await walk(url)).ids).toEqual([idOf(1), idOf(2)]);
  });
});
