/** Owns watches in the database on both engines: one look at a time, each change told once, nothing private readable. */

import { describe, expect, test } from 'vitest';
import type { HeldMessage, HeldWatch } from '../../src/payouts/watches/port.ts';
import { NOTHING_KNOWN, type WatchSubject } from '../../src/payouts/watches/watch.ts';
import type { OpenStore } from '../../src/store/database.ts';
import { openStore } from '../../src/store/database.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { databases, ENGINES } from './engines.ts';
import { entry, MINUTE, NOON } from './samples.ts';
import { newWatch, watcher, watchStep } from './samples-watches.ts';

const LEASE = 30_000;
const LIMITS = { each: 50, inAll: 5_000 };
const LINK: WatchSubject = { kind: 'link', linkId: 'link-1' };
const KEY = 'link link-1';
const QUERY = { externalRef: '9876543210', date: '2026-11-20', aeps: false };
const TRANSACTION: WatchSubject = { kind: 'transaction', query: QUERY };
/** What ends every lease, whatever clock judges it. */
const END = [
  `update watches set lease_until = '2001-01-01T00:00:00.000Z' where lease_until is not null`,
  `update watch_messages set lease_until = '2001-01-01T00:00:00.000Z' where lease_until is not null`,
];
const CLAIMED = { ...NOTHING_KNOWN, state: 'CLAIMED' as const, stateSince: NOON, seenAt: NOON };

const start = (store: OpenStore, userId = 'U_A', changes: Partial<ReturnType<typeof newWatch>> = {}) =>
  store.watches.start(newWatch(changes), watcher({ userId }), LIMITS, [
    entry({ action: 'watch.started', actorId: userId }),
  ]);

async function claim(store: OpenStore, now = NOON): Promise<HeldWatch> {
  const watch = await store.watches.claim(KEY, now, LEASE);
  if (!watch) throw new Error('the watch is not to be had');
  return watch;
}

async function claimNews(store: OpenStore): Promise<HeldMessage> {
  const [id = ''] = await store.watches.dueMessages(NOON, 9);
  const message = await store.watches.claimMessage(id, NOON, LEASE);
  if (!message) throw new Error('there is no news');
  return message;
}

describe.each(ENGINES)('watches on %s', (engine) => {
  const fresh = databases(engine);

  test('two people, one watch: looked at once, both told once, both rows audited', async () => {
    const [one, other] = await (await fresh()).openTwo();
    expect(await start(one, 'U_A')).toBe('started');
    expect(await start(other, 'U_B', { id: 'w2' })).toBe('started');
    expect(await start(other, 'U_B')).toBe('already');
    expect(await one.watches.due(NOON, 9)).toEqual([KEY]);
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_none, index) =>
        (index % 2 === 0 ? one : other).watches.claim(KEY, NOON, LEASE),
      ),
    );
    const held = claims.filter((watch) => watch !== undefined);
    expect(held).toHaveLength(1);
    const [watch] = held;
    if (!watch) throw new Error('nobody holds it');
    expect(watch.watchers.map(({ userId }) => userId)).toEqual(['U_A', 'U_B']);
    const settled = await Promise.all(
      [one, other, one].map((store) =>
        store.watches.settle(watch, watchStep({ facts: CLAIMED, news: 'final' })),
      ),
    );
    expect(settled.filter(Boolean)).toHaveLength(1);
    const ids = await other.watches.dueMessages(NOON, 9);
    expect(ids).toHaveLength(2);
    expect(await one.watches.watchedBy('U_A')).toEqual([]);
    expect(await one.watches.due(NOON * 2, 9)).toEqual([]);
    const rows = await one.audit.list({ limit: 9 });
    expect(rows.filter(({ action }) => action === 'watch.ended')).toMatchObject([
      { affectedUserId: 'U_B', linkId: 'link-1', statusAfter: 'CLAIMED' },
      { affectedUserId: 'U_A', linkId: 'link-1', statusAfter: 'CLAIMED' },
    ]);
  });

  test('who stops watching is not told what was not posted yet; what may be in Slack is followed up', async () => {
    const [one, other] = await (await fresh()).openTwo();
    for (const userId of ['U_A', 'U_B']) await start(one, userId);
    await one.watches.settle(await claim(one), watchStep({ news: 'returned' }));
    const held = await claimNews(one);
    expect(held.userId).toBe('U_A');
    expect(await other.watches.stop(LINK, 'U_A', [])).toBe(true);
    expect(await one.watches.posting(held, NOON, LEASE)).toBe(false);
    const posted = await claimNews(one);
    expect(posted.userId).toBe('U_B');
    expect(await one.watches.posting(posted, NOON, LEASE)).toBe(true);
    expect(await other.watches.stop(LINK, 'U_B', [])).toBe(true);
    expect(await one.watches.finish(posted, '1.2', NOON)).toBe('1.2');
    expect(await one.watches.dueMessages(NOON, 9)).toEqual([]);
  });

  test('who lost the lease stores no step, and tells nobody', async () => {
    const database = await fresh();
    const store = await database.open();
    await start(store);
    const first = await claim(store);
    expect(await store.watches.claim(KEY, NOON, LEASE)).toBeUndefined();
    expect(await store.watches.renew(first, NOON, LEASE)).toBe(true);
    await database.raw(...END);
    const second = await claim(store);
    expect(await store.watches.settle(first, watchStep({ facts: CLAIMED, news: 'final' }))).toBe(false);
    expect(await store.watches.renew(first, NOON, LEASE)).toBe(false);
    expect(await store.watches.dueMessages(NOON, 9)).toEqual([]);
    expect(await store.watches.settle(second, watchStep({ dueAt: NOON + MINUTE }))).toBe(true);
    expect(await store.watches.due(NOON, 9)).toEqual([]);
    expect(await store.watches.due(NOON + MINUTE, 9)).toEqual([KEY]);
  });

  test('due are the earliest first, so many, and none that is held or ahead', async () => {
    const store = await (await fresh()).open();
    for (const [digit, dueAt] of [
      [3, NOON],
      [1, NOON],
      [2, NOON - 1],
    ] as const)
      await start(store, 'U_A', {
        id: `w${digit}`,
        subject: { kind: 'link', linkId: `link-${digit}` },
        dueAt,
      });
    expect(await store.watches.due(NOON, 9)).toEqual(['link link-2', KEY, 'link link-3']);
    expect(await store.watches.due(NOON, 2)).toEqual(['link link-2', KEY]);
    expect(await store.watches.due(NOON - 1, 9)).toEqual(['link link-2']);
    expect(await store.watches.claim(KEY, NOON - 1, LEASE)).toBeUndefined();
    await claim(store);
    expect(await store.watches.due(NOON, 9)).toEqual(['link link-2', 'link link-3']);
  });

  test('a lease that is renewed is held, also when it was over and nobody had taken it', async () => {
    const database = await fresh();
    const store = await database.open();
    await start(store);
    const watch = await claim(store);
    await database.raw(...END);
    expect(await store.watches.renew(watch, NOON, LEASE)).toBe(true);
    expect(await store.watches.claim(KEY, NOON, LEASE)).toBeUndefined();
  });

  test('since when InstantPay fails is kept until it answers; one look is settled once', async () => {
    const store = await (await fresh()).open();
    await start(store);
    for (const failing of [{ since: NOON, told: false }, { since: NOON, told: true }, undefined]) {
      const watch = await claim(store);
      expect(await store.watches.settle(watch, watchStep({ failing, dueAt: NOON }))).toBe(true);
      expect(await store.watches.settle(watch, watchStep({ dueAt: NOON * 2 }))).toBe(false);
      const held = await store.watches.claim(KEY, NOON, LEASE);
      expect(held?.failing).toEqual(failing);
      if (held) await store.watches.settle(held, watchStep({ failing, dueAt: NOON }));
    }
  });

  test('whose time is over ends, on this subject alone; the others go on', async () => {
    const store = await (await fresh()).open();
    const other = { id: 'w2', subject: { kind: 'link', linkId: 'link-2' } } as const;
    for (const watch of [{}, other])
      await store.watches.start(newWatch(watch), watcher({ userId: 'U_A', until: NOON }), LIMITS, []);
    await start(store, 'U_B');
    await store.watches.settle(await claim(store), watchStep());
    expect(await store.watches.isWatching(LINK, 'U_A')).toBe(false);
    expect(await store.watches.isWatching(other.subject, 'U_A')).toBe(true);
    expect(await store.watches.isWatching(LINK, 'U_B')).toBe(true);
    const rows = await store.audit.list({ limit: 9 });
    expect(rows.filter(({ action }) => action === 'watch.ended')).toHaveLength(1);
  });

  test('a watch that began anew is not settled by a look at the one before', async () => {
    const store = await (await fresh()).open();
    await start(store);
    const old = await claim(store);
    expect(await store.watches.stop(LINK, 'U_A', [entry({ action: 'watch.stopped' })])).toBe(true);
    expect(await store.watches.stop(LINK, 'U_A', [])).toBe(false);
    await start(store, 'U_A', { id: 'w2' });
    await claim(store);
    expect(await store.watches.settle(old, watchStep({ news: 'final' }))).toBe(false);
    expect(await store.watches.isWatching(LINK, 'U_A')).toBe(true);
    expect(await store.watches.isWatching(LINK, 'U_B')).toBe(false);
  });

  test('joined while a look is under way: told of what it found, too', async () => {
    const store = await (await fresh()).open();
    await start(store);
    const watch = await claim(store);
    await start(store, 'U_B');
    await store.watches.settle(watch, watchStep({ facts: CLAIMED, news: 'final' }));
    expect(await store.watches.dueMessages(NOON, 9)).toHaveLength(2);
  });

  test('one stops while another starts, many times: nobody joins a watch that is gone', async () => {
    const [one, other] = await (await fresh()).openTwo();
    const people = ['U_A', 'U_B', 'U_C', 'U_D'];
    await start(one, 'U_A');
    for (let round = 0; round < 30; round += 1) {
      const leaves = people[round % 4] ?? '';
      const joins = people[(round + 1) % 4] ?? '';
      const [stopped, started] = await Promise.all([
        one.watches.stop(LINK, leaves, [entry({ action: 'watch.stopped' })]),
        start(other, joins, { id: `w${round}` }),
      ]);
      expect([stopped, started]).toEqual([true, 'started']);
      expect(await one.watches.isWatching(LINK, joins)).toBe(true);
      expect(await one.watches.due(NOON, 9)).toEqual([KEY]);
    }
  });

  test('limits hold when everybody starts at once', async () => {
    const [one, other] = await (await fresh()).openTwo();
    const starts = await Promise.all(
      Array.from({ length: 8 }, (_none, index) =>
        (index % 2 === 0 ? one : other).watches.start(
          newWatch({ id: `w${index}`, subject: { kind: 'link', linkId: `l${index}` } }),
          watcher({ userId: index < 6 ? 'U_A' : 'U_B' }),
          { each: 3, inAll: 4 },
          [entry({ action: 'watch.started' })],
        ),
      ),
    );
    expect((await one.watches.watchedBy('U_A')).length).toBeLessThanOrEqual(3);
    expect(starts.filter((outcome) => outcome === 'started')).toHaveLength(4);
    const rows = await one.audit.list({ limit: 20 });
    expect(rows.filter(({ action }) => action === 'watch.started')).toHaveLength(4);
    expect(await one.watches.due(NOON, 20)).toHaveLength(4);
  });

  test('thousands watch one link: all are told, and every end is audited', async () => {
    const database = await fresh();
    const store = await database.open();
    await start(store);
    const others = Array.from(
      { length: 3_000 },
      (_none, index) => `('${KEY}', 'U${index}', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z', 0)`,
    );
    await database.raw(`insert into watchers (key, user_id, since, until, once) values ${others.join(', ')}`);
    await store.watches.settle(await claim(store), watchStep({ facts: CLAIMED, news: 'final' }));
    expect(await store.watches.dueMessages(NOON, 9_999)).toHaveLength(3_001);
    expect(await store.watches.due(NOON * 2, 9)).toEqual([]);
    const rows = await store.audit.list({ limit: 9_999 });
    expect(rows.filter(({ action }) => action === 'watch.ended')).toHaveLength(3_001);
    expect((await store.audit.verify()).intact).toBe(true);
  });

  test('a message is told by its holder, once; a second post learns which one stands', async () => {
    const database = await fresh();
    const store = await database.open();
    await start(store);
    await store.watches.settle(await claim(store), watchStep({ facts: CLAIMED, news: 'final' }));
    const first = await claimNews(store);
    expect(first).toMatchObject({ userId: 'U_A', subject: LINK, news: 'final', facts: CLAIMED, attempts: 1 });
    expect(await store.watches.posting(first, NOON, LEASE)).toBe(true);
    await database.raw(...END);
    const second = await claimNews(store);
    expect(second.maybePostedAt).toBe(NOON);
    expect(await store.watches.posting(first, NOON, LEASE)).toBe(false);
    expect(await store.watches.tellLater(first, NOON, false)).toBe(false);
    expect(await store.watches.finish(first, '1.1', NOON)).toBe('1.1');
    expect(await store.watches.finish(second, '1.2', NOON)).toBe('1.1');
    expect(await store.watches.posting(second, NOON, LEASE)).toBe(false);
    expect(await store.watches.dueMessages(NOON * 2, 9)).toEqual([]);
    await store.watches.prune(NOON + 1);
    expect(await database.raw('select id from watch_messages')).toEqual([]);
  });

  test('told later: due at its time, and whether it may stand already is kept', async () => {
    const store = await (await fresh()).open();
    await start(store);
    await store.watches.settle(await claim(store), watchStep({ news: 'failing' }));
    const message = await claimNews(store);
    await store.watches.posting(message, NOON, LEASE);
    expect(await store.watches.tellLater(message, NOON + MINUTE, true)).toBe(true);
    expect(await store.watches.dueMessages(NOON, 9)).toEqual([]);
    const again = await store.watches.claimMessage(message.id, NOON + MINUTE, LEASE);
    expect(again).toMatchObject({ attempts: 2, maybePostedAt: NOON });
    if (again) await store.watches.tellLater(again, NOON + MINUTE, false);
    const third = await store.watches.claimMessage(message.id, NOON + MINUTE, LEASE);
    expect(third).toMatchObject({ attempts: 3, maybePostedAt: undefined });
  });

  test('the reference of a transaction is readable nowhere; with another secret it is gone', async () => {
    const database = await fresh();
    const store = await database.open();
    await start(store, 'U_A', { subject: TRANSACTION });
    const [key = ''] = await store.watches.due(NOON, 9);
    const watch = await store.watches.claim(key, NOON, LEASE);
    if (!watch) throw new Error('the watch is not to be had');
    expect(watch.subject).toEqual(TRANSACTION);
    await store.watches.settle(watch, watchStep({ news: 'failing' }));
    const rows = await database.raw(
      'select * from watches',
      'select * from watchers',
      'select * from watch_messages',
    );
    expect(rows.length).toBeGreaterThan(2);
    expect(JSON.stringify(rows)).not.toContain('9876543210');
    await store.close();
    const other = await openStore(database.url, { seal: createSeal('another secret') });
    try {
      expect((await other.watches.watchedBy('U_A')).map(({ subject }) => subject)).toEqual([undefined]);
      const again = await other.watches.claim(key, NOON + 60 * MINUTE, LEASE);
      expect(again?.subject).toBeUndefined();
      if (again) await other.watches.settle(again, watchStep({ news: 'unreadable' }));
      expect(await other.watches.watchedBy('U_A')).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test('watched again: for longer, and not for one answer alone any longer', async () => {
    const store = await (await fresh()).open();
    const until = NOON + 5 * MINUTE;
    const once = watcher({ userId: 'U_A', until, once: true });
    await store.watches.start(newWatch({ dueAt: NOON + MINUTE }), once, LIMITS, []);
    expect(await store.watches.watchedBy('U_A')).toMatchObject([{ once: true, until }]);
    await store.watches.start(newWatch({ dueAt: NOON + 9 * MINUTE }), watcher({ userId: 'U_A' }), LIMITS, []);
    expect(await store.watches.watchedBy('U_A')).toMatchObject([{ once: false, until: NOON + 60 * MINUTE }]);
    expect(await store.watches.due(NOON + MINUTE, 9)).toEqual([KEY]);
    await store.watches.hurry(LINK, NOON);
    expect(await store.watches.due(NOON, 9)).toEqual([KEY]);
  });
});
