/** Owns delegations in the database: one a person, which ends by itself, with its audit rows or not at all. */

import { describe, expect, test } from 'vitest';
import type { Delegation } from '../../src/payouts/delegation-port.ts';
import { databases, ENGINES } from './engines.ts';
import { card, entry, MINUTE, next, NOON, request } from './samples.ts';

const lent = (changes: Partial<Delegation> = {}): Delegation => ({
  userId: 'U_A',
  deputyId: 'U_D',
  since: NOON,
  until: NOON + 10 * MINUTE,
  ...changes,
});
const LENT = entry({ action: 'delegation.lent' });
const ENDED = entry({ action: 'delegation.ended' });

describe.each(ENGINES)('delegations on %s', (engine) => {
  const fresh = databases(engine);

  test('are active until their end and not at it, by person, across a restart', async () => {
    const database = await fresh();
    const store = await database.open();
    await store.delegations.lend(lent({ userId: 'U_B', until: NOON + MINUTE }), [LENT]);
    await store.delegations.lend(lent(), [LENT]);
    await store.close();
    const again = await database.open();
    expect(await again.delegations.active(NOON)).toEqual([
      lent(),
      lent({ userId: 'U_B', until: NOON + MINUTE }),
    ]);
    expect(await again.delegations.active(NOON + MINUTE - 1)).toHaveLength(2);
    expect(await again.delegations.active(NOON + MINUTE)).toEqual([lent()]);
    expect(await again.delegations.active(NOON + 10 * MINUTE)).toEqual([]);
  });

  test('a new one replaces the person’s own, of fifty at once one is left, and each has its audit row', async () => {
    const stores = await (await fresh()).openTwo();
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        stores[index % 2 === 0 ? 0 : 1].delegations.lend(lent({ deputyId: `U_D${index}` }), [LENT]),
      ),
    );
    expect(await stores[0].delegations.active(NOON)).toHaveLength(1);
    expect(await stores[0].audit.list({ limit: 100 })).toHaveLength(50);
    await stores[1].delegations.lend(lent({ deputyId: 'U_NEW' }), [ENDED, LENT]);
    expect(await stores[0].delegations.active(NOON)).toEqual([lent({ deputyId: 'U_NEW' })]);
  });

  test('a change that is made by a lent right is stored while the right is lent, or not at all', async () => {
    const [one, other] = await (await fresh()).openTwo();
    const before = request();
    await one.requests.open([before], [entry()], []);
    const after = next(before, { status: 'approved' });
    const change = [{ before, after, audit: [entry({ action: 'cancel.approved' })] }];
    const save = (delegation: Delegation, now: number) =>
      other.requests.save(change, [card({ id: 'fresh' })], { delegations: [delegation], now });
    expect(await save(lent(), NOON)).toBe(false);
    await one.delegations.lend(lent(), [LENT]);
    expect(await save(lent({ deputyId: 'U_OTHER' }), NOON)).toBe(false);
    expect(await save(lent(), NOON + 10 * MINUTE)).toBe(false);
    expect(await other.requests.find(before.id)).toMatchObject({
      status: 'pending',
      version: before.version,
    });
    expect(await other.cards.of(before.batchId)).toEqual([]);
    expect(await save(lent(), NOON + 10 * MINUTE - 1)).toBe(true);
    expect(await one.requests.find(before.id)).toMatchObject({ status: 'approved' });
    expect((await one.audit.list({ limit: 10 })).map(({ action }) => action)).toEqual([
      'cancel.approved',
      'delegation.lent',
      'cancel.requested',
    ]);
  });

  test('ends once, and only as the one that was meant', async () => {
    const [one, other] = await (await fresh()).openTwo();
    await one.delegations.lend(lent(), [LENT]);
    expect(await other.delegations.end(lent({ deputyId: 'U_OTHER' }), [ENDED])).toBe(false);
    expect(await other.delegations.end(lent({ since: NOON + 1 }), [ENDED])).toBe(false);
    const ends = await Promise.all([
      one.delegations.end(lent(), [ENDED]),
      other.delegations.end(lent(), [ENDED]),
    ]);
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await one.delegations.active(NOON)).toEqual([]);
    const rows = await one.audit.list({ limit: 10 });
    expect(rows.map(({ action }) => action)).toEqual(['delegation.ended', 'delegation.lent']);
  });
});
