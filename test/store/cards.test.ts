import { describe, expect, test } from 'vitest';
import { databases, ENGINES } from './engines.ts';
import { approval, card, entry, next, NOON } from './samples.ts';

describe.each(ENGINES)('card copies on %s', (engine) => {
  const fresh = databases(engine);

  async function withApprovals(...ids: string[]) {
    const database = await fresh();
    const store = await database.open();
    for (const id of ids) await store.approvals.open(approval({ id, linkId: `link-${id}` }), entry());
    return { database, store };
  }

  test('a copy is kept across a restart and replaced by its next state', async () => {
    const { database, store } = await withApprovals('a1', 'a2');
    const failed = card({ ts: '171.1', shownVersion: 1, attempts: 2, problem: 'ratelimited' });
    await store.cards.put(card({ ts: '171.1', shownVersion: 1 }));
    await store.cards.put(failed);
    await store.cards.put(card({ approvalId: 'a2', ts: '171.1' }));
    await store.close();
    const again = await database.open();
    expect(await again.cards.of('a1')).toStrictEqual([failed]);
    expect(await again.cards.of('nobody')).toEqual([]);
  });

  test('once posted, the waiting copy is gone; later edits leave another waiting copy alone', async () => {
    const { store } = await withApprovals('a1');
    await store.cards.put(card({ attempts: 1, problem: 'fatal_error' }));
    await store.cards.put(card({ purpose: 'outcome' }));
    await store.cards.put(card({ channelId: 'C_OTHER' }));
    await store.cards.put(card({ ts: '171.1', shownVersion: 1 }));
    const places = async () =>
      (await store.cards.of('a1')).map((one) => [one.purpose, one.channelId, one.ts, one.shownVersion]);
    const others = [
      ['outcome', 'C_APPROVALS', undefined, 0],
      ['request', 'C_OTHER', undefined, 0],
    ];
    expect(await places()).toEqual(
      expect.arrayContaining([['request', 'C_APPROVALS', '171.1', 1], ...others]),
    );
    expect(await places()).toHaveLength(3);

    await store.cards.put(card());
    await store.cards.put(card({ ts: '171.1', shownVersion: 2 }));
    expect(await places()).toEqual(
      expect.arrayContaining([
        ['request', 'C_APPROVALS', '171.1', 2],
        ['request', 'C_APPROVALS', undefined, 0],
        ...others,
      ]),
    );
    expect(await places()).toHaveLength(4);
  });

  test('the same copy put by many at once is one copy', async () => {
    const database = await fresh();
    const stores = await database.openTwo();
    await stores[0].approvals.open(approval(), entry());
    const puts = [undefined, '171.1'].flatMap((ts) =>
      Array.from({ length: 20 }, (_, index) => stores[index % 2 === 0 ? 0 : 1].cards.put(card({ ts }))),
    );
    await Promise.all(puts);
    expect((await stores[1].cards.of('a1')).filter((one) => one.ts === '171.1')).toHaveLength(1);
  });

  test('what is behind its approval and due is found, most overdue first, each approval once', async () => {
    const { store } = await withApprovals('a1', 'a2', 'a3');
    await store.cards.put(card({ approvalId: 'a1', ts: '1', shownVersion: 1 }));
    await store.cards.put(card({ approvalId: 'a2', nextAttemptAt: NOON + 5 }));
    await store.cards.put(card({ approvalId: 'a3', nextAttemptAt: NOON + 4 }));
    await store.cards.put(card({ approvalId: 'a3', purpose: 'outcome', nextAttemptAt: NOON + 3 }));
    expect(await store.cards.behind(NOON + 2, 9)).toEqual([]);
    expect(await store.cards.behind(NOON + 3, 9)).toEqual(['a3']);
    expect(await store.cards.behind(NOON + 9, 9)).toEqual(['a3', 'a2']);
    expect(await store.cards.behind(NOON + 9, 1)).toEqual(['a3']);

    const before = approval({ id: 'a1', linkId: 'link-a1' });
    await store.approvals.save(before, next(before, { status: 'rejected' }), []);
    expect(await store.cards.behind(NOON + 9, 9)).toEqual(['a1', 'a3', 'a2']);
    await store.cards.put(card({ approvalId: 'a1', ts: '1', shownVersion: 2 }));
    expect(await store.cards.behind(NOON + 9, 9)).toEqual(['a3', 'a2']);
  });

  test('a copy of a request that does not exist is refused: nobody would ever find it behind', async () => {
    const { store } = await withApprovals('a1');
    await expect(store.cards.put(card({ approvalId: 'a2' }))).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
