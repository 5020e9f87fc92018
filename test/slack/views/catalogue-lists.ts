/** Owns the catalogue's part on lists of links. */

import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import type { ListQuery } from '../../../src/payouts/links/list.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { linkList } from '../../../src/slack/views/link-list.ts';
import { listSaved, savedListsMessage } from '../../../src/slack/views/saved-lists.ts';
import { type CatalogueEntry, seal, someLinks } from './catalogue.ts';
import { aList, aPage, NOW, pageBeside } from './samples.ts';

const SECOND_PAGE: ListQuery = { statuses: ['ISSUED'], contact: undefined, pageNumber: 2 };

const NOTHING = { count: 0, totalPaise: 0n, amountUnknown: 0, undated: 1 };
const AGE_STARTS = ['claim', 'seen', 'created'] as const;

/** Ten links: a page as InstantPay has it, lists that are read whole, with boxes, and saved. */
export function listEntries(): CatalogueEntry[] {
  const links = someLinks(10);
  const saved = { name: 'urgent', slot: 1, at: NOW - HOUR_MS };
  const filter = { statuses: ['PROCESSING' as const, 'ISSUED' as const], contact: 'Asha' };
  const limits = { from: '2026-11-16', overPaise: 5_000_000, sort: 'largest' as const };
  const query = { ...filter, ...limits, pageNumber: 1 };
  const processing = links.map(
    (link, index): PayoutLink =>
      index < 4 ? { ...link, status: 'PROCESSING', statusText: 'PROCESSING' } : link,
  );
  const ages = processing
    .slice(0, 3)
    .map(
      ({ linkId }, index) =>
        [linkId, { since: NOW - (index + 1) * DAY_MS, from: AGE_STARTS[index % 3] ?? 'claim' }] as const,
    );
  const reminded = new Map(
    links.slice(4, 6).map(({ linkId }) => [linkId, { linkId, at: NOW - 20 * MINUTE_MS, actorId: 'U0OPS' }]),
  );
  const sorted = aList({
    query,
    page: aPage({ links: processing, recordFrom: 1, recordTo: 10, totalRecords: 37, environment: 'live' }),
    older: pageBeside(query, 'older'),
    order: 'largest',
    totals: { count: 37, totalPaise: 5_314_000_00n, amountUnknown: 0, undated: 1 },
    processing: new Map(ages),
    reminded,
  });
  const incomplete = 'InstantPay reports 150 links, 119 were read.';
  const boxes = { ...SECOND_PAGE, boxes: true };
  const page = aPage({ links, recordsReceived: 10, totalRecords: 240, totalPages: 24, environment: 'live' });
  const older = pageBeside(SECOND_PAGE, 'older');
  const newer = pageBeside(SECOND_PAGE, 'newer');
  return [
    {
      name: 'list-issued',
      shown: linkList(aList({ query: SECOND_PAGE, page, older, newer, added: 3 }), { now: NOW, seal }),
    },
    { name: 'list-sorted', shown: linkList(sorted, { now: NOW, seal }) },
    {
      name: 'list-incomplete',
      shown: linkList(
        { ...sorted, incomplete, page: { ...sorted.page, totalRecords: undefined } },
        { now: NOW, seal },
      ),
    },
    {
      name: 'list-boxes',
      shown: linkList(aList({ query: boxes, page: aPage({ links }), reminded }), {
        now: NOW,
        seal,
        names: new Map([['U0OPS', 'Meera Iyer']]),
      }),
    },
    {
      name: 'list-none',
      shown: linkList(
        { ...sorted, page: aPage({ links: [] }), older: undefined, totals: NOTHING },
        { now: NOW, seal },
      ),
    },
    { name: 'list-saved', shown: listSaved({ ...saved, filter: { ...filter, ...limits } }, NOW) },
    {
      name: 'saved-lists',
      shown: savedListsMessage(
        [
          { ...saved, name: 'large ones', slot: 2, filter: { statuses: [], contact: undefined, ...limits } },
          { ...saved, filter },
        ],
        NOW,
      ),
    },
    { name: 'saved-lists-none', shown: savedListsMessage([], NOW) },
  ];
}
