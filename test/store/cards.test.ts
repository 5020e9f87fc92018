/** Owns the outbox of cards on both engines: leases, fencing tokens, backoff and strays. */

import { describe, expect, test } from 'vitest';
import type { CardCopy, HeldCopy } from '../../src/payouts/cancel/ports.ts';
import type { OpenStore } from '../../src/store/database.ts';
import { databases, ENGINES } from './engines.ts';
import { request, card, entry, MINUTE, next, NOON } from './samples.ts';

const LEASE = 10 * MINUTE;
/** What ends every lease, whatever clock judges it. */
const END = `update cards set lease_until = '2001-01-01T00:00:00.000Z' where lease_until is not null`;

const first = ([copy]: HeldCopy[]): HeldCopy => {
  if (!copy) throw new Error('no copy was claimed');
  return copy;
};
const shown = (copy: CardCopy, version = 1): CardCopy => ({
  ...copy,
  ts: '171.1',
  shownVersion: version,
  attempts: 0,
});

describe.each(ENGINES)('card copies on %s', (engine) => {
  const fresh = databases(engine);

  async function withCopies(...copies: CardCopy[]) {
    const database = await fresh();
    const stores = await database.openTwo();
    await openWith(stores[0], ...copies);
    return { database, stores, store: stores[0] };
  }

  async function openWith(store: OpenStore, ...copies: CardCopy[]): Promise<void> {
    for (const id of new Set(copies.map((copy) => copy.cancelRequestId))) {
      const own = copies.filter((copy) => copy.cancelRequestId === id);
      await store.requests.open([request({ id, linkId: `link-${id}` })], [entry()], own);
    }
  }

  const claim = (store: OpenStore, now = NOON) => store.cards.claim('a1', now, LEASE);

  test('the copies of a request are there as soon as the request is, or not at all', async () => {
    const copies = [card(), card({ id: 'c2', purpose: 'outcome' })];
    const { store } = await withCopies(...copies);
    expect(await store.cards.of('a1')).toStrictEqual(copies);
    const late = [card({ id: 'c3', cancelRequestId: 'a2' })];
    expect(
      await store.requests.open([request({ id: 'a2', linkId: 'link-a1' })], [entry()], late),
    ).toMatchObject({
      opened: false,
    });
    expect(await store.cards.of('a2')).toEqual([]);
  });

  test('the messages of a step come with it, once, and only those that follow a request are behind its next version', async () => {
    const { store } = await withCopies(card());
    const nudge = card({ id: 'n1', purpose: 'nudge' });
    const second = next(request(), { nudgedAt: NOON });
    expect(await store.requests.save([{ before: request(), after: second, audit: [] }], [nudge])).toBe(true);
    const late = card({ id: 'n2', purpose: 'nudge' });
    expect(await store.requests.save([{ before: request(), after: second, audit: [] }], [late])).toBe(false);
    expect(await store.cards.of('a1')).toStrictEqual([card(), nudge]);
    for (const held of await claim(store)) {
      await store.cards.settle(held, { ...held, ts: '171.1', shownVersion: 2 });
    }
    const moved = { ...nudge, channelId: 'C_ELSEWHERE' };
    expect(
      await store.requests.save([{ before: second, after: next(second, { checks: 1 }), audit: [] }], [moved]),
    ).toBe(true);
    expect((await claim(store)).map(({ id }) => id)).toEqual(['c1']);
    expect((await store.cards.of('a1')).map(({ channelId }) => channelId)).not.toContain('C_ELSEWHERE');
  });

  test('what came of the work is kept across a restart', async () => {
    const { database, store } = await withCopies(card(), card({ id: 'c2', cancelRequestId: 'a2' }));
    const result = {
      channelId: 'D_MAKER',
      ts: '171.1',
      shownVersion: 1,
      attempts: 2,
      nextAttemptAt: NOON + 5,
      problem: 'ratelimited',
    };
    expect(await store.cards.settle(first(await claim(store)), result)).toBe(true);
    await store.close();
    const again = await database.open();
    expect(await again.cards.of('a1')).toStrictEqual([{ ...card(), ...result }]);
    expect(await again.cards.of('a2')).toStrictEqual([card({ id: 'c2', cancelRequestId: 'a2' })]);
  });

  test('a copy that is behind and due is claimed by one of many at once', async () => {
    const { stores } = await withCopies(card(), card({ id: 'c2', purpose: 'outcome' }));
    expect(await claim(stores[0], NOON - 1)).toEqual([]);
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, index) => claim(stores[index % 2 === 0 ? 0 : 1])),
    );
    expect(claims.flat()).toMatchObject([
      { id: 'c1', attempts: 1, token: 1, takenOver: false },
      { id: 'c2', attempts: 1, token: 1, takenOver: false },
    ]);
    expect(await stores[1].cards.behind(NOON, 9)).toEqual([]);
  });

  test('who lost the lease writes nothing, and can no longer renew it', async () => {
    const { database, stores } = await withCopies(card());
    const held = first(await claim(stores[0]));
    await database.raw(END);
    const taken = first(await claim(stores[1]));
    expect(taken).toMatchObject({ token: 2, attempts: 2, takenOver: true });
    expect(await stores[0].cards.renew(held, NOON, LEASE)).toBe(false);
    expect(await stores[0].cards.settle(held, shown(held))).toBe(false);
    expect((await stores[0].cards.of('a1'))[0]).toMatchObject({ ts: undefined, shownVersion: 0 });
    expect(await stores[1].cards.renew(taken, NOON, LEASE)).toBe(true);
    expect(await stores[1].cards.settle(taken, shown(taken))).toBe(true);
    expect(await stores[1].cards.settle(taken, shown(taken))).toBe(false);
    expect(await stores[1].cards.renew(taken, NOON, LEASE)).toBe(false);
  });

  test('a lease that ended by itself is remembered, one that was ended by its holder is not', async () => {
    const { database, store } = await withCopies(card());
    const failed = first(await claim(store));
    expect(await store.cards.settle(failed, failed)).toBe(true);
    expect(first(await claim(store))).toMatchObject({ takenOver: false });
    await database.raw(END);
    const taken = first(await claim(store));
    expect(taken).toMatchObject({ takenOver: true });
    expect(await store.cards.settle(taken, taken)).toBe(true);
    expect(first(await claim(store))).toMatchObject({ takenOver: true });
  });

  test('a post whose answer was lost counts as taken over from then on', async () => {
    const { store } = await withCopies(card());
    const failed = first(await claim(store));
    expect(await store.cards.settle(failed, { ...failed, mayComeLate: true })).toBe(true);
    const again = first(await claim(store));
    expect(again).toMatchObject({ takenOver: true });
    expect(await store.cards.settle(again, { ...again, mayComeLate: false })).toBe(true);
    expect(first(await claim(store))).toMatchObject({ takenOver: true });
  });

  test('a renewed lease goes on', async () => {
    const { database, stores } = await withCopies(card());
    const held = first(await claim(stores[0]));
    await database.raw(END);
    expect(await stores[0].cards.renew(held, NOON, LEASE)).toBe(true);
    expect(await claim(stores[1])).toEqual([]);
    expect(await stores[0].cards.settle(held, shown(held))).toBe(true);
  });

  test('what is behind its approval and due is found, most overdue first, each approval once', async () => {
    const { store } = await withCopies(
      card(),
      card({ id: 'c2', cancelRequestId: 'a2', nextAttemptAt: NOON + 5 }),
      card({ id: 'c3', cancelRequestId: 'a3', nextAttemptAt: NOON + 4 }),
      card({ id: 'c4', cancelRequestId: 'a3', purpose: 'outcome', nextAttemptAt: NOON + 3 }),
    );
    const held = first(await claim(store));
    await store.cards.settle(held, shown(held));
    expect(await store.cards.behind(NOON + 2, 9)).toEqual([]);
    expect(await store.cards.behind(NOON + 3, 9)).toEqual(['a3']);
    expect(await store.cards.behind(NOON + 9, 9)).toEqual(['a3', 'a2']);
    expect(await store.cards.behind(NOON + 9, 1)).toEqual(['a3']);

    const before = request({ id: 'a1', linkId: 'link-a1' });
    await store.requests.save([{ before: before, after: next(before, { status: 'rejected' }), audit: [] }]);
    expect(await store.cards.behind(NOON + 9, 9)).toEqual(['a1', 'a3', 'a2']);
    const again = first(await claim(store));
    await store.cards.settle(again, shown(again, 2));
    expect(await store.cards.behind(NOON + 9, 9)).toEqual(['a3', 'a2']);
  });

  test('a request that moves on while its copy is edited is behind afterwards', async () => {
    const { stores } = await withCopies(card());
    const held = first(await claim(stores[0]));
    const before = request({ id: 'a1', linkId: 'link-a1' });
    await stores[1].requests.save([
      { before: before, after: next(before, { status: 'rejected' }), audit: [] },
    ]);
    expect(await claim(stores[1])).toEqual([]);
    await stores[0].cards.settle(held, shown(held, 1));
    expect(await claim(stores[1])).toMatchObject([{ id: 'c1', ts: '171.1', shownVersion: 1 }]);
  });

  test('decisions and claims at the same moment do not wait for each other for ever', async () => {
    const ids = Array.from({ length: 6 }, (_, index) => `c${index}`);
    const { stores } = await withCopies(...ids.map((id) => card({ id })));
    let now = request({ id: 'a1', linkId: 'link-a1' });
    for (let round = 0; round < 10; round += 1) {
      const after = next(now, {});
      const [saved, ...claims] = await Promise.all([
        stores[0].requests.save([{ before: now, after: after, audit: [] }]),
        ...[0, 1, 0, 1].map((which) => claim(stores[which === 0 ? 0 : 1])),
      ]);
      expect(saved).toBe(true);
      for (const copy of claims.flat()) await stores[1].cards.settle(copy, shown(copy, after.version));
      now = after;
    }
    expect(now.version).toBe(11);
  });

  test('a copy met by a click is shown again; one nobody knew is added to its request alone', async () => {
    const { store } = await withCopies(card(), card({ id: 'c9', cancelRequestId: 'a2' }));
    const held = first(await claim(store));
    await store.cards.settle(held, { ...shown(held), nextAttemptAt: NOON + 50 });
    expect(await claim(store)).toEqual([]);
    await store.cards.showAgain({ ...card({ id: 'other' }), ts: '171.1' }, NOON + 1);
    expect(await claim(store, NOON + 1)).toMatchObject([{ id: 'c1', ts: '171.1', shownVersion: 0 }]);

    await store.cards.showAgain({ ...card({ id: 'x1' }), ts: '171.2' }, NOON);
    expect(await store.cards.of('a1')).toMatchObject([{ id: 'c1' }, { id: 'x1', ts: '171.2' }]);
    expect(await claim(store)).toMatchObject([{ id: 'x1' }]);
    await store.cards.showAgain({ ...card({ id: 'x2', cancelRequestId: 'a2' }), ts: '171.2' }, NOON);
    expect(await store.cards.of('a2')).toMatchObject([{ id: 'c9', ts: undefined }, { id: 'x2' }]);
    await store.cards.showAgain({ ...card({ id: 'x3', channelId: 'C_OTHER' }), ts: '171.2' }, NOON);
    expect((await store.cards.of('a1')).map(({ id }) => id)).toEqual(['c1', 'x1', 'x3']);
  });

  test('a copy of a request that does not exist is refused: nobody would ever find it behind', async () => {
    const { store } = await withCopies(card());
    await expect(
      store.cards.showAgain({ ...card({ id: 'x', cancelRequestId: 'a9' }), ts: '1' }, NOON),
    ).rejects.toThrow();
    expect(await store.cards.of('a9')).toEqual([]);
  });
});

describe('whose clock judges the lease of a copy', () => {
  const sqlite = databases('sqlite');
  const postgres = databases('postgres');

  test('SQLite: that of the one process, to the millisecond', async () => {
    const store = await (await sqlite()).open();
    await store.requests.open([request()], [entry()], [card()]);
    const held = first(await store.cards.claim('a1', NOON, 10));
    expect(await store.cards.claim('a1', NOON + 9, 10)).toEqual([]);
    expect(await store.cards.behind(NOON + 9, 9)).toEqual([]);
    await store.cards.renew(held, NOON + 5, 10);
    expect(await store.cards.claim('a1', NOON + 14, 10)).toEqual([]);
    expect(await store.cards.behind(NOON + 15, 9)).toEqual(['a1']);
    expect(await store.cards.claim('a1', NOON + 15, 10)).toHaveLength(1);
  });

  test('PostgreSQL: the server’s, so a replica that is minutes ahead takes nothing away', async () => {
    const database = await postgres();
    const [one, ahead] = await database.openTwo();
    await one.requests.open([request()], [entry()], [card()]);
    const held = first(await one.cards.claim('a1', NOON, LEASE));
    expect(await ahead.cards.claim('a1', NOON + 1_000 * LEASE, LEASE)).toEqual([]);
    expect(await ahead.cards.behind(NOON + 1_000 * LEASE, 9)).toEqual([]);
    await database.raw(END);
    expect(await one.cards.renew(held, NOON - 1_000 * LEASE, LEASE)).toBe(true);
    expect(await ahead.cards.claim('a1', NOON + 1_000 * LEASE, LEASE)).toEqual([]);
  });
});
