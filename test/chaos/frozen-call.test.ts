/** Owns a replica frozen between storing that it calls and the call, until its lease may have passed: it does not call then. */

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { select } from './stored.ts';
import { type Replica, startReplica } from './replica.ts';
import { freshDatabases } from './server.ts';
import { isFull } from './size.ts';
import { askToCancel, cardsOf, openStage, read, type Stage, until } from './stage.ts';

const freshDatabase = freshDatabases();
let stage: Stage;
let replica: Replica | undefined;
let closeWay: (() => void) | undefined;
afterEach(async () => {
  if (replica) process.kill(replica.pid, 'SIGCONT');
  await replica?.kill();
  await stage.close();
  closeWay?.();
});

/** A way to the database that holds the answer to the first COMMIT after a statement with this word. */
async function holdingWay(url: string, word: string) {
  const target = new URL(url);
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let isHolding = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    let seen = false;
    let atCommit = false;
    for (const socket of [near, far]) {
      socket
        .on('error', () => {})
        .on('close', () => {
          near.destroy();
          far.destroy();
        });
    }
    near.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      seen ||= text.includes(word);
      atCommit = seen && !isHolding && /commit/i.test(text);
      if (atCommit) isHolding = true;
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (!atCommit) return void near.write(bytes);
      held.resolve();
      void released.promise.then(() => near.write(bytes));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closeWay = () => server.close();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  const through = new URL(url);
  through.port = String(address.port);
  return { url: through.href, held: held.promise, release: () => released.resolve() };
}

// The margin of the lease alone is ten seconds, so this is for the full size.
test.runIf(isFull)(
  'a replica frozen between its claim and its call puts the request back',
  async () => {
    const database = await freshDatabase();
    const way = await holdingWay(database, 'cancel.started');
    const settings = { INSTANTPAY_TIMEOUT: '300ms', LOG_LEVEL: 'warn' };
    stage = await openStage({ databaseUrl: way.url, settings });
    replica = await startReplica({ settings: stage.settings, approvalsCron: '* * * * * *' });
    stage.deliverTo(replica.url);
    const { people, instantpay } = stage;
    const { linkId } = instantpay.addLink();
    const card = await askToCancel(stage, linkId);
    const clicked = people.approver.click(card, 'Approve');
    await way.held;
    process.kill(replica.pid, 'SIGSTOP');
    way.release();
    const mayCallUntil = performance.now() + 10_300;
    await until('its time to call passed', 30_000, () => performance.now() > mayCallUntil);
    expect(instantpay.callsOf('cancel', linkId)).toHaveLength(0);
    process.kill(replica.pid, 'SIGCONT');
    await clicked;
    await until('a true card', 60_000, () =>
      cardsOf(stage, linkId).every((message) => read(message).includes('Link cancelled')),
    );
    expect(instantpay.callsOf('cancel', linkId)).toHaveLength(1);
    const rows = await select(database, `select action from audit order by sequence`);
    const actions = rows.map((row) => row['action']);
    expect(actions.filter((action) => action === 'cancel.started')).toHaveLength(2);
    expect(actions).toContain('cancel.rescheduled');
  },
  120_000,
);
