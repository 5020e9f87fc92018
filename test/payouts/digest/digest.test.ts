/** Owns the fold of a digest: counts, ages, the choice of links, and when it is incomplete. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Forbidden, Unavailable } from '../../../src/errors.ts';
import {
  AGEING,
  composeDigest,
  digestFor,
  ROWS_NAMED,
  since,
  startDigest,
  type StatusDigest,
} from '../../../src/payouts/digest/digest.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import type { WalkEnd } from '../../../src/payouts/links/page.ts';
import { PAGES_MISSING } from '../../../src/payouts/links/walk.ts';
import { DAY_MS, HOUR_MS } from '../../../src/payouts/time.ts';
import { auditOf, MAKER, makeDeps, NOON, page, record, STRANGER } from '../setup.ts';

const COMPLETE: WalkEnd = { complete: true, reason: undefined, pagesRead: 2, recordsRead: 3 };

let ids = 0;
function issued(changes: Partial<PayoutLink> = {}): PayoutLink {
  return record({ linkId: String((ids += 1)).padStart(24, '0'), ...changes });
}

function expired(expiresAt: number | undefined, changes: Partial<PayoutLink> = {}): PayoutLink {
  return issued({ status: 'EXPIRED', expiresAt, ...changes });
}

/** The digest of these links for one status. */
function fold(links: PayoutLink[], status: 'ISSUED' | 'EXPIRED' = 'ISSUED'): StatusDigest | undefined {
  const digest = startDigest([status], NOON);
  for (const link of links) digest.add(link);
  return digest.digest()[0];
}

describe('since', () => {
  test('an expired link counts from its expiry, any other from its creation, none from its activation (R20)', () => {
    expect(since(issued({ createdAt: 1, expiresAt: 2 }), NOON)).toBe(1);
    expect(since(issued({ status: 'PROCESSING', createdAt: 1, expiresAt: 2 }), NOON)).toBe(1);
    expect(since(expired(2, { createdAt: 1 }), NOON)).toBe(2);
    expect(since(expired(undefined), NOON)).toBeUndefined();
    expect(since(issued({ createdAt: undefined, activatedAt: 1, expiresAt: 2 }), NOON)).toBeUndefined();
  });
});

describe('ageing', () => {
  test.each([
    [-HOUR_MS, 0],
    [0, 0],
    [HOUR_MS - 1, 0],
    [HOUR_MS, 1],
    [DAY_MS - 1, 1],
    [DAY_MS, 2],
    [3 * DAY_MS - 1, 2],
    [3 * DAY_MS, 3],
    [1000 * DAY_MS, 3],
  ])('%d ms old: bucket %d', (ageMs, bucket) => {
    const digest = fold([issued({ createdAt: NOON - ageMs, amountPaise: 100 })]);
    expect(digest?.ageing).toEqual(
      AGEING.map((_, index) =>
        index === bucket ? { count: 1, totalPaise: 100n } : { count: 0, totalPaise: 0n },
      ),
    );
    expect(digest?.ageUnknown).toEqual({ count: 0, totalPaise: 0n });
  });

  test('without a time the age is unknown', () => {
    const digest = fold([issued({ createdAt: undefined, amountPaise: 100 })]);
    expect(digest?.ageUnknown).toEqual({ count: 1, totalPaise: 100n });
    expect(digest?.ageing.every((bucket) => bucket.count === 0)).toBe(true);
  });

  test('an EXPIRED link whose expiry is still ahead has no age, and is none of the oldest', () => {
    const odd = expired(NOON + DAY_MS, { amountPaise: 100 });
    const old = expired(NOON - DAY_MS);
    expect(since(odd, NOON)).toBeUndefined();
    const digest = fold([odd, old], 'EXPIRED');
    expect(digest?.ageUnknown).toEqual({ count: 1, totalPaise: 100n });
    expect(digest?.oldest).toEqual([old, odd]);
  });

  test('the buckets are named as they are bounded', () => {
    expect(AGEING.map((bucket) => bucket.label)).toEqual(['< 1 h', '1–24 h', '1–3 d', '> 3 d']);
  });
});

describe('rows', () => {
  test('the oldest and the largest are named, five of each, ties in the order they came', () => {
    const links = Array.from({ length: 9 }, (_, index) =>
      issued({ createdAt: NOON - ((index * 4) % 9) * HOUR_MS, amountPaise: ((index * 5) % 9) * 100 }),
    );
    const digest = fold(links);
    expect(ROWS_NAMED).toBe(5);
    expect(digest?.oldest.map((link) => (NOON - (link.createdAt ?? 0)) / HOUR_MS)).toEqual([8, 7, 6, 5, 4]);
    expect(digest?.largest.map((link) => link.amountPaise)).toEqual([800, 700, 600, 500, 400]);

    const same = Array.from({ length: 7 }, () => issued());
    expect(fold(same)?.oldest).toEqual(same.slice(0, 5));
    expect(fold(same)?.largest).toEqual(same.slice(0, 5));
  });

  test('links without a time are never older than those with one', () => {
    const unknown = [issued({ createdAt: undefined }), issued({ createdAt: undefined })];
    const known = [issued({ createdAt: NOON - 1 }), issued({ createdAt: NOON - 2 })];
    expect(fold([...unknown, ...known])?.oldest).toEqual([known[1], known[0], ...unknown]);
    expect(fold([...known, ...unknown])?.oldest).toEqual([known[1], known[0], ...unknown]);
  });

  test('of any links: counts and totals add up, and the rows are the first of the whole order', () => {
    const link = fc
      .record({
        createdAt: fc.option(fc.integer({ min: NOON - 5 * DAY_MS, max: NOON }), { nil: undefined }),
        amountPaise: fc.integer({ min: 0, max: 10 ** 9 }),
        status: fc.constantFrom('ISSUED' as const, 'CLAIMED' as const, 'UNKNOWN' as const),
      })
      .map((changes) => issued(changes));
    fc.assert(
      fc.property(fc.array(link, { maxLength: 40 }), (links) => {
        const digest = fold(links);
        const counted = links.filter((one) => one.status === 'ISSUED');
        const total = counted.reduce((sum, one) => sum + BigInt(one.amountPaise ?? 0), 0n);
        expect(digest).toMatchObject({ status: 'ISSUED', count: counted.length, totalPaise: total });
        const buckets = [...(digest?.ageing ?? []), ...(digest ? [digest.ageUnknown] : [])];
        expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(counted.length);
        expect(buckets.reduce((sum, bucket) => sum + bucket.totalPaise, 0n)).toBe(total);
        const largest = counted.toSorted((one, other) => (other.amountPaise ?? 0) - (one.amountPaise ?? 0));
        expect(digest?.largest).toEqual(largest.slice(0, 5));
        const age = (one: PayoutLink) => since(one, NOON) ?? Number.MAX_SAFE_INTEGER;
        expect(digest?.oldest).toEqual(counted.toSorted((one, other) => age(one) - age(other)).slice(0, 5));
      }),
    );
  });
});

describe('a link that comes again (R2)', () => {
  const link = fc.record({
    id: fc.integer({ min: 0, max: 12 }),
    amountPaise: fc.option(fc.integer({ min: 0, max: 1_000 }), { nil: undefined }),
    createdAt: fc.option(fc.integer({ min: NOON - 5 * DAY_MS, max: NOON }), { nil: undefined }),
    status: fc.constantFrom('ISSUED' as const, 'CLAIMED' as const, 'UNKNOWN' as const),
  });
  const one = ({ id, ...changes }: typeof link extends fc.Arbitrary<infer Made> ? Made : never) =>
    record({ linkId: String(id).padStart(24, '0'), ...changes });

  test('replaces its earlier record: the digest is that of the last records alone', () => {
    fc.assert(
      fc.property(fc.array(link, { maxLength: 30 }), (made) => {
        const all = made.map(one);
        const last = [...new Map(all.map((each) => [each.linkId, each])).values()];
        const [again, once] = [all, last].map((links) => {
          const digest = startDigest(['ISSUED', 'CLAIMED'], NOON);
          for (const each of links) digest.add(each);
          return digest.digest();
        });
        const numbers = (digests: StatusDigest[] = []) =>
          digests.map(({ oldest, largest, ...rest }) => ({
            ...rest,
            oldest: oldest.map((each) => since(each, NOON)),
            largest: largest.map((each) => each.amountPaise),
          }));
        expect(numbers(again)).toEqual(numbers(once));
      }),
    );
  });

  test('is taken out when its newer record no longer answers the filter', async () => {
    const gone = issued();
    const pages = [page([gone, issued()]), page([], { mismatchedIds: [gone.linkId] })];
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    const { statuses } = await composeDigest(deps, ['ISSUED']);
    expect(statuses).toMatchObject([{ count: 1, totalPaise: 12_345_678n }]);
    expect(statuses[0]?.oldest.map(({ linkId }) => linkId)).not.toContain(gone.linkId);
  });
});

describe('amounts', () => {
  test('add up exactly beyond 2^53 paise (R3)', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const digest = fold([
      issued({ amountPaise: most }),
      issued({ amountPaise: most }),
      issued({ amountPaise: 1 }),
    ]);
    expect(digest?.totalPaise).toBe(2n * BigInt(most) + 1n);
  });

  test('that cannot be read are counted apart and left out of the total', () => {
    const digest = fold([issued({ amountPaise: undefined }), issued({ amountPaise: 5 })]);
    expect(digest).toMatchObject({ count: 2, totalPaise: 5n, amountUnknown: 1 });
  });
});

describe('composeDigest', () => {
  test('folds every page, status by status', async () => {
    const issuedLink = issued();
    const expiredLink = expired(NOON - DAY_MS);
    const pages = [
      page([issuedLink, expiredLink]),
      page([issued({ amountPaise: 22 })], { environment: 'sandbox' }),
    ];
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    const digest = await composeDigest(deps, ['EXPIRED', 'ISSUED', 'CLAIMED']);
    expect(digest).toMatchObject({
      at: NOON,
      environment: 'live',
      complete: true,
      reason: undefined,
      pagesRead: 2,
      recordsRead: 3,
      statuses: [
        { status: 'EXPIRED', count: 1, totalPaise: 12_345_678n, oldest: [expiredLink] },
        { status: 'ISSUED', count: 2, totalPaise: 12_345_700n },
        {
          status: 'CLAIMED',
          count: 0,
          totalPaise: 0n,
          ageing: [{ count: 0 }, { count: 0 }, { count: 0 }, { count: 0 }],
          ageUnknown: { count: 0, totalPaise: 0n },
          oldest: [],
          largest: [],
        },
      ],
    });
    expect(deps.gateway.calls.links).toEqual([{ statuses: ['EXPIRED', 'ISSUED', 'CLAIMED'] }]);
  });

  test('ages are counted from when it was begun, however long the walk takes', async () => {
    const deps = makeDeps();
    deps.gateway.script.links = () => {
      deps.time.now = NOON + DAY_MS;
      return { pages: [page([issued({ createdAt: NOON })])], end: COMPLETE };
    };
    const digest = await composeDigest(deps, ['ISSUED']);
    expect(digest).toMatchObject({ at: NOON, statuses: [{ ageing: [{ count: 1 }, {}, {}, {}] }] });
  });

  test.each([
    ['Page 3 failed.', 'Page 3 failed.'],
    [undefined, PAGES_MISSING],
  ])('a walk that could not finish (%s) is incomplete, and says why', async (reason, said) => {
    const end = { complete: false, reason, pagesRead: 1, recordsRead: 10 };
    const deps = makeDeps({ script: { links: { pages: [page([issued()])], end } } });
    expect(await composeDigest(deps, ['ISSUED'])).toMatchObject({
      complete: false,
      reason: said,
      pagesRead: 1,
      recordsRead: 10,
      statuses: [{ count: 1 }],
    });
  });

  test('a walk that breaks off is incomplete too, with what was read until then', async () => {
    const pages = [page([issued(), issued()]), page([issued()]), new Unavailable('InstantPay is away.')];
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    expect(await composeDigest(deps, ['ISSUED'])).toMatchObject({
      complete: false,
      reason: 'InstantPay is away.',
      pagesRead: 2,
      recordsRead: 3,
    });
  });

  test('a walk that never starts is no "all clear"', async () => {
    const deps = makeDeps({ script: { links: new Unavailable('InstantPay is away.') } });
    expect(await composeDigest(deps, ['ISSUED'])).toMatchObject({
      complete: false,
      reason: 'InstantPay is away.',
      environment: undefined,
      pagesRead: 0,
      recordsRead: 0,
    });
  });

  test('a reason left over from a complete walk is not shown', async () => {
    const deps = makeDeps({ script: { links: { pages: [], end: { ...COMPLETE, reason: 'left over' } } } });
    expect((await composeDigest(deps, ['ISSUED'])).reason).toBeUndefined();
  });

  test('a fault of Payout Desk is not taken for one of InstantPay', async () => {
    const deps = makeDeps({ script: { links: new TypeError('a bug') } });
    await expect(composeDigest(deps, ['ISSUED'])).rejects.toThrow('a bug');
  });
});

describe('digestFor', () => {
  test('is for people who may look', async () => {
    const deps = makeDeps({ script: { links: { pages: [], end: COMPLETE } } });
    expect(await digestFor(deps, MAKER, ['ISSUED'])).toMatchObject({ complete: true });
    await expect(digestFor(deps, STRANGER, ['ISSUED'])).rejects.toThrow(Forbidden);
    expect(auditOf(deps)).toMatchObject([
      { action: 'access.refused', subject: 'digest.read', outcome: 'not_viewer' },
    ]);
  });
});
