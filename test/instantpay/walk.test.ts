/** Owns walks over an upstream whose paging cannot be trusted (R2). */

import { describe, expect, test, vi } from 'vitest';
import type { LinkFilter, LinkPage, WalkEnd } from '../../src/payouts/links/page.ts';
import type { ClientOptions } from '../../src/instantpay/client.ts';
import { envelopeOf, makeClient, makeInstantPay, serve, serveJson, UUID } from './setup.ts';

const idOf = (index: number): string => index.toString(16).padStart(24, '0');
const recordOf = (index: number) => ({ linkId: idOf(index), status: 'ISSUED', amount: 1 });
const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

type PageAnswer = { records: number[]; meta?: unknown } | { httpStatus: number };

/** An upstream that answers page by page as told, and counts how many of its answers are under way at once. */
async function upstream(answer: (pageNumber: number) => PageAnswer, delayMs = 0) {
  const asked: number[] = [];
  const load = { now: 0, most: 0 };
  const { url } = await serve((seen, _request, response) => {
    const pageNumber = pageOf(seen.body);
    asked.push(pageNumber);
    load.now += 1;
    load.most = Math.max(load.most, load.now);
    response.on('close', () => (load.now -= 1));
    const page = answer(pageNumber);
    const send = () => {
      if ('httpStatus' in page) {
        response.writeHead(page.httpStatus).end(JSON.stringify(envelopeOf(null, { statuscode: 'ISE' })));
      } else {
        response.end(JSON.stringify(envelopeOf({ meta: page.meta, records: page.records.map(recordOf) })));
      }
    };
    if (delayMs === 0) send();
    else setTimeout(send, delayMs);
  });
  return { url, asked, load };
}

function pageOf(body: string): number {
  return Number(/"pageNumber":"(\d+)"/.exec(body)?.[1]);
}

async function walk(url: string, options: Partial<ClientOptions> = {}, filter: LinkFilter = {}) {
  const made = makeClient(url, options);
  const pages: LinkPage[] = [];
  const walking = made.client.links(filter);
  for (;;) {
    const next = await walking.next();
    if (next.done) return { ...made, pages, end: next.value, ids: idsOf(pages) };
    pages.push(next.value);
  }
}

/** Each once: a link may come again, and the reader keeps the last record. */
const idsOf = (pages: LinkPage[]) => [
  ...new Set(pages.flatMap(({ links }) => links.map(({ linkId }) => linkId))),
];

const COMPLETE: Partial<WalkEnd> = { complete: true, reason: undefined };

/** `total` records, `perPage` a page. */
const listOf =
  (total: number, perPage: number, meta?: unknown) =>
  (pageNumber: number): PageAnswer => {
    const from = (pageNumber - 1) * perPage;
    return { meta, records: range(from, Math.max(0, Math.min(perPage, total - from))) };
  };

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
    expect(end.reason).toMatch(/^Page 3 could not be read\. .*HTTP 500.*/);
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
        reason: expect.stringMatching(/^Page 1 could not be read/),
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
      reason: expect.stringMatching(/^Page 2 could not be read/),
    });
    expect(ids).toHaveLength(10);
  });

  test('when the records are no list', async () => {
    const { url } = await serveJson(() => envelopeOf({ records: { 1: recordOf(1), 2: 'gone' } }));
    const { end } = await walk(url);
    expect(end).toMatchObject({ complete: false, pagesRead: 0, recordsRead: 0 });
    expect(end.reason).toMatch(/^Page 1 could not be read\./);
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

describe('fetching ahead', () => {
  test('is bounded, in order, and faster than one by one', async () => {
    const { url, load, asked } = await upstream(listOf(200, 10), 25);
    const { ids } = await walk(url, { concurrency: 4 });
    expect(ids).toEqual(range(0, 200).map(idOf));
    expect(load.most).toBe(4);
    expect(asked.length).toBeLessThanOrEqual(21 + 4);
  });

  test('is bounded over all walks of a client together', async () => {
    const { url, load } = await upstream(listOf(60, 10), 10);
    const { client } = makeClient(url, { concurrency: 3 });
    const all = await Promise.all(
      [1, 2, 3].map(async () => {
        const pages = [];
        for await (const page of client.links({})) pages.push(page);
        return idsOf(pages).length;
      }),
    );
    expect(all).toEqual([60, 60, 60]);
    expect(load.most).toBe(3);
  });

  test('counts no page it asked for and threw away', async () => {
    const { url, asked } = await upstream(listOf(25, 10, { totalPages: 1, totalRecords: 3 }));
    expect((await walk(url)).end).toMatchObject({ ...COMPLETE, recordsRead: 25, pagesRead: 4 });
    expect(asked).toEqual([1, 2, 3, 4]);
  });

  test('throws pages past the end away, even those that fail', async () => {
    const { url } = await upstream((pageNumber) =>
      pageNumber > 3 ? { httpStatus: 500 } : listOf(25, 10)(pageNumber),
    );
    const { end, ids } = await walk(url, { concurrency: 8 });
    expect(end).toMatchObject(COMPLETE);
    expect(ids).toHaveLength(25);
  });

  test('stops when the consumer has seen enough', async () => {
    const { url, asked, load } = await upstream(listOf(1000, 10), 5);
    const { client, events } = makeClient(url, { concurrency: 3 });
    for await (const page of client.links({})) {
      if (page.pageNumber === 2) break;
    }
    // What had left before the stop may still arrive.
    await new Promise((resolve) => setTimeout(resolve, 30));
    await vi.waitFor(() => expect(load.now).toBe(0));
    expect(asked.length).toBeLessThanOrEqual(5);
    const kinds = new Set(events.map((event) => event.type === 'attempt' && event.kind));
    expect([...kinds].filter((kind) => kind !== 'ok' && kind !== 'aborted')).toEqual([]);
  });

  test('breaks off what is under way then', async () => {
    let open = 0;
    const { url } = await serve((seen, _request, response) => {
      open += 1;
      response.on('close', () => (open -= 1));
      if (pageOf(seen.body) <= 2)
        response.end(JSON.stringify(envelopeOf({ records: [recordOf(pageOf(seen.body))] })));
    });
    for await (const page of makeClient(url, { timeoutMs: 60_000, concurrency: 4 }).client.links({})) {
      if (page.pageNumber < 2) continue;
      await vi.waitFor(() => expect(open).toBe(3)); // pages 3 to 5, which are never answered
      break;
    }
    await vi.waitFor(() => expect(open).toBe(0));
  });
});

describe('what the findings showed', () => {
  test('short pages in the middle are no end while InstantPay counts more', async () => {
    const pages = [range(0, 10), range(10, 3), range(13, 10), range(23, 7)];
    const { url } = await upstream((pageNumber) => ({
      records: pages[pageNumber - 1] ?? [],
      meta: { totalRecords: 30, totalPages: 4 },
    }));
    const { end, ids } = await walk(url);
    expect(end).toMatchObject({ ...COMPLETE, pagesRead: 4, recordsRead: 30 });
    expect(ids).toHaveLength(30);
  });

  test('fewer than InstantPay counts are never the whole, after two extra walks', async () => {
    const { url, asked } = await upstream(listOf(119, 50, { totalRecords: 150 }));
    const { end } = await walk(url);
    expect(end).toMatchObject({ complete: false, reason: 'InstantPay reports 150 links, 119 were read.' });
    expect(asked.filter((pageNumber) => pageNumber === 1)).toHaveLength(3);
  });

  test('a link that leaves meanwhile makes the next one slip: an extra walk finds it', async () => {
    // Link 0 leaves after page 1 of the first walk, so that link 10 is on no page of it.
    let gone = 0;
    const { url } = await upstream((pageNumber) => {
      const records = range(gone, 25 - gone).slice((pageNumber - 1) * 10, pageNumber * 10);
      const meta = { totalRecords: 25 - gone, totalPages: 3, currentPage: pageNumber };
      gone = 1;
      return { records, meta };
    });
    const { end, ids } = await walk(url);
    expect(end).toMatchObject({ ...COMPLETE, recordsRead: 25 });
    expect(ids.toSorted()).toEqual(range(0, 25).map(idOf));
  });

  test.each(['repeats the last one', 'fails'])('a page past the end that %s ends it', async (what) => {
    const { url } = await upstream((pageNumber) => {
      if (pageNumber > 3 && what === 'fails') return { httpStatus: 500 };
      return listOf(30, 10, { totalRecords: 30, totalPages: 4 })(Math.min(3, pageNumber));
    });
    const { end } = await walk(url);
    expect(end).toMatchObject({ ...COMPLETE, recordsRead: 30 });
  });

  test('a page past the end that fails ends it, when InstantPay counts no such page', async () => {
    const { url, asked } = await upstream((pageNumber) =>
      pageNumber > 3 ? { httpStatus: 500 } : listOf(30, 10, { totalRecords: 30 })(pageNumber),
    );
    expect((await walk(url)).end).toMatchObject({ ...COMPLETE, recordsRead: 30 });
    expect(asked).toContain(4);
  });

  test('another page than was asked for is incomplete', async () => {
    const { url } = await upstream((pageNumber) => ({
      ...listOf(30, 10)(pageNumber),
      meta: { currentPage: pageNumber === 2 ? 3 : pageNumber, totalRecords: 30, totalPages: 3 },
    }));
    expect((await walk(url)).end.reason).toBe('InstantPay sent page 3 when page 2 was asked for.');
  });

  test('a refused page size is halved until it works, and remembered', async () => {
    const { url, seen } = await serve((request, _request, response) => {
      const size = Number(/"recordsPerPage":"(\d+)"/.exec(request.body)?.[1]);
      const page = listOf(30, size, { totalRecords: 30, totalPages: Math.ceil(30 / size) })(
        pageOf(request.body),
      );
      const records = 'records' in page ? page.records.map(recordOf) : [];
      const answer = size > 20 ? envelopeOf(null, { statuscode: 'IRT' }) : envelopeOf({ ...page, records });
      response.end(JSON.stringify(answer));
    });
    const sizes = () => seen.splice(0).map(({ body }) => /"recordsPerPage":"(\d+)"/.exec(body)?.[1]);
    const { client, end, events } = await walk(url);
    expect(end).toMatchObject({ ...COMPLETE, recordsRead: 30 });
    expect(sizes()).toEqual(['100', '50', '25', '12', '12', '12']);
    expect(events).toContainEqual({ type: 'page_size', from: 100, to: 12 });
    for await (const page of client.links({})) void page;
    expect(sizes()).toEqual(['12', '12', '12']);
  });

  test('a filter that is refused is not taken for a page size that is too large', async () => {
    let refuses = true;
    const { url, seen } = await serve((_seen, _request, response) => {
      const answer = refuses ? envelopeOf(null, { statuscode: 'RPI' }) : envelopeOf({ records: [] });
      response.end(JSON.stringify(answer));
    });
    const { client, end } = await walk(url);
    expect(end).toMatchObject({ complete: false, reason: expect.stringContaining('RPI') });
    expect(seen).toHaveLength(5);
    refuses = false;
    for await (const page of client.links({})) void page;
    expect(seen.at(-1)?.body).toContain('"recordsPerPage":"100"');
  });
});

describe('against the local InstantPay', () => {
  test.each([undefined, 10])('reads all its links, with at most %s a page', async (maxRecordsPerPage) => {
    const instantPay = await makeInstantPay({});
    instantPay.controls.maxRecordsPerPage = maxRecordsPerPage;
    const { ids, end, pages } = await walk(instantPay.url);
    expect(end).toMatchObject({ ...COMPLETE, recordsRead: 240 });
    expect(ids).toEqual(instantPay.links().map(({ linkId }) => linkId));
    expect(pages.flatMap(({ links }) => links).reduce((sum, link) => sum + (link.amountPaise ?? 0), 0)).toBe(
      instantPay.links().reduce((sum, link) => sum + link.amountPaise, 0),
    );
  });

  test('finds a link by its address', async () => {
    const instantPay = await makeInstantPay({});
    const wanted = instantPay.links()[150];
    const { ids } = await walk(instantPay.url, {}, { url: `https://instant.pe/${wanted?.code}` });
    expect(ids).toEqual([wanted?.linkId]);
  });

  test('reads 10,000 links', async () => {
    const { url } = await upstream(listOf(10_000, 100));
    const { ids, end } = await walk(url);
    expect(end).toMatchObject({ ...COMPLETE, recordsRead: 10_000 });
    expect(ids).toHaveLength(10_000);
  });
});
