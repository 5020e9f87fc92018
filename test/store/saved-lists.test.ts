/** Owns saved lists in the database: one a slot, replaced only as it was read, and only its owner’s. */

import { describe, expect, test } from 'vitest';
import { databases, ENGINES } from './engines.ts';
import { MINUTE, NOON } from './samples.ts';

const row = (slot: number, sealed = `sealed ${slot}`, at = NOON) => ({ slot, sealed, at });

describe.each(ENGINES)('saved lists on %s', (engine) => {
  const fresh = databases(engine);

  test('are a person’s own, by slot, across a restart', async () => {
    const database = await fresh();
    const store = await database.open();
    expect(await store.savedLists.put('U_A', row(2), undefined)).toBe(true);
    expect(await store.savedLists.put('U_A', row(1), undefined)).toBe(true);
    expect(await store.savedLists.put('U_B', row(1, 'of B'), undefined)).toBe(true);
    await store.close();
    const again = await database.open();
    expect(await again.savedLists.of('U_A')).toEqual([row(1), row(2)]);
    expect(await again.savedLists.of('U_B')).toEqual([row(1, 'of B')]);
    expect(await again.savedLists.of('U_C')).toEqual([]);
  });

  test('a slot is taken once of fifty at once, and replaced only by who read what it holds', async () => {
    const stores = await (await fresh()).openTwo();
    const taken = await Promise.all(
      Array.from({ length: 50 }, (_none, index) =>
        stores[index % 2 === 0 ? 0 : 1].savedLists.put('U_A', row(1, `s${index}`), undefined),
      ),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
    const [kept] = await stores[0].savedLists.of('U_A');
    expect(kept?.sealed).toBe(`s${taken.indexOf(true)}`);
    expect(await stores[1].savedLists.put('U_A', row(1, 'new', NOON + MINUTE), 'stale')).toBe(false);
    expect(await stores[1].savedLists.put('U_A', row(1, 'new', NOON + MINUTE), kept?.sealed)).toBe(true);
    expect(await stores[0].savedLists.of('U_A')).toEqual([row(1, 'new', NOON + MINUTE)]);
  });

  test('the list that was shown last takes the place of the one before', async () => {
    const store = await (await fresh()).open();
    await store.savedLists.keep('U_A', row(0, 'first'));
    await store.savedLists.keep('U_A', row(0, 'second', NOON + MINUTE));
    expect(await store.savedLists.of('U_A')).toEqual([row(0, 'second', NOON + MINUTE)]);
  });

  test('only exactly the one that was shown is deleted', async () => {
    const store = await (await fresh()).open();
    await store.savedLists.put('U_A', row(1), undefined);
    expect(await store.savedLists.remove('U_A', 1, NOON + 1)).toBe(false);
    expect(await store.savedLists.remove('U_A', 2, NOON)).toBe(false);
    expect(await store.savedLists.remove('U_B', 1, NOON)).toBe(false);
    expect(await store.savedLists.of('U_A')).toHaveLength(1);
    expect(await store.savedLists.remove('U_A', 1, NOON)).toBe(true);
    expect(await store.savedLists.remove('U_A', 1, NOON)).toBe(false);
    expect(await store.savedLists.of('U_A')).toEqual([]);
  });
});
