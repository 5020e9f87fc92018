/** Owns a COMMIT that meets a broken connection, on a real PostgreSQL: one call, or the request is put back. */

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { CancelRequest } from '../../src/payouts/cancel/request.ts';
import { executeCancel, saveUnsaved } from '../../src/payouts/cancel/execute.ts';
import type { Deps } from '../../src/payouts/deps.ts';
import { openStore } from '../../src/store/database.ts';
import { scriptedGateway } from '../fakes/gateway.ts';
import { approvedAt, LINK, makeDeps, NOON, tracked, write } from '../payouts/setup.ts';
import { databases } from './engines.ts';

const fresh = databases('postgres');

type Cut = 'before it arrives' | 'before its answer';

/** A way to the database that breaks at the COMMIT after a statement with this word, and may stay broken until it is repaired. */
async function breakingWay(url: string, word: string, cut: Cut, staysAway: boolean) {
  const target = new URL(url);
  let breaks = 0;
  let up = true;
  const server = createServer((near) => {
    if (!up) return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    let seen = false;
    let atCommit = false;
    const close = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('error', () => {}).on('close', close);
    near.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      seen ||= text.includes(word);
      atCommit = seen && breaks === 0 && /commit/i.test(text);
      if (!atCommit || cut === 'before its answer') far.write(bytes);
      if (atCommit) {
        breaks += 1;
        up = !staysAway;
        if (cut === 'before it arrives') close();
      }
    });
    // The answer to COMMIT proves that it happened, and goes no further.
    far.on('data', (bytes) => (atCommit ? close() : near.write(bytes)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  const through = new URL(url);
  through.port = String(address.port);
  return { url: through.href, breaks: () => breaks, mend: () => (up = true) };
}

async function depsOver(cut: Cut, staysAway: boolean) {
  const { url } = await fresh();
  const way = await breakingWay(url, 'cancel.started', cut, staysAway);
  const store = await openStore(way.url, { report: () => {} });
  onTestFinished(() => store.close());
  const gateway = scriptedGateway({ track: tracked(), cancel: [write('done')] });
  const deps: Deps = { ...makeDeps(), gateway, store };
  const approved: CancelRequest = approvedAt(NOON);
  await store.requests.open([approved], [{ at: NOON, actorId: 'U_MAKER', action: 'cancel.requested' }], []);
  return { deps, calls: gateway.calls, way, approved };
}

const actions = async ({ store }: Deps) =>
  (await Array.fromAsync(store.audit.rows(0, 2 * NOON))).map((row) => row.action);

test.each<Cut>(['before it arrives', 'before its answer'])(
  'the connection breaks %s, and the next one works: one call, one start in the audit',
  async (cut) => {
    const { deps, calls, way, approved } = await depsOver(cut, false);
    expect(await executeCancel(deps, approved)).toMatchObject({ status: 'executed' });
    expect(way.breaks()).toBe(1);
    expect(calls.cancel).toEqual([LINK]);
    expect(await actions(deps)).toEqual(['cancel.requested', 'cancel.started', 'cancel.executed']);
  },
);

test('the connection breaks before its answer, and the database stays away: put back, then carried out once', async () => {
  const { deps, calls, way, approved } = await depsOver('before its answer', true);
  await expect(executeCancel(deps, approved)).rejects.toMatchObject({ kind: 'unavailable' });
  expect(calls.cancel).toEqual([]);
  way.mend();
  await saveUnsaved(deps);
  const back = await deps.store.requests.find(approved.id);
  expect(back).toMatchObject({ status: 'approved', holder: undefined });
  if (back) expect(await executeCancel(deps, back)).toMatchObject({ status: 'executed' });
  expect(calls.cancel).toEqual([LINK]);
  expect(await actions(deps)).toEqual([
    'cancel.requested',
    'cancel.started',
    'cancel.rescheduled',
    'cancel.started',
    'cancel.executed',
  ]);
});
