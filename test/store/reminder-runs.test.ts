/** Owns runs of reminders in the database on both engines: one holder, nothing of who lost the lease, what is due. */

import { describe, expect, test } from 'vitest';
import type { HeldRun } from '../../src/payouts/links/remind-port.ts';
import type { OpenStore } from '../../src/store/database.ts';
import { databases, ENGINES } from './engines.ts';
import { entry, MINUTE, NOON, reminderRun } from './samples.ts';

const LEASE = 30_000;
/** What ends every lease, whatever clock judges it. */
const END = `update reminder_runs set lease_until = '2001-01-01T00:00:00.000Z'`;

async function begin(store: OpenStore, id = 'r1'): Promise<HeldRun> {
  const run = await store.reminderRuns.start(reminderRun({ id }), NOON, LEASE);
  if (!run) throw new Error('the run was there before');
  return run;
}

describe.each(ENGINES)('runs of reminders on %s', (engine) => {
  const fresh = databases(engine);

  test('the same click delivered fifty times is one run', async () => {
    const stores = await (await fresh()).openTwo();
    const starts = await Promise.all(
      Array.from({ length: 50 }, (_none, index) =>
        stores[index % 2 === 0 ? 0 : 1].reminderRuns.start(reminderRun(), NOON, LEASE),
      ),
    );
    expect(starts.filter((run) => run !== undefined)).toEqual([{ ...reminderRun(), token: 1, attempts: 1 }]);
  });

  test('one of fifty takes up what a crash left, as it was saved', async () => {
    const database = await fresh();
    const stores = await database.openTwo();
    const [store] = stores;
    const run = await begin(store);
    run.message = { channelId: 'D1', ts: '1.5' };
    Object.assign(run.items[0] ?? {}, { state: 'sent', amountPaise: 9_007_199_254_740_991, nextAt: NOON });
    expect(await store.reminderRuns.save(run)).toBe(true);
    expect(await store.reminderRuns.due(NOON, 9)).toEqual([]);
    expect(await store.reminderRuns.claim('r1', NOON, LEASE)).toBeUndefined();
    await database.raw(END);
    expect(await store.reminderRuns.due(NOON, 9)).toEqual(['r1']);
    const claims = await Promise.all(
      Array.from({ length: 50 }, (_none, index) =>
        stores[index % 2 === 0 ? 0 : 1].reminderRuns.claim('r1', NOON, LEASE),
      ),
    );
    expect(claims.filter((claim) => claim !== undefined)).toEqual([{ ...run, token: 2, attempts: 2 }]);
  });

  test('whoever lost the lease writes nothing', async () => {
    const database = await fresh();
    const store = await database.open();
    const first = await begin(store);
    await database.raw(END);
    const second = await store.reminderRuns.claim('r1', NOON, LEASE);
    if (!second) throw new Error('nobody took it up');
    first.items = [];
    expect(await store.reminderRuns.save(first)).toBe(false);
    expect(await store.reminderRuns.renew(first, NOON, LEASE)).toBe(false);
    expect(await store.reminderRuns.release(first, NOON)).toBe(false);
    expect(await store.reminderRuns.finish(first, NOON)).toBe(false);
    expect(await store.reminderRuns.renew(second, NOON, LEASE)).toBe(true);
    await database.raw(END);
    expect((await store.reminderRuns.claim('r1', NOON, LEASE))?.items).toHaveLength(2);
  });

  test('a renewed lease holds', async () => {
    const database = await fresh();
    const store = await database.open();
    const run = await begin(store);
    await database.raw(END);
    expect(await store.reminderRuns.renew(run, NOON, LEASE)).toBe(true);
    expect(await store.reminderRuns.claim('r1', NOON, LEASE)).toBeUndefined();
  });

  test('given back it is due at its time; finished, never again, and removed in the end', async () => {
    const store = await (await fresh()).open();
    const run = await begin(store);
    await begin(store, 'r2');
    expect(await store.reminderRuns.release(run, NOON + MINUTE)).toBe(true);
    expect(await store.reminderRuns.due(NOON + MINUTE - 1, 9)).not.toContain('r1');
    expect(await store.reminderRuns.claim('r1', NOON + MINUTE - 1, LEASE)).toBeUndefined();
    expect(await store.reminderRuns.due(NOON + MINUTE, 9)).toContain('r1');
    expect(await store.reminderRuns.due(NOON + MINUTE, 1)).toHaveLength(1);
    const again = await store.reminderRuns.claim('r1', NOON + MINUTE, LEASE);
    expect(again && (await store.reminderRuns.finish(again, NOON + MINUTE))).toBe(true);
    expect(again && (await store.reminderRuns.renew(again, NOON + MINUTE, LEASE))).toBe(false);
    expect(await store.reminderRuns.claim('r1', NOON + 9 * MINUTE, LEASE)).toBeUndefined();
    await store.reminderRuns.prune(NOON + MINUTE);
    expect(await store.reminderRuns.start(reminderRun(), NOON, LEASE)).toBeUndefined();
    await store.reminderRuns.prune(NOON + MINUTE + 1);
    expect(await store.reminderRuns.start(reminderRun(), NOON, LEASE)).toMatchObject({ token: 1 });
    // What is not finished is kept.
    expect(await store.reminderRuns.start(reminderRun({ id: 'r2' }), NOON, LEASE)).toBeUndefined();
  });

  test('the last reminder of each link is that of the audit; one without an outcome may have been sent', async () => {
    const { audit, ...store } = await (await fresh()).open();
    const rows = [
      { linkId: 'l1', action: 'reminder.sent', at: NOON, actorId: 'U_A' },
      { linkId: 'l1', action: 'reminder.outcome_unknown', at: NOON + 1, actorId: 'U_B' },
      { linkId: 'l1', action: 'reminder.started', at: NOON + 2, actorId: 'U_C' },
      { linkId: 'l1', action: 'reminder.not_sent', at: NOON + 2, actorId: 'U_C' },
      { linkId: 'l2', action: 'reminder.sent', at: NOON + 3, actorId: 'U_C' },
      { linkId: 'l2', action: 'reminder.started', at: NOON + 4, actorId: 'U_D' },
      { linkId: 'l3', action: 'reminder.sent', at: NOON + 5, actorId: 'U_E' },
      { linkId: 'l4', action: 'reminder.started', at: NOON + 6, actorId: 'U_F' },
      { linkId: 'l4', action: 'reminder.started', at: NOON + 7, actorId: 'U_G' },
      { linkId: 'l4', action: 'reminder.not_sent', at: NOON + 8, actorId: 'U_G' },
      { linkId: 'l5', action: 'reminder.started', at: NOON + 9, actorId: 'U_G' },
      { linkId: 'l5', action: 'reminder.not_sent', at: NOON + 9, actorId: 'U_G' },
      { linkId: 'l5', action: 'cancel.requested', at: NOON + 9, actorId: 'U_G' },
    ] as const;
    for (const row of rows) await audit.append(entry(row));
    expect(await store.reminderRuns.lastReminders(['l1', 'l2', 'l4', 'l5', 'l9'])).toEqual([
      { linkId: 'l1', at: NOON + 1, actorId: 'U_B' },
      { linkId: 'l2', at: NOON + 4, actorId: 'U_D' },
      { linkId: 'l4', at: NOON + 6, actorId: 'U_F' },
    ]);
    expect(await store.reminderRuns.lastReminders([])).toEqual([]);
  });
});
