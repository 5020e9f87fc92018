/** Owns exports as they are stored: one run a command, one at a time a person, one holder, and an audit row with the file. */

import { describe, expect, test } from 'vitest';
import type { HeldExport } from '../../src/payouts/exports/port.ts';
import type { OpenStore } from '../../src/store/database.ts';
import { databases, ENGINES } from './engines.ts';
import { entry, exportRun, MINUTE, NOON } from './samples.ts';

const LEASE = 30_000;
/** What ends every lease, whatever clock judges it. */
const END = `update export_runs set lease_until = '2001-01-01T00:00:00.000Z'`;

async function begin(store: OpenStore, id = 'e1', userId?: string): Promise<HeldExport> {
  expect(await store.exportRuns.start(exportRun({ id, userId }), NOON)).toBe('started');
  const run = await store.exportRuns.claim(id, NOON, LEASE);
  if (!run) throw new Error('nobody took it up');
  return run;
}

describe.each(ENGINES)('exports on %s', (engine) => {
  const fresh = databases(engine);

  test('of fifty deliveries one is started; of fifty replicas one holds it', async () => {
    const stores = await (await fresh()).openTwo();
    const fifty = <Result>(work: (store: OpenStore) => Promise<Result>): Promise<Result[]> =>
      Promise.all(Array.from({ length: 50 }, (_none, index) => work(stores[index % 2 === 0 ? 0 : 1])));
    const starts = await fifty((store) => store.exportRuns.start(exportRun(), NOON));
    expect(starts.filter((one) => one === 'started')).toHaveLength(1);
    expect(new Set(starts)).toEqual(new Set(['started', 'known']));
    const claims = await fifty((store) => store.exportRuns.claim('e1', NOON, LEASE));
    expect(claims.filter((one) => one !== undefined)).toEqual([{ ...exportRun(), token: 1, attempts: 1 }]);
  });

  test('a person has one at a time, and another one once it is finished', async () => {
    const store = await (await fresh()).open();
    const run = await begin(store);
    expect(await store.exportRuns.start(exportRun({ id: 'e2' }), NOON)).toBe('busy');
    expect(await store.exportRuns.start(exportRun(), NOON)).toBe('known');
    await begin(store, 'e3', 'U_OTHER');
    expect(await store.exportRuns.finish(run, NOON)).toBe(true);
    expect(await store.exportRuns.start(exportRun(), NOON)).toBe('known');
    await begin(store, 'e2');
  });

  test('its person stops it, whoever holds it, until its file is stored', async () => {
    const [one, other] = await (await fresh()).openTwo();
    const audit = entry({ action: 'export.stopped' });
    const run = await begin(one);
    expect(await other.exportRuns.find('e1', run.userId)).toEqual(exportRun());
    expect(await other.exportRuns.find('e1', 'U_OTHER')).toBeUndefined();
    expect(await other.exportRuns.stop('e1', 'U_OTHER', NOON, audit)).toBe('over');
    expect(await other.exportRuns.stop('e9', run.userId, NOON, audit)).toBe('over');
    expect(await one.exportRuns.isStopped(run)).toBe(false);
    expect(await other.exportRuns.stop('e1', run.userId, NOON, audit)).toBe('stopped');
    expect(await one.exportRuns.isStopped(run)).toBe(true);
    expect(await other.exportRuns.stop('e1', run.userId, NOON, audit)).toBe('over');
    // Nothing of its holder counts any more, so nothing is shared.
    Object.assign(run, { fileId: 'F1' });
    expect(await one.exportRuns.save(run, entry({ action: 'links.exported' }))).toBe(false);
    expect(await one.exportRuns.renew(run, NOON, LEASE)).toBe(false);
    expect(await one.exportRuns.due(NOON + MINUTE, 9)).toEqual([]);
    const next = await begin(one, 'e2');
    expect(await one.exportRuns.isStopped({ ...run, token: 7 })).toBe(false);
    Object.assign(next, { fileId: 'F2' });
    expect(await one.exportRuns.save(next)).toBe(true);
    expect(await other.exportRuns.stop('e2', run.userId, NOON, audit)).toBe('sending');
    expect(await one.exportRuns.finish(next, NOON)).toBe(true);
    const rows = await one.audit.list({ limit: 9 });
    expect(rows).toMatchObject([{ action: 'export.stopped' }]);
  });

  test('at the same moment as its file is stored: one of both', async () => {
    const [one, other] = await (await fresh()).openTwo();
    for (let round = 0; round < 20; round += 1) {
      const run = await begin(one, `r${round}`);
      const [saved, stopped] = await Promise.all([
        one.exportRuns.save({ ...run, fileId: 'F1' }, entry({ action: 'links.exported' })),
        other.exportRuns.stop(run.id, run.userId, NOON, entry({ action: 'export.stopped' })),
      ]);
      expect([saved, stopped], `round ${round}`).toEqual(saved ? [true, 'sending'] : [false, 'stopped']);
      await one.exportRuns.finish(run, NOON);
    }
  });

  test('what a crash left is taken up as it was saved, with one audit row for its file', async () => {
    const database = await fresh();
    const store = await database.open();
    const run = await begin(store);
    const file = {
      message: { channelId: 'D1', ts: '1.5' },
      fileId: 'F1',
      counts: { rows: 100_000, undated: 1, unreadable: 2 },
    };
    Object.assign(run, file);
    expect(await store.exportRuns.save(run, entry({ action: 'links.exported', rowCount: 100_000 }))).toBe(
      true,
    );
    expect(await store.exportRuns.due(NOON, 9)).toEqual([]);
    await database.raw(END);
    expect(await store.exportRuns.due(NOON, 9)).toEqual(['e1']);
    expect(await store.exportRuns.claim('e1', NOON, LEASE)).toEqual({ ...run, token: 2, attempts: 2 });
    expect(await store.audit.list({ limit: 9 })).toMatchObject([
      { action: 'links.exported', rowCount: 100_000 },
    ]);
  });

  test('whoever lost the lease writes nothing, not even to the audit', async () => {
    const database = await fresh();
    const store = await database.open();
    const first = await begin(store);
    await database.raw(END);
    const second = await store.exportRuns.claim('e1', NOON, LEASE);
    if (!second) throw new Error('nobody took it up');
    expect(await store.exportRuns.save({ ...first, fileId: 'F9' }, entry())).toBe(false);
    expect(await store.exportRuns.renew(first, NOON, LEASE)).toBe(false);
    expect(await store.exportRuns.release(first, NOON)).toBe(false);
    expect(await store.exportRuns.finish(first, NOON)).toBe(false);
    expect(await store.audit.list({ limit: 9 })).toEqual([]);
    expect(await store.exportRuns.renew(second, NOON, LEASE)).toBe(true);
    expect(await store.exportRuns.claim('e1', NOON, LEASE)).toBeUndefined();
  });

  test('given back it is due at its time; finished, never again, and removed in the end', async () => {
    const store = await (await fresh()).open();
    const run = await begin(store);
    expect(await store.exportRuns.release(run, NOON + MINUTE)).toBe(true);
    expect(await store.exportRuns.due(NOON + MINUTE - 1, 9)).toEqual([]);
    expect(await store.exportRuns.claim('e1', NOON + MINUTE - 1, LEASE)).toBeUndefined();
    const again = await store.exportRuns.claim('e1', NOON + MINUTE, LEASE);
    expect(again && (await store.exportRuns.finish(again, NOON + MINUTE))).toBe(true);
    expect(again && (await store.exportRuns.save(again, entry()))).toBe(false);
    expect(await store.exportRuns.due(NOON + 9 * MINUTE, 9)).toEqual([]);
    await store.exportRuns.prune(NOON + MINUTE);
    expect(await store.exportRuns.start(exportRun(), NOON)).toBe('known');
    await store.exportRuns.prune(NOON + MINUTE + 1);
    expect(await store.exportRuns.start(exportRun(), NOON)).toBe('started');
    await store.exportRuns.prune(NOON + 9 * MINUTE);
    expect(await store.exportRuns.start(exportRun(), NOON)).toBe('known');
  });
});
