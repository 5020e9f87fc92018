/** Owns the schedules of digests in the database: compare-and-swap, with audit rows or not at all; a pause ends what is open. */

import { describe, expect, test } from 'vitest';
import type { OutboxMessage } from '../../src/payouts/digest/port.ts';
import type { OpenStore } from '../../src/store/database.ts';
import { toInstant } from '../../src/store/instant.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { databases, ENGINES } from './engines.ts';
import { entry, NOON } from './samples.ts';

const LONG = 60_000;
const SCHEDULE = subscription({ markAt: NOON - 1 });
const CREATED = entry({ action: 'subscription.created' });
const CHANGED = entry({ action: 'subscription.changed' });
const digest = (kind: OutboxMessage['kind'], more: Partial<OutboxMessage> = {}): OutboxMessage => ({
  scheduleId: 's1',
  dueAt: NOON,
  kind,
  channelId: 'C_DIGESTS',
  content: { text: kind, blocks: [] },
  expiresAt: NOON + LONG,
  ...more,
});
const idOf = (kind: string): string => `s1 ${toInstant(NOON)} ${kind}`;

/** A schedule whose run at noon is due, known by the mark that it has then. */
async function withRun(store: OpenStore) {
  await store.subscriptions.create(SCHEDULE, []);
  await store.digests.account(SCHEDULE, NOON, { run: NOON, skipped: [], messages: [] });
  return { ...SCHEDULE, markAt: NOON };
}

/** The same, read and waiting to be posted. */
async function withMessage(store: OpenStore) {
  const known = await withRun(store);
  const claim = await store.digests.claimRead({ scheduleId: 's1', dueAt: NOON }, NOON, LONG);
  if (!claim) throw new Error('the run was not to be had');
  await store.digests.finishRead(claim, NOON, digest('digest'));
  return known;
}

describe.each(ENGINES)('schedules on %s', (engine) => {
  const fresh = databases(engine);

  test('are kept as they were given, by creation, across a restart', async () => {
    const database = await fresh();
    const store = await database.open();
    const paused = { why: 'channel_archived', at: NOON, by: 'payout-desk' } as const;
    const later = subscription({
      id: 'a1',
      createdAt: NOON,
      channelId: 'C2',
      statuses: ['PROCESSING', 'EXPIRED'],
      purpose: 'salary',
      paused,
      skipped: [NOON - 2, NOON - 1],
    });
    expect(await store.subscriptions.create(later, [CREATED])).toBe(true);
    expect(await store.subscriptions.create(SCHEDULE, [CREATED])).toBe(true);
    await store.close();
    const again = await database.open();
    expect(await again.subscriptions.all()).toEqual([SCHEDULE, later]);
    expect(await again.subscriptions.of('C2')).toEqual([later]);
    expect(await again.subscriptions.find('a1')).toEqual(later);
    expect(await again.subscriptions.find('a2')).toBeUndefined();
    expect(await again.audit.list({ limit: 9 })).toHaveLength(2);
  });

  test('are made by one of fifty that were delivered at once, with one audit row', async () => {
    const stores = await (await fresh()).openTwo();
    const tries = Array.from({ length: 50 }, (_, index) =>
      stores[index % 2 === 0 ? 0 : 1].subscriptions.create(SCHEDULE, [CREATED]),
    );
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
    expect(await stores[1].audit.list({ limit: 99 })).toHaveLength(1);
  });

  test('are changed by one of fifty; who lost writes nothing', async () => {
    const stores = await (await fresh()).openTwo();
    await stores[0].subscriptions.create(SCHEDULE, []);
    const tries = Array.from({ length: 50 }, (_, index) => {
      const after = { ...SCHEDULE, version: 2, cron: `${index} 9 * * *` };
      return stores[index % 2 === 0 ? 0 : 1].subscriptions.save(SCHEDULE, after, { audit: [CHANGED] });
    });
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
    expect(await stores[0].audit.list({ limit: 99 })).toHaveLength(1);
    const removed = { audit: [CHANGED], endsAt: NOON };
    expect(await stores[0].subscriptions.remove(SCHEDULE, removed)).toBe(false);
    expect(await stores[0].audit.list({ limit: 99 })).toHaveLength(1);
  });

  test('a change and the accounting of a due time at once: one of them, then the other by what it reads', async () => {
    const [one, other] = await (await fresh()).openTwo();
    await one.subscriptions.create(SCHEDULE, []);
    const after = { ...SCHEDULE, version: 2, cron: '30 9 * * *', markAt: NOON };
    const [changed, accounted] = await Promise.all([
      one.subscriptions.save(SCHEDULE, after, { audit: [], run: { dueAt: NOON, skipped: [] } }),
      other.digests.account(SCHEDULE, NOON, { run: NOON, skipped: [], messages: [] }),
    ]);
    expect([changed, accounted].filter(Boolean)).toHaveLength(1);
    expect(await one.digests.dueReads('s1', NOON)).toHaveLength(1);
  });

  test('what was due by the former days is read, with what was skipped before it', async () => {
    const { subscriptions, digests } = await (await fresh()).open();
    await subscriptions.create(SCHEDULE, []);
    const after = { ...SCHEDULE, version: 2, cron: '30 9 * * *', markAt: NOON };
    await subscriptions.save(SCHEDULE, after, { audit: [], run: { dueAt: NOON, skipped: [NOON - 5] } });
    const run = { scheduleId: 's1', dueAt: NOON };
    expect(await digests.claimRead(run, NOON, LONG)).toMatchObject({ skipped: [NOON - 5] });
  });

  test('a pause ends the run that is being read: its holder writes nothing, and it counts as skipped', async () => {
    const store = await (await fresh()).open();
    const known = await withRun(store);
    const claim = await store.digests.claimRead({ scheduleId: 's1', dueAt: NOON }, NOON, LONG);
    const paused = { why: 'person', at: NOON + 1, by: 'U_ADMIN' } as const;
    const after = { ...known, version: 2, paused, skipped: [NOON - 9] };
    expect(await store.subscriptions.save(known, after, { audit: [], endsAt: NOON + 1 })).toBe(true);
    expect(await store.subscriptions.find('s1')).toEqual({ ...after, skipped: [NOON - 9, NOON] });
    if (claim) expect(await store.digests.finishRead(claim, NOON + 2, digest('digest'))).toBe(false);
    expect(await store.digests.dueSchedules(NOON + LONG)).toEqual([]);
    expect(await store.digests.dueMessages(NOON + LONG, 9)).toEqual([]);
  });

  test('a removal ends the message that is being posted: what its holder still posts is a stray', async () => {
    const database = await fresh();
    const store = await database.open();
    const known = await withMessage(store);
    const claim = await store.digests.claimMessage(idOf('digest'), NOON, LONG);
    if (!claim) throw new Error('the message was not to be had');
    await store.digests.posting(claim, NOON, LONG);
    expect(await store.subscriptions.remove(known, { audit: [CHANGED], endsAt: NOON + 1 })).toBe(true);
    expect(await store.subscriptions.all()).toEqual([]);
    expect(await store.digests.posted(claim, '1.1', NOON + 2)).toBe(false);
    await store.digests.addStray(claim.id, '1.1');
    expect(await store.digests.strays(9)).toMatchObject([{ ts: '1.1', kept: false }]);
    expect(await database.raw('select content from digest_messages')).toEqual([{ content: null }]);
  });

  test('what a digest would have told is told by the next one; a removal forgets what was told', async () => {
    const database = await fresh();
    const store = await database.open();
    const known = await withRun(store);
    const claim = await store.digests.claimRead({ scheduleId: 's1', dueAt: NOON }, NOON, LONG);
    const set = [{ linkId: 'a', status: 'issued' as const }];
    const told = { at: NOON, purpose: undefined, isKept: true, replaces: false, set, gone: [] };
    if (claim) await store.digests.finishRead(claim, NOON, digest('digest'), told);
    const paused = { why: 'person', at: NOON + 1, by: 'U_ADMIN' } as const;
    const after = { ...known, version: 2, paused };
    await store.subscriptions.save(known, after, { audit: [], endsAt: NOON + 1 });
    expect(await database.raw('select * from digest_links')).toEqual([]);
    expect(await database.raw('select next from digest_states')).toEqual([{ next: null }]);
    await store.subscriptions.remove(after, { audit: [], endsAt: NOON + 2 });
    expect(await database.raw('select * from digest_states')).toEqual([]);
  });

  test('a pause tells each administrator, once, and a later pause tells again', async () => {
    const store = await (await fresh()).open();
    const known = await withMessage(store);
    const at = NOON + 1;
    const paused = { why: 'channel_archived', at, by: 'payout-desk' } as const;
    const tell = ['U_A', 'U_B', 'U_A'].map((channelId) => digest('paused', { dueAt: at, channelId }));
    const after = { ...known, version: 2, paused };
    await store.subscriptions.save(known, after, { audit: [], endsAt: at, messages: tell });
    expect(await store.digests.dueMessages(at, 9)).toEqual(
      ['U_A', 'U_B'].map((channelId) => `s1 ${toInstant(at)} paused ${channelId}`),
    );
    // What tells of a pause outlives what follows.
    const resumed = { ...after, version: 3, paused: undefined, skipped: [NOON] };
    await store.subscriptions.save(await stored(store), resumed, { audit: [] });
    await store.subscriptions.remove(resumed, { audit: [], endsAt: at + 1 });
    expect(await store.digests.dueMessages(at + 1, 9)).toHaveLength(2);
  });
});

async function stored({ subscriptions }: OpenStore) {
  const found = await subscriptions.find('s1');
  if (!found) throw new Error('there is no schedule');
  return found;
}
