/** Owns which links are stuck: by claim, first sighting or creation (R20), tracked where it is not known, the longest first. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Forbidden, Unavailable } from '../../../src/errors.ts';
import type { LinkActivity, PayoutLink } from '../../../src/payouts/links/link.ts';
import type { WalkEnd } from '../../../src/payouts/links/page.ts';
import {
  CANDIDATES_KEPT,
  findStuck,
  judgeAge,
  readProcessing,
  STUCK_SHOWN,
  TOO_MANY_PROCESSING,
} from '../../../src/payouts/links/stuck.ts';
import { DAY_MS, HOUR_MS } from '../../../src/payouts/time.ts';
import { MAKER, makeDeps, NOON, page, record, STRANGER, type TestDeps, tracked } from '../setup.ts';

const COMPLETE: WalkEnd = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 1 };
const FOR = { forMs: DAY_MS };
const idOf = (index: number): string => index.toString(16).padStart(24, '0');
const ago = (hours: number): number => NOON - hours * HOUR_MS;

const processing = (index: number, changes: Partial<PayoutLink> = {}): PayoutLink =>
  record({ linkId: idOf(index), status: 'PROCESSING', amountPaise: 100, createdAt: ago(100), ...changes });

const entry = (at: number | undefined, changes: Partial<LinkActivity> = {}): LinkActivity => ({
  text: 'words',
  at,
  orderId: undefined,
  accountType: undefined,
  accountNumber: '****1786',
  accountIfsc: undefined,
  ...changes,
});

/** Claimed so many hours ago. */
const claimed = (hours: number) => tracked({ status: 'PROCESSING', activity: [entry(ago(hours))] });

const walk = (...links: PayoutLink[]) => ({ pages: [page(links)], end: COMPLETE });

const shown = (found: Awaited<ReturnType<typeof findStuck>>) =>
  found.links.map(({ link, age }) => [
    Number.parseInt(link.linkId, 16),
    age?.from,
    (NOON - (age?.since ?? 0)) / HOUR_MS,
  ]);

describe('R20: whether a link is PROCESSING for a day', () => {
  const created = (hours: number | undefined) =>
    processing(1, { createdAt: hours === undefined ? undefined : ago(hours) });

  test.each([
    // created, known from, hours ago, verdict
    [100, 'claim', 24, 'stuck'],
    [100, 'claim', 23.9, 'recent'],
    [100, 'claim', 1, 'recent'],
    [undefined, 'claim', 25, 'stuck'],
    // The claim was at the first sighting or before it.
    [100, 'seen', 24, 'stuck'],
    [undefined, 'seen', 30, 'stuck'],
    [100, 'seen', 23, 'unclear'],
    [undefined, 'seen', 23, 'unclear'],
    // The claim was after the creation.
    [23, 'seen', 1, 'recent'],
    [24, 'created', 24, 'unclear'],
    [23, 'created', 23, 'recent'],
  ] as const)('created %s hours ago, %s %s hours ago: %s', (hours, from, since, verdict) => {
    const aged = { link: created(hours), age: { from, since: ago(since) } };
    expect(judgeAge(aged, DAY_MS, NOON)).toBe(verdict);
  });

  test('nothing known at all may be of any age', () => {
    expect(judgeAge({ link: created(undefined), age: undefined }, DAY_MS, NOON)).toBe('unclear');
  });
});

describe('/payout stuck', () => {
  const withSeen = async (deps: TestDeps, index: number, hours: number): Promise<void> =>
    deps.store.processing.seen([{ linkId: idOf(index), status: 'PROCESSING' }], ago(hours));

  test('the longest first: claims that are known, old sightings, and what tracking tells', async () => {
    const deps = makeDeps({
      script: {
        links: walk(processing(1), processing(2), processing(3), processing(4, { createdAt: ago(5) })),
        track: (linkId) => (linkId === idOf(2) ? tracked({ status: 'PROCESSING' }) : claimed(50)),
      },
    });
    await deps.store.processing.claimedAt(idOf(1), ago(30));
    await withSeen(deps, 2, 40);
    const found = await findStuck(deps, MAKER, FOR);
    expect(deps.gateway.calls.links).toEqual([{ statuses: ['PROCESSING'] }]);
    expect(deps.gateway.calls.track.toSorted()).toEqual([idOf(2), idOf(3)]);
    expect(shown(found)).toEqual([
      [3, 'claim', 50],
      [2, 'seen', 40],
      [1, 'claim', 30],
    ]);
    expect(found).toMatchObject({ count: 3, totalPaise: 300n, unclear: 0, incomplete: undefined, at: NOON });
    expect(await deps.store.processing.find([idOf(3)])).toEqual(
      new Map([[idOf(3), { since: ago(50), from: 'claim' }]]),
    );
  });

  test('what tracking finds in another status is not shown; what it cannot tell is said to be unclear', async () => {
    const deps = makeDeps({
      script: {
        links: walk(processing(1), processing(2), processing(3)),
        track(linkId) {
          if (linkId === idOf(1)) return tracked({ status: 'ISSUED', activity: [entry(ago(90))] });
          throw new Unavailable('InstantPay is away.');
        },
      },
    });
    await withSeen(deps, 3, 48);
    const found = await findStuck(deps, MAKER, FOR);
    expect(shown(found)).toEqual([[3, 'seen', 48]]);
    expect(found).toMatchObject({ count: 1, unclear: 1 });
  });

  test('twenty are tracked, those that exist longest, four at once; the next call tracks others', async () => {
    let under = 0;
    let most = 0;
    const links = Array.from({ length: 30 }, (_none, index) =>
      processing(index + 1, { createdAt: ago(200 - index) }),
    );
    const deps = makeDeps({
      script: {
        links: walk(...links.toReversed()),
        async track() {
          under += 1;
          most = Math.max(most, under);
          await Promise.resolve();
          under -= 1;
          return claimed(26);
        },
      },
    });
    const found = await findStuck(deps, MAKER, FOR);
    expect(most).toBe(4);
    expect(deps.gateway.calls.track.toSorted()).toEqual(
      links.slice(0, STUCK_SHOWN).map(({ linkId }) => linkId),
    );
    expect(found).toMatchObject({ count: 20, unclear: 10 });
    expect(await findStuck(deps, MAKER, FOR)).toMatchObject({ count: 30, unclear: 0, totalPaise: 3_000n });
  });

  test('pages of twenty; one past the end is the last', async () => {
    const deps = makeDeps({
      script: { links: walk(...Array.from({ length: 45 }, (_none, index) => processing(index + 1))) },
    });
    for (let index = 1; index <= 45; index += 1) {
      await deps.store.processing.claimedAt(idOf(index), ago(24 + index));
    }
    const first = await findStuck(deps, MAKER, FOR);
    const last = await findStuck(deps, MAKER, FOR, 9);
    expect(shown(first)[0]).toEqual([45, 'claim', 69]);
    expect([first, last].map(({ pageNumber, before, links }) => [pageNumber, before, links.length])).toEqual([
      [1, 0, 20],
      [3, 40, 5],
    ]);
    expect(shown(last).at(-1)).toEqual([1, 'claim', 25]);
    expect(deps.gateway.calls.track).toEqual([]);
  });

  test('since a day: claimed on that day or before it, in India', async () => {
    const links = [processing(1), processing(2)];
    const deps = makeDeps({ script: { links: walk(...links) } });
    await deps.store.processing.claimedAt(idOf(1), Date.parse('2026-11-16T23:59:59+05:30'));
    await deps.store.processing.claimedAt(idOf(2), Date.parse('2026-11-17T00:00:01+05:30'));
    const since = async (sinceDay: string) =>
      shown(await findStuck(deps, MAKER, { sinceDay })).map(([id]) => id);
    expect(await since('2026-11-16')).toEqual([1]);
    expect(await since('2026-11-17')).toEqual([1, 2]);
    expect(await since('2026-11-20')).toEqual([1, 2]);
    expect(await since('2026-11-15')).toEqual([]);
  });

  test('a walk that ends early, or fails, is incomplete and says why; amounts that cannot be read are counted apart', async () => {
    const end = { ...COMPLETE, complete: false, reason: 'Page 2 failed.' };
    const unread = { ...walk(processing(1, { amountPaise: undefined })), end };
    const deps = makeDeps({
      script: { links: [unread, new Unavailable('InstantPay is away.'), new TypeError('a fault')] },
    });
    await deps.store.processing.claimedAt(idOf(1), ago(30));
    const found = await findStuck(deps, MAKER, FOR);
    expect(found).toMatchObject({ count: 1, amountUnknown: 1, totalPaise: 0n, incomplete: 'Page 2 failed.' });
    expect(await findStuck(deps, MAKER, FOR)).toMatchObject({ count: 0, incomplete: 'InstantPay is away.' });
    await expect(findStuck(deps, MAKER, FOR)).rejects.toThrow(TypeError);
  });

  test('without the store, ages come from tracking', async () => {
    const deps = makeDeps({
      script: { links: walk(processing(1)), track: claimed(30) },
      at({ operation }) {
        if (operation.startsWith('processing.')) throw new Unavailable('the store is away');
      },
    });
    expect(shown(await findStuck(deps, MAKER, FOR))).toEqual([[1, 'claim', 30]]);
  });

  test('for viewers alone', async () => {
    const deps = makeDeps();
    await expect(findStuck(deps, STRANGER, FOR)).rejects.toThrow(Forbidden);
    expect(deps.gateway.calls.links).toEqual([]);
  });
});

describe('the walk over PROCESSING links', () => {
  test('the last record of a link counts, and one that left is not among them', async () => {
    const pages = [
      page([processing(1), processing(2)]),
      page([processing(1, { amountPaise: 7 })], { mismatchedIds: [idOf(2)] }),
    ];
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    const { links, incomplete } = await readProcessing(deps);
    expect(links.map(({ linkId, amountPaise }) => [linkId, amountPaise])).toEqual([[idOf(1), 7]]);
    expect(incomplete).toBeUndefined();
  });

  test('of more than are kept, those that exist longest', async () => {
    const ages = fc.sample(fc.nat(10_000), { numRuns: CANDIDATES_KEPT + 500, seed: 7 });
    const links = ages.map((hours, index) => processing(index + 1, { createdAt: ago(hours) }));
    const pages = Array.from({ length: 55 }, (_none, index) =>
      page(links.slice(index * 100, (index + 1) * 100)),
    );
    const deps = makeDeps({ script: { links: { pages, end: COMPLETE } } });
    const found = await readProcessing(deps);
    const oldest = links.toSorted((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0));
    const limit = oldest[CANDIDATES_KEPT - 1]?.createdAt ?? 0;
    expect(found.links).toHaveLength(CANDIDATES_KEPT);
    expect(found.links.every(({ createdAt = 0 }) => createdAt <= limit)).toBe(true);
    expect(found.incomplete).toBe(TOO_MANY_PROCESSING);
  });
});
