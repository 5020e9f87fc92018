/** Owns SQLite: files and rights, a second process, a killed process, and clear refusals. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/database.ts';
import { URL_EXPECTED } from '../../src/store/open-engine.ts';
import { STORE_UNREACHABLE, translateFailures } from '../../src/store/failure.ts';
import type { Tables } from '../../src/store/schema.ts';
import { FILE_PROBLEMS, fileRefused, openSqlite, UNSYNCHRONISED } from '../../src/store/sqlite.ts';
import { withoutWaiting } from '../../src/store/without-waiting.ts';
import { temporaryFolder } from './engines.ts';
import { request, entry, next, NOON } from './samples.ts';
import { OTHER_VERSION } from '../../src/store/migrations/all.ts';

/** What is said when the store at this address is opened. */
async function refusal(url: string): Promise<string> {
  try {
    await (await openStore(url)).close();
    return 'opened';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function startWriter(url: string): { child: ChildProcess; lines: AsyncIterator<string> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

test('the folder is made, and nobody else on the machine can read the store', async () => {
  const path = join(temporaryFolder(), 'data', 'deep', 'desk.db');
  const store = await openStore(`sqlite:${path}`);
  await store.audit.append(entry());
  for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}.lock`]) {
    expect({ file, mode: statSync(file).mode & 0o777 }).toEqual({ file, mode: 0o600 });
  }
  await store.close();
});

test('an address with an absolute path may have slashes before it, and a relative one is taken from here', async () => {
  const folder = temporaryFolder();
  expect(await refusal(`sqlite://${folder}/a.db`)).toBe('opened');
  expect(statSync(join(folder, 'a.db')).isFile()).toBe(true);
  const here = process.cwd();
  onTestFinished(() => process.chdir(here));
  process.chdir(folder);
  expect(await refusal('sqlite:./data/b.db')).toBe('opened');
  expect(statSync(join(folder, 'data', 'b.db')).isFile()).toBe(true);
});

test('records in memory are for tests alone and need no file', async () => {
  const store = await openStore('sqlite::memory:');
  await store.ping();
  await store.close();
});

test('a backup may read while Payout Desk writes: the file is in WAL mode', async () => {
  const path = join(temporaryFolder(), 'desk.db');
  const store = await openStore(`sqlite:${path}`);
  const database = new DatabaseSync(path);
  expect(database.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
  database.close();
  await store.close();
});

test('no commit copies more than a megabyte of the log into the file', async () => {
  const path = join(temporaryFolder(), 'desk.db');
  const store = await openStore(`sqlite:${path}`);
  const links = Array.from({ length: 200 }, (_none, index) => `${index}`.padStart(24, '0'));
  for (let round = 0; round < 100; round += 1) {
    const seen = links.map((linkId) => ({ linkId: `${round}${linkId}`, status: 'PROCESSING' as const }));
    await store.processing.seen(seen, NOON + round);
  }
  // The log begins at its start again once it is copied; with SQLite's default it grows to 4 MB.
  expect(statSync(`${path}-wal`).size).toBeLessThan(1_500_000);
  await store.close();
});

test('what cannot be opened is refused in one line that says why', async () => {
  const folder = temporaryFolder();
  const path = (name: string) => join(folder, name);
  writeFileSync(path('text.db'), 'Not a database, but long enough to be mistaken for one. '.repeat(99));
  mkdirSync(path('folder.db'));
  expect(await refusal(`sqlite:${path('text.db')}`)).toBe(
    fileRefused(path('text.db'), FILE_PROBLEMS.otherKind),
  );
  expect(await refusal(`sqlite:${path('folder.db')}`)).toBe(
    fileRefused(path('folder.db'), FILE_PROBLEMS.notOpened),
  );
  expect(await refusal(`sqlite:${path('text.db/desk.db')}`)).toBe(
    fileRefused(path('text.db/desk.db'), FILE_PROBLEMS.folder('ENOTDIR')),
  );
  expect(await refusal('sqlite:/proc/desk/desk.db')).toMatch(
    /^DATABASE_URL: \/proc\/desk\/desk\.db cannot .*\.$/,
  );
});

test('a database of another version of Payout Desk is left alone', async () => {
  const path = join(temporaryFolder(), 'desk.db');
  await (await openStore(`sqlite:${path}`)).close();
  const database = new DatabaseSync(path);
  database.exec(`insert into kysely_migration values ('9999_later', '2030-01-01T00:00:00.000Z')`);
  database.close();
  expect(await refusal(`sqlite:${path}`)).toBe(fileRefused(path, OTHER_VERSION));
});

test.each(['', 'desk.db', 'mysql://root:secret@localhost/desk', 'sqlite:', 'postgres:/localhost/desk'])(
  'an address of no engine is refused, and not repeated: "%s"',
  async (url) => {
    expect(await refusal(url)).toBe(URL_EXPECTED);
  },
);

test('a first start that is cut off half way leaves no tables behind, and the next one makes all of them', async () => {
  const path = join(temporaryFolder(), 'desk.db');
  const database = new DatabaseSync(path);
  // In the way of one of the last tables.
  database.exec('create table audit (at text)');
  database.close();
  expect(await refusal(`sqlite:${path}`)).not.toBe('opened');
  const between = new DatabaseSync(path);
  between.exec('drop table audit');
  expect(between.prepare(`select name from sqlite_master where name = 'cancel_requests'`).all()).toEqual([]);
  between.close();
  expect(await refusal(`sqlite:${path}`)).toBe('opened');
});

test('a second replica on the same file is refused, also through another name of it', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'desk.db');
  const store = await openStore(`sqlite:${path}`);
  symlinkSync(path, join(folder, 'other.db'));
  symlinkSync(folder, join(folder, 'again'));
  for (const name of [path, join(folder, 'other.db'), join(folder, 'again', 'desk.db')]) {
    expect(await refusal(`sqlite:${name}`)).toBe(fileRefused(name, FILE_PROBLEMS.inUse));
  }
  // The refused ones must not have loosened the lock of the first.
  expect(await refusal(`sqlite:${path}`)).toContain(FILE_PROBLEMS.inUse);
  await store.ping();
  await store.close();
  expect(await refusal(`sqlite:${path}`)).toBe('opened');
});

test('a replica that is killed loses nothing it acknowledged, and leaves no lock behind', async () => {
  const path = join(temporaryFolder(), 'desk.db');
  const url = `sqlite:${path}`;
  const { child, lines } = startWriter(url);
  expect((await lines.next()).value).toBe('open');
  expect(await refusal(url)).toContain(FILE_PROBLEMS.inUse);
  const acknowledged: string[] = [];
  while (acknowledged.length < 100) acknowledged.push((await lines.next()).value);
  await kill(child);
  for (let rest = await lines.next(); !rest.done; rest = await lines.next()) acknowledged.push(rest.value);

  const store = await openStore(url);
  for (const id of acknowledged) expect((await store.requests.find(id))?.id).toBe(id);
  const verdict = await store.audit.verify();
  expect(verdict.intact).toBe(true);
  // One audit row a request, no more and no less, whenever the end came.
  expect(await store.requests.pending()).toHaveLength(verdict.rowsChecked);
  await store.close();
});

test('while another program writes, nothing is done and that is said; afterwards all is well', async () => {
  const path = join(temporaryFolder(), 'desk.db');
  const store = await openStore(`sqlite:${path}`);
  const before = request();
  await store.requests.open([before], [entry()], []);
  const other = new DatabaseSync(path);
  other.exec('begin immediate');
  await expect(
    store.requests.save([{ before: before, after: next(before, {}), audit: [entry()] }]),
  ).rejects.toMatchObject({
    kind: 'unavailable',
    message: STORE_UNREACHABLE,
    cause: { message: 'database is locked' },
  });
  await expect(store.cooldowns.claim('k', NOON, NOON + 1)).rejects.toMatchObject({ kind: 'unavailable' });
  other.exec('rollback');
  other.close();
  expect(await store.cooldowns.claim('k', NOON, 1)).toMatchObject({ claimed: true });
  expect(await store.requests.save([{ before: before, after: next(before, {}), audit: [entry()] }])).toBe(
    true,
  );
  await store.close();
});

test('a full disk is said as such, though SQLite has undone the transaction by itself', async () => {
  const path = join(temporaryFolder(), 'desk.db');
  await (await openStore(`sqlite:${path}`)).close();
  const engine = openSqlite(path);
  onTestFinished(() => engine.close());
  const db = new Kysely<Tables>({ dialect: translateFailures(engine.dialect) });
  await sql`pragma max_page_count = 1`.execute(db);
  const row = { key: 'k'.repeat(100_000), lease_token: 1, lease_until: null };
  const work = db.transaction().execute((change) => change.insertInto('cooldowns').values(row).execute());
  await expect(work).rejects.toMatchObject({
    kind: 'unavailable',
    cause: { message: 'database or disk is full' },
  });
  await sql`pragma max_page_count = 4294967294`.execute(db);
  await db.insertInto('cooldowns').values(row).execute();
});

test('a transaction asks for the right to write before it reads', async () => {
  const path = join(temporaryFolder(), 'desk.db');
  const engine = openSqlite(path);
  onTestFinished(() => engine.close());
  const db = new Kysely<Tables>({ dialect: engine.dialect });
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  other.exec('begin immediate');
  const work = db.transaction().execute((change) => sql`select 1`.execute(change));
  await expect(work).rejects.toThrow('database is locked');
});

test('a closed store is unavailable, and closing it again is nothing', async () => {
  const store = await openStore('sqlite::memory:');
  await store.close();
  await store.close();
  await expect(store.ping()).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(store.requests.open([request()], [entry()], [])).rejects.toMatchObject({
    kind: 'unavailable',
  });
  await expect(store.audit.rows(0, 1).next()).rejects.toMatchObject({ kind: 'unavailable' });
});

test('every commit is on the disk before it is acknowledged: synchronous FULL, and WAL', async () => {
  const engine = openSqlite(join(temporaryFolder(), 'desk.db'));
  onTestFinished(() => engine.close());
  const db = new Kysely<Tables>({ dialect: engine.dialect });
  expect((await sql`pragma synchronous`.execute(db)).rows).toEqual([{ synchronous: 2 }]);
  expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journal_mode: 'wal' }]);
});

describe('a transaction that does not wait for the disk', () => {
  const level = sql<{ synchronous: number }>`pragma synchronous`;

  test('is alone in that: what comes before and after it is on the disk first', async () => {
    const engine = openSqlite(join(temporaryFolder(), 'desk.db'));
    onTestFinished(() => engine.close());
    const db = new Kysely<Tables>({ dialect: engine.dialect });
    const within = await withoutWaiting(db, 'sqlite', (change) => level.execute(change));
    expect(within.rows).toEqual([{ synchronous: 1 }]);
    expect((await level.execute(db)).rows).toEqual([{ synchronous: 2 }]);
    await withoutWaiting(db, 'sqlite', (change) => level.execute(change));
    const after = await db.transaction().execute((change) => level.execute(change));
    expect(after.rows).toEqual([{ synchronous: 2 }]);
  });

  test('also when it fails', async () => {
    const engine = openSqlite(join(temporaryFolder(), 'desk.db'));
    onTestFinished(() => engine.close());
    const db = new Kysely<Tables>({ dialect: engine.dialect });
    const failed = withoutWaiting(db, 'sqlite', () => Promise.reject(new Error('nothing is kept')));
    await expect(failed).rejects.toThrow('nothing is kept');
    const after = await db.transaction().execute((change) => level.execute(change));
    expect(after.rows).toEqual([{ synchronous: 2 }]);
  });

  test('that never began leaves nothing behind', async () => {
    const engine = openSqlite(join(temporaryFolder(), 'desk.db'));
    onTestFinished(() => engine.close());
    const db = new Kysely<Tables>({ dialect: engine.dialect });
    await sql.raw(UNSYNCHRONISED).execute(db);
    expect((await level.execute(db)).rows).toEqual([{ synchronous: 2 }]);
  });
});

test('readiness proves that a write works, and probes at the same moment share one', async () => {
  const path = join(temporaryFolder(), 'desk.db');
  const store = await openStore(`sqlite:${path}`);
  onTestFinished(() => store.close());
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  const writes = () => other.prepare('select writes from write_check').get()?.['writes'];
  await store.ping();
  expect(writes()).toBe(1);
  await Promise.all([store.ping(), store.ping(), store.ping()]);
  expect(writes()).toBe(2);
  other.exec('begin immediate');
  await expect(store.ping()).rejects.toMatchObject({ kind: 'unavailable' });
  other.exec('rollback');
  await store.ping();
  expect(writes()).toBe(3);
});
