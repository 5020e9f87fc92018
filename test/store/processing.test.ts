/** Owns which links are PROCESSING on both engines: since when, and bounded. */

import { describe, expect, onTestFinished, test } from 'vitest';
import type { LinkStatus } from '../../src/payouts/links/link.ts';
import { type OpenStore, openStore } from '../../src/store/database.ts';
import { A_READ } from '../../src/store/processing.ts';
import { databases, ENGINES } from './engines.ts';
import { MINUTE, NOON } from './samples.ts';

const seen = (status: LinkStatus, ...linkIds: string[]) => linkIds.map((linkId) => ({ linkId, status }));

describe.each(ENGINES)('links that are PROCESSING on %s', (engine) => {
  const fresh = databases(engine);

  test('the first sighting counts until the claim is known, and both are new after another status', async () => {
    const [one, other] = await (await fresh()).openTwo();
    await one.processing.seen(seen('PROCESSING', 'l1', 'l2'), NOON);
    await other.processing.seen([...seen('PROCESSING', 'l1'), ...seen('ISSUED', 'l3')], NOON + MINUTE);
    expect(await one.processing.find(['l1', 'l2', 'l3', 'l1'])).toEqual(
      new Map([
        ['l1', { since: NOON, from: 'seen' }],
        ['l2', { since: NOON, from: 'seen' }],
      ]),
    );
    await other.processing.claimedAt('l1', NOON - 3 * MINUTE);
    await one.processing.claimedAt('l1', NOON - 2 * MINUTE);
    await one.processing.claimedAt('l4', NOON);
    await one.processing.seen(seen('PROCESSING', 'l1'), NOON + 2 * MINUTE);
    expect(await other.processing.find(['l1', 'l4'])).toEqual(
      new Map([
        ['l1', { since: NOON - 2 * MINUTE, from: 'claim' }],
        ['l4', { since: NOON, from: 'claim' }],
      ]),
    );
    await other.processing.seen(seen('ISSUED', 'l1'), NOON + 3 * MINUTE);
    expect(await one.processing.find(['l1'])).toEqual(new Map());
    await one.processing.seen(seen('PROCESSING', 'l1'), NOON + 4 * MINUTE);
    expect(await one.processing.find(['l1'])).toEqual(
      new Map([['l1', { since: NOON + 4 * MINUTE, from: 'seen' }]]),
    );
  });

  test('of two sightings in one write the last counts; nothing seen changes nothing', async () => {
    const store = await (await fresh()).open();
    await store.processing.seen([...seen('PROCESSING', 'l1', 'l2'), ...seen('CLAIMED', 'l2')], NOON);
    await store.processing.seen([], NOON);
    expect(await store.processing.known(10)).toEqual(['l1']);
    expect(await store.processing.find([])).toEqual(new Map());
  });

  test('keeps the links seen last, up to a number and back to a time', async () => {
    const store = await (await fresh()).open();
    for (let minute = 0; minute < 6; minute += 1) {
      await store.processing.seen(seen('PROCESSING', `l${minute}`), NOON + minute * MINUTE);
    }
    await store.processing.seen(seen('PROCESSING', 'l0'), NOON + 9 * MINUTE);
    expect(await store.processing.prune(NOON, 6)).toBe(0);
    expect(await store.processing.prune(NOON + 2 * MINUTE, 6)).toBe(1);
    expect(await store.processing.known(10)).toEqual(['l0', 'l5', 'l4', 'l3', 'l2']);
    expect(await store.processing.prune(NOON, 3)).toBe(2);
    expect(await store.processing.known(2)).toEqual(['l0', 'l5']);
    expect([...(await store.processing.find(['l0', 'l3', 'l4', 'l5'])).keys()].sort()).toEqual([
      'l0',
      'l4',
      'l5',
    ]);
  });

  test('more links than one page are known in order, once each', async () => {
    const [one, other] = await (await fresh()).openTwo();
    const many = Array.from({ length: 2 * A_READ + 7 }, (_, index) => `l${String(index).padStart(5, '0')}`);
    await one.processing.seen(seen('PROCESSING', ...many), NOON);
    const newestFirst = many.toReversed();
    expect(await other.processing.known(10_000)).toEqual(newestFirst);
    for (const limit of [0, 1, A_READ, A_READ + 1, many.length])
      expect(await other.processing.known(limit)).toEqual(newestFirst.slice(0, limit));
  });

  test('a link that is seen again while they are read is not passed over', async () => {
    const many = Array.from({ length: A_READ + 5 }, (_, index) => `l${String(index).padStart(5, '0')}`);
    let pages = -1;
    let moved: Promise<void> | undefined;
    const store: OpenStore = await openStore((await fresh()).url, {
      onQuery({ sql }) {
        if (pages < 0 || !sql.includes('>')) return;
        pages += 1;
        // SQLite does this before the next page, which begins behind the link's place until now.
        if (pages === 1) moved = store.processing.seen(seen('PROCESSING', 'l00002'), NOON + MINUTE);
      },
    });
    onTestFinished(() => store.close());
    await store.processing.seen(seen('PROCESSING', ...many), NOON);
    pages = 0;
    const known = await store.processing.known(many.length);
    await moved;
    expect(pages).toBe(2);
    expect(known.toSorted()).toEqual(many);
  });

  test('more links than fit one statement, and replicas that write them in another order', async () => {
    const [one, other] = await (await fresh()).openTwo();
    const many = Array.from({ length: 450 }, (_, index) => `l${index}`);
    await Promise.all([
      one.processing.seen(seen('PROCESSING', ...many), NOON),
      other.processing.seen(seen('PROCESSING', ...many.toReversed()), NOON),
      one.processing.seen(seen('PROCESSING', ...many), NOON),
    ]);
    expect((await one.processing.find(many)).size).toBe(450);
    await other.processing.seen(seen('EXPIRED', ...many.slice(0, 449)), NOON);
    expect(await one.processing.known(500)).toEqual(['l449']);
  });
});
