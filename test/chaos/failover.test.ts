/**
 * Owns a PostgreSQL that takes no writes for a while, as after a failover: everybody is told, nothing is done, readiness
 * says so, and the same processes go on within fifteen seconds of its taking writes again.
 */

import { STORE_UNREACHABLE } from '../../src/store/failure.ts';
import { afterEach, expect, test } from 'vitest';
import { postgres } from '../store/sql.ts';
import { type Replica, startReplica } from './replica.ts';
import { freshDatabases } from './server.ts';
import { report, size } from './size.ts';
import { askToCancel, openStage, read, type Stage, until } from './stage.ts';

const freshDatabase = freshDatabases();
let stage: Stage;
let replicas: Replica[] = [];
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.kill()));
  await stage.close();
  replicas = [];
});

const BACK_WITHIN_MS = 15_000;

/** Says it to the database's server, beside the database itself, which may take no writes. */
async function administrate(databaseUrl: string, statement: (name: string) => string): Promise<void> {
  const server = new URL(databaseUrl);
  const name = server.pathname.slice(1);
  server.pathname = '/postgres';
  await postgres(server.href, [statement(name)]);
}

const readiness = () => Promise.all(replicas.map(async ({ url }) => (await fetch(`${url}/readyz`)).status));

test('PostgreSQL takes no writes for a while and does again, two replicas', async () => {
  const databaseUrl = await freshDatabase();
  stage = await openStage({ databaseUrl, settings: { LOG_LEVEL: 'warn' } });
  const { settings, instantpay, people } = stage;
  replicas = await Promise.all(
    [0, 1].map(() => startReplica({ settings, approvalsCron: '* * * * * *', cardLeaseMs: 2_000 })),
  );
  stage.deliverTo(...replicas.map(({ url }) => url));
  const before = instantpay.addLink();
  const card = await askToCancel(stage, before.linkId);
  expect(await readiness()).toEqual([200, 200]);

  await administrate(databaseUrl, (name) => `alter database ${name} set default_transaction_read_only = on`);
  await administrate(
    databaseUrl,
    (name) => `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  );
  const effects = () => instantpay.callsOf('cancel').length + instantpay.callsOf('notify').length;
  const asked = instantpay.addLink();
  for (let times = 0; times < size(4, 40); times += 1) {
    const sent = await people.operator.command('/payout', `notify ${asked.linkId}`);
    expect(sent.ack.acknowledged).toBe(true);
    expect(read(await sent.answer(1, { withinMs: 30_000 }))).toContain(STORE_UNREACHABLE);
  }
  await people.approver.click(card, 'Approve');
  expect(await readiness()).toEqual([503, 503]);
  expect(effects()).toBe(0);
  const errors = replicas.flatMap(({ lines }) => lines.filter((line) => line.includes('store unavailable')));
  expect(errors.length).toBeGreaterThan(0);

  await administrate(databaseUrl, (name) => `alter database ${name} reset default_transaction_read_only`);
  const writableAt = performance.now();
  await until('both to be ready', BACK_WITHIN_MS, async () =>
    (await readiness()).every((one) => one === 200),
  );
  const readyMs = performance.now() - writableAt;
  await people.approver.click(card, 'Approve');
  await until('the request to be carried out', BACK_WITHIN_MS, () => read(card).includes('Link cancelled'));
  expect(instantpay.callsOf('cancel', before.linkId)).toHaveLength(1);
  for (let times = 0; times < size(4, 40); times += 1) {
    const sent = await people.operator.command('/payout', `notify ${instantpay.addLink().linkId}`);
    expect(read(await sent.answer(1, { withinMs: 30_000 }))).toContain('Reminder sent');
  }
  report('PostgreSQL read-only and back', {
    'ready after ms': Math.round(readyMs),
    'refused writes logged': errors.length,
  });
}, 120_000);
