/** Owns fetching pages ahead, lists that move during the walk, and walks over the local InstantPay (R2). */

import { describe, expect, test, vi } from 'vitest';
import { envelopeOf, makeClient, makeInstantPay, serve } from './setup.ts';
import { idOf, recordOf, range, upstream, walk, COMPLETE, listOf, pageOf, idsOf } from './walk-upstream.ts';
import { WALK_PROBLEMS } from '../../src/instantpay/walk-state.ts';

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
    expect((await walk(url)).end.reason).toBe(WALK_PROBLEMS.otherPage(3, 2));
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
