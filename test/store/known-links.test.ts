/** Owns the local index of links on both engines: found by its keys, bounded, and nothing readable in it. */

import { describe, expect, test } from 'vitest';
import { databases, ENGINES } from './engines.ts';
import { NOON } from './samples.ts';

const seen = (linkId: string, ...keys: string[]) => ({ linkId, keys });
const any = (...keys: string[]) => ({ keys, match: 'any' as const });
const all = (...keys: string[]) => ({ keys, match: 'all' as const });

describe.each(ENGINES)('the link index on %s', (engine) => {
  const fresh = databases(engine);

  test('finds links by any key or by all keys, the latest seen first', async () => {
    const store = await (await fresh()).open();
    await store.linkIndex.remember([seen('l1', 'asha', 'rao'), seen('l2', 'asha')], NOON);
    await store.linkIndex.remember([seen('l3', 'rao', 'asha', 'rao')], NOON + 1);
    expect(await store.linkIndex.find(any('asha'), 10)).toEqual(['l3', 'l1', 'l2']);
    expect(await store.linkIndex.find(any('asha'), 2)).toEqual(['l3', 'l1']);
    expect(await store.linkIndex.find(all('rao', 'asha'), 10)).toEqual(['l3', 'l1']);
    expect(await store.linkIndex.find(all('asha', 'asha'), 10)).toEqual(['l3', 'l1', 'l2']);
    expect(await store.linkIndex.find(any('rao', 'nobody'), 10)).toEqual(['l3', 'l1']);
    expect(await store.linkIndex.find(all('rao', 'nobody'), 10)).toEqual([]);
    expect(await store.linkIndex.find(any(), 10)).toEqual([]);
  });

  test('a link that is seen again keeps its keys, gains new ones and counts as seen now', async () => {
    const database = await fresh();
    const [one, other] = await database.openTwo();
    await one.linkIndex.remember([seen('l1', 'a'), seen('l2', 'a')], NOON);
    await other.linkIndex.remember([seen('l2', 'b'), seen('l1'), seen('l2', 'a', 'c')], NOON + 1);
    await other.linkIndex.remember([], NOON + 2);
    await other.linkIndex.remember([seen('l1', 'c')], NOON + 3);
    expect(await one.linkIndex.find(any('a', 'b', 'c'), 10)).toEqual(['l1', 'l2']);
    expect(await one.linkIndex.find(all('a', 'c'), 10)).toEqual(['l1', 'l2']);
    // Of two sightings in one batch the last counts.
    expect(await one.linkIndex.find(any('b'), 10)).toEqual([]);
  });

  test('replicas that write the same links at once all succeed', async () => {
    const stores = await (await fresh()).openTwo();
    const links = Array.from({ length: 20 }, (_, index) => seen(`l${index}`, 'k', `k${index}`));
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        stores[index % 2 === 0 ? 0 : 1].linkIndex.remember(
          index % 4 < 2 ? links : links.toReversed(),
          NOON + index,
        ),
      ),
    );
    expect(await stores[0].linkIndex.find(any('k'), 100)).toHaveLength(20);
  });

  test('keeps the links seen last, and forgets the keys of the others', async () => {
    const database = await fresh();
    const store = await database.open();
    for (let minute = 0; minute < 5; minute += 1) {
      await store.linkIndex.remember([seen(`l${minute}`, 'k', `k${minute}`)], NOON + minute);
    }
    await store.linkIndex.remember([seen('l0', 'k')], NOON + 9);
    expect(await store.linkIndex.prune(5)).toBe(0);
    expect(await store.linkIndex.prune(2)).toBe(3);
    expect(await store.linkIndex.find(any('k'), 10)).toEqual(['l0', 'l4']);
    expect(await database.raw('select key from link_keys order by key')).toEqual(
      ['k', 'k', 'k0', 'k4'].map((key) => ({ key })),
    );
  });
});
