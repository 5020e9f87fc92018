/** Owns finding links: by ID, address, contact, name, order or reference, and what is said when none or several match. */

import { describe, expect, test } from 'vitest';
import { Forbidden, Unavailable, UsageError } from '../../../src/errors.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import { CHOICES, find, searchStopped } from '../../../src/payouts/links/find.ts';
import { describeStatus } from '../../../src/payouts/links/link.ts';
import { environmentProblem } from '../../../src/payouts/links/environment.ts';
import type { SearchProgress } from '../../../src/payouts/links/find.ts';
import { list } from '../../../src/payouts/links/list.ts';
import { LINKS_A_PAGE } from '../../../src/payouts/links/older.ts';
import { lookUp, NO_DETAILS, track } from '../../../src/payouts/links/track.ts';
import { readTarget } from '../../../src/payouts/links/target.ts';
import { PAGES_MISSING } from '../../../src/payouts/links/walk.ts';
import type { WalkEnd } from '../../../src/payouts/links/page.ts';
import { auditOf, LINK, MAKER, makeDeps, page, record, REVOKED, STRANGER, tracked } from '../setup.ts';

const COMPLETE: WalkEnd = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 1 };

/** So many links, each with its own id. */
function links(count: number, from = 0): PayoutLink[] {
  return Array.from({ length: count }, (_, index) =>
    record({ linkId: (from + index).toString(16).padStart(24, '0') }),
  );
}

describe('readTarget', () => {
  test.each([
    [LINK, { kind: 'id', linkId: LINK }],
    [` ${LINK.toUpperCase()} `, { kind: 'id', linkId: LINK }],
    ['https://instant.pe/LS25FH', { kind: 'url', url: 'https://instant.pe/LS25FH' }],
    ['http://www.instant.pe/LS25FH', { kind: 'url', url: 'http://www.instant.pe/LS25FH' }],
    ['HTTPS://Instant.PE/LS25FH', { kind: 'url', url: 'HTTPS://Instant.PE/LS25FH' }],
    [' instant.pe/LS25FH', { kind: 'url', url: 'instant.pe/LS25FH' }],
    ['9876543210', { kind: 'contact', contact: '9876543210' }],
    ['+91 98765 43210', { kind: 'contact', contact: '+91 98765 43210' }],
    ['asha@example.in', { kind: 'contact', contact: 'asha@example.in' }],
    ['  Asha Rao ', { kind: 'contact', contact: 'Asha Rao' }],
    ['दीपा', { kind: 'contact', contact: 'दीपा' }],
    ['रवि', { kind: 'contact', contact: 'रवि' }],
    ['தமிழ்', { kind: 'contact', contact: 'தமிழ்' }],
    ['Asha https://example.com', { kind: 'contact', contact: 'Asha https://example.com' }],
    ['Order 0123456789abcdef', { kind: 'contact', contact: 'Order 0123456789abcdef' }],
    ['0123456789abcdef Ltd', { kind: 'contact', contact: '0123456789abcdef Ltd' }],
    ['Li', { kind: 'contact', contact: 'Li' }],
    ['abcdef012345678', { kind: 'reference', reference: 'abcdef012345678' }],
    ['1261120063012ABCDE', { kind: 'order', orderId: '1261120063012ABCDE' }],
    ['1261120063012abcxy', { kind: 'order', orderId: '1261120063012abcxy' }],
    ['INV-118', { kind: 'reference', reference: 'INV-118' }],
    ['PO/2026/17', { kind: 'reference', reference: 'PO/2026/17' }],
    ['1234567890123456', { kind: 'reference', reference: '1234567890123456' }],
    ['98765432101', { kind: 'reference', reference: '98765432101' }],
    ['098765 43210', { kind: 'contact', contact: '098765 43210' }],
    ['00919876543210', { kind: 'contact', contact: '00919876543210' }],
    ['+91-98765-43210', { kind: 'contact', contact: '+91-98765-43210' }],
    ['A1', { kind: 'contact', contact: 'A1' }],
    ['A1 Traders', { kind: 'contact', contact: 'A1 Traders' }],
    ['0000', { kind: 'contact', contact: '0000' }],
    ['x'.repeat(200), { kind: 'contact', contact: 'x'.repeat(200) }],
  ])('%s', (text, target) => {
    expect(readTarget(text)).toEqual(target);
  });

  test.each([
    ['x'.repeat(201), 'too long'],
    ['https://instant.pe.example.com/LS25FH', 'not the address of a payout link'],
    ['https://example.com/instant.pe/LS25FH', 'not the address of a payout link'],
    ['http://example.com', 'not the address of a payout link'],
    [LINK.slice(1), 'A link ID has 24 hex digits; this has 23.'],
    [`${LINK}0`, 'A link ID has 24 hex digits; this has 25.'],
    ['0123456789ABCDEF', 'A link ID has 24 hex digits; this has 16.'],
    ['', 'Enter a link ID, an instant.pe address'],
    ['a', 'That is not a link.'],
    ['--- ???', 'That is not a link.'],
    ['a b c', 'That is not a link.'],
  ])('%s is refused', (text, words) => {
    expect(() => readTarget(text)).toThrow(UsageError);
    expect(() => readTarget(text)).toThrow(words);
  });
});

describe('lookUp and track', () => {
  test('a link and its record', async () => {
    const deps = makeDeps();
    expect(await track(deps, MAKER, LINK)).toEqual({
      tracked: tracked(),
      record: record(),
      recordProblem: undefined,
    });
    expect(deps.gateway.calls.page).toEqual([{ filter: { linkId: LINK }, pageNumber: 1 }]);
    expect(auditOf(deps)).toEqual([]);
  });

  test('only the link’s own record is its record', async () => {
    const deps = makeDeps({ script: { page: page(links(3)) } });
    expect(await lookUp(deps, LINK)).toMatchObject({
      record: undefined,
      recordProblem: NO_DETAILS,
    });
  });

  test('a record that cannot be read leaves the link, and says why', async () => {
    const deps = makeDeps({ script: { page: new Unavailable('Page 2 failed.') } });
    expect(await lookUp(deps, LINK)).toEqual({
      tracked: tracked(),
      record: undefined,
      recordProblem: 'Page 2 failed.',
    });
  });

  test('what is no answer of InstantPay is not swallowed', async () => {
    await expect(lookUp(makeDeps({ script: { page: new TypeError('a bug') } }), LINK)).rejects.toThrow(
      'a bug',
    );
    const away = makeDeps({ script: { track: new Unavailable('away') } });
    await expect(lookUp(away, LINK)).rejects.toThrow('away');
  });

  test('is for people who may look', async () => {
    const deps = makeDeps();
    await expect(track(deps, STRANGER, LINK)).rejects.toThrow(Forbidden);
    expect(deps.gateway.calls.track).toEqual([]);
    expect(auditOf(deps)).toMatchObject([{ action: 'access.refused', subject: 'link.track', linkId: LINK }]);
  });
});

describe('find', () => {
  const ASHA = { kind: 'contact', contact: 'Asha' } as const;
  const URL = { kind: 'url', url: 'https://instant.pe/LS25FH' } as const;

  test('one hit is the one; the whole list was read for it', async () => {
    const pages = [page([]), page([record()]), page([])];
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    expect(await find(deps, MAKER, ASHA)).toEqual({ kind: 'one', linkId: LINK });
    expect(deps.gateway.calls.links).toEqual([{ contact: 'Asha' }]);
    expect(deps.gateway.walks).toEqual({ pagesGiven: 3, stopped: 0 });
  });

  test('the same link on two pages is one hit', async () => {
    const pages = [page([record()]), page([record()])];
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    expect(await find(deps, MAKER, ASHA)).toEqual({ kind: 'one', linkId: LINK });
  });

  test('several are offered as a choice', async () => {
    const deps = makeDeps({ script: { links: { pages: [page(links(CHOICES))], end: COMPLETE } } });
    expect(await find(deps, MAKER, ASHA)).toEqual({
      kind: 'several',
      links: links(CHOICES),
      more: false,
      incomplete: undefined,
    });
  });

  test('with more than can be offered the search ends early, and says that there are more', async () => {
    const pages = [page(links(6)), page(links(6, 6)), page(links(6, 12))];
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    expect(await find(deps, MAKER, ASHA)).toEqual({
      kind: 'several',
      links: links(CHOICES),
      more: true,
      incomplete: undefined,
    });
    expect(deps.gateway.walks).toEqual({ pagesGiven: 2, stopped: 1 });
  });

  test('as many as can be offered is no reason to stop: there may be one more', async () => {
    const pages = [page(links(CHOICES)), page(links(1, CHOICES))];
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    expect(await find(deps, MAKER, ASHA)).toMatchObject({ links: links(CHOICES), more: true });
  });

  test('none is said plainly', async () => {
    const deps = makeDeps({ script: { links: { pages: [page([])], end: COMPLETE } } });
    expect(await find(deps, MAKER, ASHA)).toEqual({ kind: 'none', incomplete: undefined });
  });

  test('a walk that could not finish never says "one" or "none" as if it had', async () => {
    for (const [reason, said] of [
      ['Page 3 failed.', 'Page 3 failed.'],
      [undefined, PAGES_MISSING],
    ] as const) {
      const end = { complete: false, reason, pagesRead: 2, recordsRead: 1 };
      const one = makeDeps({ script: { links: { pages: [page([record()])], end } } });
      expect(await find(one, MAKER, ASHA)).toEqual({
        kind: 'several',
        links: [record()],
        more: false,
        incomplete: said,
      });
      const none = makeDeps({ script: { links: { pages: [], end } } });
      expect(await find(none, MAKER, ASHA)).toEqual({ kind: 'none', incomplete: said });
    }
  });

  test('an address belongs to one link, so the walk stops at it', async () => {
    const pages = [page([]), page([record()]), page(links(5))];
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    expect(await find(deps, MAKER, URL)).toEqual({ kind: 'one', linkId: LINK });
    expect(deps.gateway.calls.links).toEqual([{ url: URL.url }]);
    expect(deps.gateway.walks).toEqual({ pagesGiven: 2, stopped: 1 });
  });

  test('a search ends after two hundred pages, and says after how many links', async () => {
    const pages = Array.from({ length: 210 }, () => page([], { recordsReceived: 100 }));
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    expect(await find(deps, MAKER, URL)).toEqual({
      kind: 'none',
      incomplete: searchStopped(20_000),
    });
    expect(searchStopped(20_000)).toBe('The search stopped after 20,000 links.');
    expect(deps.gateway.walks).toEqual({ pagesGiven: 200, stopped: 1 });
  });

  test('tells after each page how far it is', async () => {
    const pages = [100, 100, 37].map((recordsReceived) => page([], { recordsReceived, totalRecords: 237 }));
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    const told: SearchProgress[] = [];
    await find(deps, MAKER, URL, { onProgress: (progress) => told.push(progress) });
    expect(told).toEqual([100, 200, 237].map((looked) => ({ looked, total: 237 })));
  });

  test('what is found on the last page counts', async () => {
    const empty = Array.from({ length: 199 }, () => page([]));
    const deps = makeDeps({ script: { links: { pages: [...empty, page([record()])], end: COMPLETE } } });
    expect(await find(deps, MAKER, URL)).toEqual({ kind: 'one', linkId: LINK });
  });

  test('a walk that is refused is a failure, not an empty answer', async () => {
    const deps = makeDeps({ script: { links: new Unavailable('away') } });
    await expect(find(deps, MAKER, ASHA)).rejects.toThrow('away');
  });

  test('is for people who may look', async () => {
    const deps = makeDeps();
    await expect(find(deps, STRANGER, ASHA)).rejects.toThrow(Forbidden);
    expect(auditOf(deps)).toMatchObject([{ action: 'access.refused', subject: 'link.find' }]);
  });
});

describe('list', () => {
  test('one page, filtered by what was asked alone', async () => {
    const deps = makeDeps({ script: { page: page(links(3)) } });
    const query = { statuses: ['ISSUED', 'EXPIRED'] as const, contact: 'Asha', pageNumber: 2 };
    expect(await list(deps, MAKER, query)).toEqual({
      query,
      page: page(links(3)),
      older: undefined,
      newer: undefined,
      order: undefined,
      added: undefined,
      lost: false,
      reminded: new Map(),
      processing: new Map(),
    });
    await list(deps, MAKER, { statuses: [], contact: undefined, pageNumber: 1 });
    expect(deps.gateway.calls.page).toStrictEqual([
      { filter: { statuses: ['ISSUED', 'EXPIRED'], contact: 'Asha' }, pageNumber: 2, recordsPerPage: 10 },
      { filter: {}, pageNumber: 1, recordsPerPage: 10 },
    ]);
    expect(LINKS_A_PAGE).toBe(10);
  });

  test.each([
    [9, false],
    [10, true],
    [11, true],
  ])(
    'a page of %s records as InstantPay sent them has an older one: %s',
    async (recordsReceived, hasOlder) => {
      const deps = makeDeps({ script: { page: page([], { recordsReceived }) } });
      const listed = await list(deps, MAKER, { statuses: [], contact: undefined, pageNumber: 1 });
      expect(listed.older !== undefined).toBe(hasOlder);
    },
  );

  test('is for people who may look', async () => {
    const deps = makeDeps();
    const query = { statuses: [], contact: undefined, pageNumber: 1 };
    await expect(list(deps, STRANGER, query)).rejects.toThrow(Forbidden);
    expect(auditOf(deps)).toMatchObject([{ action: 'access.refused', subject: 'link.list' }]);
  });
});

describe('words', () => {
  test('a status is named; an unknown one is quoted', () => {
    expect(describeStatus(tracked({ status: 'CLAIMED' }))).toBe('CLAIMED');
    expect(describeStatus(REVOKED)).toMatch(/ \(REVOKED\)$/);
  });

  test('environments clash only when both are known', () => {
    const deps = makeDeps({ settings: { environment: 'live' } });
    expect(environmentProblem(deps, 'live')).toBeUndefined();
    expect(environmentProblem(deps, undefined)).toBeUndefined();
    expect(environmentProblem(makeDeps(), 'sandbox')).toBeUndefined();
    expect(environmentProblem(deps, 'sandbox')).toMatch(/SANDBOX; LIVE is configured/);
  });
});
