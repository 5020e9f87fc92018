import { describe, expect, test } from 'vitest';
import { databases, ENGINES } from './engines.ts';
import { approval, card, entry, next, NOON } from './samples.ts';

describe.each(ENGINES)('card copies on %s', (engine) => {
  const fresh = databases(engine);

  async function withApprovals(...ids: string[]) {
    const database = await fresh();
    const store = await database.open();
    for (const id of ids) await store.approvals.open(approval({ id, linkId: `link-${id}` }), entry(), []);
    return { database, store };
  }

  test('a copy is kept across a restart and replaced by its next state', async () => {
    const { database, store } = await withApprovals('a1', 'a2');
    const failed = card({ ts: '171.1', shownVersion: 1, attempts: 2, problem: 'ratelimited' });
    await store.cards.put(card());
    await store.cards.put(failed);
    await store.cards.put(card({ id: 'c2', approvalId: 'a2', ts: '171.1' }));
    await store.close();
    const again = await database.open();
    expect(await again.cards.of('a1')).toStrictEqual([failed]);
    expect(await again.cards.of('nobody')).toEqual([]);
  });

  test('the copies of a request are there as soon as the request is, or not at all', async () => {
    const { store } = await withApprovals();
    const copies = [card(), card({ id: 'c2', purpose: 'outcome' })];
    await store.approvals.open(approval(), entry(), copies);
    expect(await store.cards.of('a1')).toStrictEqual(copies);
    const late = [card({ id: 'c3', approvalId: 'a2' })];
    expect(await store.approvals.open(approval({ id: 'a2' }), entry(), late)).toMatchObject({
      opened: false,
    });
    expect(await store.cards.of('a2')).toEqual([]);
  });

  test('a copy that is behind and due is claimed by one of many at once, and again when the lease is over', async () => {
    const database = await fresh();
    const stores = await database.openTwo();
    await stores[0].approvals.open(approval(), entry(), [card(), card({ id: 'c2', purpose: 'outcome' })]);
    expect(await stores[0].cards.claim('a1', NOON - 1, NOON + 30)).toEqual([]);
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        stores[index % 2 === 0 ? 0 : 1].cards.claim('a1', NOON, NOON + 30),
      ),
    );
    expect(
      claims
        .flat()
        .map((copy) => copy.id)
        .sort(),
    ).toEqual(['c1', 'c2']);
    expect(await stores[0].cards.claim('a1', NOON + 29, NOON + 60)).toEqual([]);
    expect(claims.flat().map((copy) => copy.attempts)).toEqual([1, 1]);
    await stores[0].cards.put(card({ shownVersion: 1 }));
    const again = await stores[1].cards.claim('a1', NOON + 30, NOON + 60);
    expect(again.map((copy) => copy.id)).toEqual(['c2']);
  });

  test('what is behind its approval and due is found, most overdue first, each approval once', async () => {
    const { store } = await withApprovals('a1', 'a2', 'a3');
    await store.cards.put(card({ ts: '1', shownVersion: 1 }));
    await store.cards.put(card({ id: 'c2', approvalId: 'a2', nextAttemptAt: NOON + 5 }));
    await store.cards.put(card({ id: 'c3', approvalId: 'a3', nextAttemptAt: NOON + 4 }));
    await store.cards.put(card({ id: 'c4', approvalId: 'a3', purpose: 'outcome', nextAttemptAt: NOON + 3 }));
    expect(await store.cards.behind(NOON + 2, 9)).toEqual([]);
    expect(await store.cards.behind(NOON + 3, 9)).toEqual(['a3']);
    expect(await store.cards.behind(NOON + 9, 9)).toEqual(['a3', 'a2']);
    expect(await store.cards.behind(NOON + 9, 1)).toEqual(['a3']);

    const before = approval({ id: 'a1', linkId: 'link-a1' });
    await store.approvals.save(before, next(before, { status: 'rejected' }), []);
    expect(await store.cards.behind(NOON + 9, 9)).toEqual(['a1', 'a3', 'a2']);
    await store.cards.put(card({ ts: '1', shownVersion: 2 }));
    expect(await store.cards.behind(NOON + 9, 9)).toEqual(['a3', 'a2']);
  });

  test('a copy of a request that does not exist is refused: nobody would ever find it behind', async () => {
    const { store } = await withApprovals('a1');
    await expect(store.cards.put(card({ approvalId: 'a2' }))).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
