/** Owns PostgreSQL: opening, secrets in errors, migrations at once, outages and failovers. */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { Kysely, sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { openAudit, openStore } from '../../src/store/database.ts';
import { STORE_UNREACHABLE, translateFailures } from '../../src/store/failure.ts';
import { CONNECTION_LOST, openPostgres, TAKES_NO_WRITES } from '../../src/store/postgres.ts';
import { databases } from './engines.ts';
import { postgres } from './sql.ts';
import { request, entry, next, NOON } from './samples.ts';
import { EXPECTED, NO_DATABASE } from '../../src/store/postgres-fault.ts';

const fresh = databases('postgres');

/** A connection to the database that can be cut and restored, as when the database restarts. */
async function cuttable(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let up = true;
  const server = createServer((near) => {
    if (!up) return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  const through = new URL(url);
  through.port = String(address.port);
  return {
    url: through.href,
    cut() {
      up = false;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      up = true;
    },
    /** The connections there are now say nothing more, without being closed; new ones are as ever. */
    silence() {
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
}

/** The error of an opening that must fail, with everything a log could print of it. */
async function refusal(url: string): Promise<{ message: string; printed: string }> {
  const error: unknown = await openStore(url).then(
    () => new Error('opened'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('not an Error', { cause: error });
  return { message: error.message, printed: inspect(error, { depth: 9, showHidden: true }) };
}

/** The address with another password, user, database or port. */
function changed(url: string, change: (parts: URL) => void): string {
  const parts = new URL(url);
  change(parts);
  return parts.href;
}

const SECRET = 'S3cret-pa55word';

test.each<[string, (parts: URL) => void, RegExp]>([
  [
    'nothing listens',
    (parts) => (parts.port = '1'),
    /^DATABASE_URL: PostgreSQL at .*:1\/desk_\w+ cannot be used: connection refused; .*\.$/,
  ],
  ['the password is wrong', () => {}, /cannot be used: the user or the password is wrong\.$/],
  [
    'the host is wrong',
    (parts) => (parts.hostname = 'nowhere.invalid'),
    /at nowhere\.invalid:\d+\/desk_\w+ cannot be used: .*check the name.*\.$/,
  ],
])('when %s, one line says so, without the password', async (_name, change, expected) => {
  const { url } = await fresh();
  const asked = changed(url, (parts) => {
    parts.password = SECRET;
    change(parts);
  });
  const { message, printed } = await refusal(asked);
  expect(message).toMatch(expected);
  expect(printed).not.toContain(SECRET);
});

test('when the database does not exist, the line says to create it', async () => {
  const { url } = await fresh();
  const { message } = await refusal(changed(url, (parts) => (parts.pathname = '/nowhere')));
  expect(message).toMatch(new RegExp(`/nowhere [^;]*${NO_DATABASE}\\.$`));
});

test.each([
  `postgres://desk:${SECRET}#1@localhost:5432/desk`,
  `postgres://desk:12#${SECRET}@localhost/desk`,
  `postgres://desk:12/${SECRET}@localhost/desk`,
  `postgres://desk:%zz${SECRET}@localhost/desk`,
  `postgresql://desk:${SECRET}@local host/desk`,
])('an address that would be misread is refused without a word of its password: %s', async (url) => {
  const { message, printed } = await refusal(url);
  expect(message).toMatch(new RegExp(`^DATABASE_URL: .*; ${EXPECTED}\\.$`));
  expect(printed).not.toContain(SECRET);
});

test('replicas that start together bring the tables up to date once', async () => {
  const database = await fresh();
  await database.raw('drop schema public cascade', 'create schema public');
  const stores = await Promise.all(Array.from({ length: 4 }, () => database.open()));
  await Promise.all(stores.map((store) => store.ping()));
  expect((await database.raw('select name from kysely_migration order by name'))[0]).toEqual({
    name: '0001_first_tables',
  });
});

test('while the database is away nothing is done and that is said; when it is back Payout Desk goes on', async () => {
  const database = await fresh();
  const way = await cuttable(database.url);
  const lost: string[] = [];
  let noticed = () => {};
  const notice = new Promise<void>((resolve) => (noticed = resolve));
  const store = await openStore(way.url, {
    report: (problem) => {
      lost.push(problem.message);
      noticed();
    },
  });
  onTestFinished(() => store.close());
  const before = request();
  await store.requests.open([before], [entry()], []);

  way.cut();
  await notice;
  expect(lost[0]).toMatch(new RegExp(`^${CONNECTION_LOST}: .`));
  for (const attempt of [
    () => store.ping(),
    () => store.requests.find('a1'),
    () => store.requests.save([{ before: before, after: next(before, {}), audit: [entry()] }]),
    () => store.cooldowns.claim('k', NOON, NOON + 1),
  ]) {
    await expect(attempt()).rejects.toMatchObject({
      kind: 'unavailable',
      message: STORE_UNREACHABLE,
      cause: expect.any(Error),
    });
  }

  way.mend();
  await store.ping();
  expect(await store.requests.save([{ before: before, after: next(before, {}), audit: [entry()] }])).toBe(
    true,
  );
  expect((await store.audit.verify()).intact).toBe(true);
});

/** Beside the store, and not held by what is set for its database. */
async function administrate(url: string, statement: (database: string) => string): Promise<void> {
  const database = new URL(url).pathname.slice(1);
  await postgres(
    changed(url, (parts) => (parts.pathname = '/postgres')),
    [statement(database)],
  );
}

const endSessions = (url: string) =>
  administrate(
    url,
    (name) => `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`,
  );

test('read-only after a failover: nothing is done and readiness says so; writable again, the next write works', async () => {
  const database = await fresh();
  const { url } = database;
  const store = await database.open(() => {});
  await store.requests.open([request()], [entry()], []);
  onTestFinished(() =>
    administrate(url, (name) => `alter database ${name} reset default_transaction_read_only`),
  );
  await administrate(url, (name) => `alter database ${name} set default_transaction_read_only = on`);
  await endSessions(url);
  const before = request();
  for (let times = 0; times < 10; times += 1) {
    for (const attempt of [
      () => store.ping(),
      () => store.requests.save([{ before: before, after: next(before, {}), audit: [entry()] }]),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ kind: 'unavailable' });
    }
  }
  await expect(openStore(url)).rejects.toThrow(TAKES_NO_WRITES);
  // For reading alone it is good enough.
  const audit = await openAudit(url);
  onTestFinished(() => audit.close());
  expect((await audit.audit.verify()).intact).toBe(true);

  await administrate(url, (name) => `alter database ${name} reset default_transaction_read_only`);
  await store.ping();
  expect(await store.requests.save([{ before: before, after: next(before, {}), audit: [entry()] }])).toBe(
    true,
  );
});

test.each([
  ['off', 'on'],
  ['local', 'on'],
  ['remote_apply', 'remote_apply'],
])('set to synchronous_commit = %s, a session commits with %s', async (setting, expected) => {
  const { url } = await fresh();
  await administrate(url, (name) => `alter database ${name} set synchronous_commit = ${setting}`);
  const engine = await openPostgres(url, () => {});
  onTestFinished(() => engine.close());
  const db = new Kysely<unknown>({ dialect: engine.dialect });
  expect((await sql`show synchronous_commit`.execute(db)).rows).toEqual([{ synchronous_commit: expected }]);
});

test('a session that turned read-only while it was open is given up after one refused write', async () => {
  const { url } = await fresh();
  const engine = await openPostgres(url, () => {});
  onTestFinished(() => engine.close());
  const db = new Kysely<unknown>({ dialect: engine.dialect });
  await sql`create table t (n integer)`.execute(db);
  await sql`set session characteristics as transaction read only`.execute(db);
  await expect(sql`insert into t values (1)`.execute(db)).rejects.toMatchObject({ code: '25006' });
  await sql`insert into t values (2)`.execute(db);
  expect((await sql`select n from t`.execute(db)).rows).toEqual([{ n: 2 }]);
});

test.each([
  ['25006', 'another'],
  ['57P01', 'another'],
  ['57P02', 'another'],
  ['57P03', 'another'],
  ['08006', 'another'],
  ['22012', 'the same'],
  ['57014', 'the same'],
])('after an error %s the next statement gets %s session', async (sqlstate, which) => {
  const { url } = await fresh();
  const engine = await openPostgres(url, () => {});
  onTestFinished(() => engine.close());
  const db = new Kysely<unknown>({ dialect: engine.dialect });
  const pid = async () =>
    (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid;
  const first = await pid();
  const raise = sql.raw(`do $$ begin raise exception using errcode = '${sqlstate}', message = 'so'; end $$`);
  await expect(raise.execute(db)).rejects.toMatchObject({ code: sqlstate, severity: 'ERROR' });
  expect((await pid()) === first).toBe(which === 'the same');
});

test('a connection that went silent is not handed out again', async () => {
  const way = await cuttable((await fresh()).url);
  const engine = await openPostgres(way.url, () => {}, { silenceTimeoutMs: 200 });
  onTestFinished(() => engine.close());
  const db = new Kysely<unknown>({ dialect: translateFailures(engine.dialect) });
  await sql`select 1`.execute(db);
  way.silence();
  await expect(sql`select 1`.execute(db)).rejects.toMatchObject({ kind: 'unavailable' });
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
});

test('a connection lost between two statements of a transaction does not end the process', async () => {
  const database = await fresh();
  const engine = await openPostgres(database.url, () => {});
  const db = new Kysely<unknown>({ dialect: translateFailures(engine.dialect) });
  const work = db.transaction().execute(async (change) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(change);
    await database.raw(`select pg_terminate_backend(${rows[0]?.pid}, 5000)`);
    await sql`select 1`.execute(change);
  });
  await expect(work).rejects.toMatchObject({ kind: 'unavailable' });
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  await engine.close();
});

test('a failed statement undoes its transaction and leaves the connection usable', async () => {
  const database = await fresh();
  const store = await database.open();
  await database.raw(`alter table audit add constraint no_forgery check (detail is distinct from 'forge')`);
  for (let index = 0; index < 20; index += 1) {
    await expect(
      store.requests.open([request({ id: `a${index}` })], [entry({ detail: 'forge' })], []),
    ).rejects.toMatchObject({ kind: 'unavailable', cause: { code: '23514' } });
  }
  expect(await store.requests.open([request()], [entry()], [])).toMatchObject({ opened: true });
  expect(await store.audit.list({ limit: 9 })).toMatchObject([{ sequence: 1 }]);
});

test('a statement that waits too long is given up by the server', async () => {
  const engine = await openPostgres((await fresh()).url, () => {});
  const db = new Kysely<unknown>({ dialect: engine.dialect });
  const { rows } = await sql`select current_setting('statement_timeout') as statement,
    current_setting('idle_in_transaction_session_timeout') as idle,
    current_setting('application_name') as name`.execute(db);
  expect(rows).toEqual([{ statement: '10s', idle: '10s', name: 'payout-desk' }]);
  await engine.close();
});

test('a closed store is unavailable, and closing it again is nothing', async () => {
  const store = await (await fresh()).open();
  await store.close();
  await store.close();
  await expect(store.ping()).rejects.toMatchObject({ kind: 'unavailable' });
});
