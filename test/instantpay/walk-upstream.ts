/** Owns an upstream that answers page by page as a test says, and one walk over it. */

import type { LinkFilter, LinkPage, WalkEnd } from '../../src/payouts/links/page.ts';
import type { ClientOptions } from '../../src/instantpay/client.ts';
import { envelopeOf, makeClient, serve } from './setup.ts';

export const idOf = (index: number): string => index.toString(16).padStart(24, '0');
export const recordOf = (index: number) => ({ linkId: idOf(index), status: 'ISSUED', amount: 1 });
export const range = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => from + index);

export type PageAnswer = { records: number[]; meta?: unknown } | { httpStatus: number };

/** An upstream that answers page by page as told, and counts how many of its answers are under way at once. */
export async function upstream(answer: (pageNumber: number) => PageAnswer, delayMs = 0) {
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

export function pageOf(body: string): number {
  return Number(/"pageNumber":"(\d+)"/.exec(body)?.[1]);
}

export async function walk(url: string, options: Partial<ClientOptions> = {}, filter: LinkFilter = {}) {
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
export const idsOf = (pages: LinkPage[]) => [
  ...new Set(pages.flatMap(({ links }) => links.map(({ linkId }) => linkId))),
];

export const COMPLETE: Partial<WalkEnd> = { complete: true, reason: undefined };

/** `total` records, `perPage` a page. */
export const listOf =
  (total: number, perPage: number, meta?: unknown) =>
  (pageNumber: number): PageAnswer => {
    const from = (pageNumber - 1) * perPage;
    return { meta, records: range(from, Math.max(0, Math.min(perPage, total - from))) };
  };
