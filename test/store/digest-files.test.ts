/** Owns the files of digests as they are stored: planned once a posted digest, one holder, and the totals of each day. */

import type { Subscription } from '../../src/payouts/subscriptions/subscription.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { describe, expect, test } from 'vitest';
import type { DigestFile } from '../../src/payouts/digest/files.ts';
import type { HeldFile } from '../../src/payouts/digest/files-port.ts';
import type { OpenStore } from '../../src/store/database.ts';
import { databases, ENGINES } from './engines.ts';
import { MINUTE, NOON } from './samples.ts';

const LEASE = 30_000;
/** What ends every lease, whatever clock judges it. */
const END = `update digest_files set lease_until = '2001-01-01T00:00:00.000Z'`;
const RUN = { scheduleId: 's1', dueAt: NOON };

const aFile = (changes: Partial<DigestFile> = {}): DigestFile => ({
  ...RUN,
  kind: 'list',
  channelId: 'C1',
  threadTs: '1.5',
  postedAt: NOON + MINUTE,
  fileId: undefined,
  ...changes,
});

/** The schedule, accounted for up to this mark. */
async function scheduleFrom(store: OpenStore, id: string, markAt: number): Promise<Subscription> {
  const there = await store.subscriptions.find(id);
  const schedule = subscription({ ...there, id, markAt });
  if (there) await store.subscriptions.save(there, schedule, { audit: [] });
  else await store.subscriptions.create(schedule, []);
  return schedule;
}

/** Accounts for a due time and posts its digest. */
async function post(store: OpenStore, scheduleId: string, at: number, kind: 'digest' | 'missed' = 'digest') {
  const schedule = await scheduleFrom(store, scheduleId, at - 1);
  const run = { scheduleId, dueAt: at };
  const message = {
    ...run,
    kind,
    channelId: 'C1',
    content: { text: 'x', blocks: [] },
    expiresAt: at + MINUTE,
  };
  await store.digests.account(schedule, at, { run: at, skipped: [], messages: [message] });
  const [id = ''] = await store.digests.dueMessages(at, 1);
  const claim = await store.digests.claimMessage(id, at, LEASE);
  if (!claim) throw new Error('the message was taken');
  return { claim, done: () => store.digests.posted(claim, '1.5', at + MINUTE) };
}

async function held(store: OpenStore, changes: Partial<DigestFile> = {}): Promise<HeldFile> {
  await store.digestFiles.plan([aFile(changes)]);
  const file = await store.digestFiles.claim(aFile(changes), NOON, LEASE);
  if (!file) throw new Error('nobody took it up');
  return file;
}

describe.each(ENGINES)('files of digests on %s', (engine) => {
  const fresh = databases(engine);

  test('a digest gets its files once Slack took it, and no other message does', async () => {
    const store = await (await fresh()).open();
    const { done } = await post(store, 's1', NOON);
    await (await post(store, 's2', NOON, 'missed')).done();
    expect(await store.digestFiles.posted(0)).toEqual([]);
    await done();
    expect(await store.digestFiles.posted(NOON + MINUTE)).toEqual([]);
    const { kind: _kind, fileId: _file, ...posted } = aFile();
    expect(await store.digestFiles.posted(NOON)).toEqual([posted]);
    await store.digestFiles.plan([aFile(), aFile({ kind: 'chart' })]);
    await store.digestFiles.plan([aFile(), aFile({ kind: 'chart' })]);
    await store.digestFiles.plan([]);
    expect(await store.digestFiles.posted(NOON)).toEqual([]);
    expect((await store.digestFiles.due(NOON, 9)).map(({ kind }) => kind)).toEqual(['list', 'chart']);
    expect(await store.digestFiles.due(NOON, 1)).toHaveLength(1);
  });

  test('of fifty replicas one holds it, and after a crash the next one has what was stored', async () => {
    const database = await fresh();
    const stores = await database.openTwo();
    await stores[0].digestFiles.plan([aFile()]);
    const claim = () =>
      Promise.all(
        Array.from({ length: 50 }, (_none, index) =>
          stores[index % 2 === 0 ? 0 : 1].digestFiles.claim(aFile(), NOON, LEASE),
        ),
      ).then((claims) => claims.filter((one) => one !== undefined));
    const [file, ...others] = await claim();
    expect(others).toEqual([]);
    expect(file).toEqual({ ...aFile(), token: 1, attempts: 1, problem: undefined });
    if (!file) return;
    file.fileId = 'F1';
    expect(await stores[1].digestFiles.save(file)).toBe(true);
    expect(await stores[1].digestFiles.due(NOON, 9)).toEqual([]);
    await database.raw(END);
    expect(await claim()).toEqual([{ ...file, token: 2, attempts: 2 }]);
  });

  test('a holder that lost the lease writes nothing', async () => {
    const database = await fresh();
    const store = await database.open();
    const first = await held(store);
    await database.raw(END);
    const second = await store.digestFiles.claim(aFile(), NOON, LEASE);
    expect(await store.digestFiles.save({ ...first, fileId: 'F9' })).toBe(false);
    expect(await store.digestFiles.renew(first, NOON, LEASE)).toBe(false);
    expect(await store.digestFiles.release(first, NOON)).toBe(false);
    expect(await store.digestFiles.finish(first, NOON)).toBe(false);
    expect(second && (await store.digestFiles.renew(second, NOON, LEASE))).toBe(true);
    expect(await store.digestFiles.claim(aFile(), NOON, LEASE)).toBeUndefined();
  });

  test('given back it is due at its time, with why; finished, never again, and removed in the end', async () => {
    const store = await (await fresh()).open();
    const file = await held(store);
    file.problem = 'Slack did not take it.';
    expect(await store.digestFiles.release(file, NOON + MINUTE)).toBe(true);
    expect(await store.digestFiles.due(NOON + MINUTE - 1, 9)).toEqual([]);
    expect(await store.digestFiles.claim(aFile(), NOON + MINUTE - 1, LEASE)).toBeUndefined();
    const again = await store.digestFiles.claim(aFile(), NOON + MINUTE, LEASE);
    expect(again).toMatchObject({ attempts: 2, problem: 'Slack did not take it.' });
    expect(again && (await store.digestFiles.finish(again, NOON + MINUTE))).toBe(true);
    expect(again && (await store.digestFiles.renew(again, NOON, LEASE))).toBe(false);
    expect(await store.digestFiles.due(NOON + 9 * MINUTE, 9)).toEqual([]);
    await store.digestFiles.prune(NOON + MINUTE);
    await store.digestFiles.plan([aFile()]);
    expect(await store.digestFiles.due(NOON + 9 * MINUTE, 9)).toEqual([]);
    await store.digestFiles.prune(NOON + MINUTE + 1);
    await store.digestFiles.plan([aFile()]);
    await store.digestFiles.prune(NOON + 9 * MINUTE);
    expect(await store.digestFiles.due(NOON + 9 * MINUTE, 9)).toHaveLength(1);
  });

  test('the totals of a day are those of its last digest, exact beyond what a number holds', async () => {
    const store = await (await fresh()).open();
    const total = (day: string, count: number, totalPaise: bigint) =>
      ({ day, status: 'EXPIRED', count, totalPaise }) as const;
    await store.digestFiles.record(RUN, [total('2026-11-19', 1, 5n)]);
    await store.digestFiles.record(RUN, [total('2026-11-20', 1, 5n)]);
    await store.digestFiles.record(RUN, [total('2026-11-20', 2, 2n ** 70n)]);
    await store.digestFiles.record({ ...RUN, scheduleId: 's2' }, [total('2026-11-20', 9, 9n)]);
    await store.digestFiles.record(RUN, []);
    const read = (from: string, to: string) => store.digestFiles.totals('s1', from, to);
    expect(await read('2026-11-20', '2026-11-20')).toEqual([total('2026-11-20', 2, 2n ** 70n)]);
    expect(await read('2026-11-01', '2026-11-20')).toHaveLength(2);
    await store.digestFiles.pruneTotals('2026-11-20');
    expect(await read('2026-11-01', '2026-11-30')).toEqual([total('2026-11-20', 2, 2n ** 70n)]);
  });
});
