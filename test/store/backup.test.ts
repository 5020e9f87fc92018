/** Owns backups of SQLite: taken from a store in use, whole or not there at all, and good for going on. */

import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { backUp } from '../../src/cli/store-commands.ts';
import { BACKUP_PROBLEMS, backupSqlite } from '../../src/store/backup.ts';
import { openStore } from '../../src/store/database.ts';
import { inspectStore } from '../../src/store/inspect.ts';
import { FILE_PROBLEMS, fileRefused } from '../../src/store/sqlite.ts';
import { temporaryFolder } from './engines.ts';
import { entry, request } from './samples.ts';

test('under load: what was committed before is in it, and the store goes on meanwhile', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'desk.db');
  const store = await openStore(`sqlite:${path}`);
  onTestFinished(() => store.close());
  let written = 0;
  const write = async (): Promise<void> => {
    const id = `r${(written += 1)}`;
    await store.requests.open([request({ id, linkId: id, reason: 'x'.repeat(40_000) })], [entry()], []);
  };
  for (let index = 0; index < 60; index += 1) await write();
  const before = written;
  const copies = { done: false };
  const working = (async () => {
    while (!copies.done) await write();
  })();
  const { file, audit } = await backupSqlite(path, join(folder, 'backup.db'));
  const during = written;
  copies.done = true;
  await working;
  expect(during).toBeGreaterThan(before);
  expect(audit.intact).toBe(true);
  expect(audit.rowsChecked).toBeGreaterThanOrEqual(before);
  expect(audit.rowsChecked).toBeLessThanOrEqual(during);
  // Private, and alone: no part, no log.
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.startsWith('backup'))).toEqual(['backup.db']);

  const restored = await openStore(`sqlite:${file}`);
  onTestFinished(() => restored.close());
  expect((await restored.requests.pending()).length).toBe(audit.rowsChecked);
  await restored.requests.open([request({ id: 'after', linkId: 'after' })], [entry()], []);
  expect(await restored.audit.verify([audit.last])).toMatchObject({ intact: true });
});

test('nothing is replaced, and what fails leaves no file', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'desk.db');
  const target = join(folder, 'backup.db');
  await expect(backupSqlite(path, target)).rejects.toThrow(fileRefused(path, FILE_PROBLEMS.missing));
  const store = await openStore(`sqlite:${path}`);
  onTestFinished(() => store.close());
  writeFileSync(target, 'precious');
  await expect(backupSqlite(path, target)).rejects.toThrow(BACKUP_PROBLEMS.exists(target));
  const nowhere = join(folder, 'no', 'backup.db');
  await expect(backupSqlite(path, nowhere)).rejects.toThrow(BACKUP_PROBLEMS.notWritten(nowhere, 'ENOENT'));
  writeFileSync(join(folder, 'text'), 'not a database, and longer than the head of one '.repeat(40));
  await expect(backupSqlite(join(folder, 'text'), join(folder, 'b2.db'))).rejects.toThrow();
  expect(readdirSync(folder).filter((name) => /backup|b2|part/.test(name))).toEqual(['backup.db']);
  expect(statSync(target).size).toBe('precious'.length);
});

test('a plain copy of a file in use holds nothing, and nobody begins anew on it', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'desk.db');
  const store = await openStore(`sqlite:${path}`);
  onTestFinished(() => store.close());
  await store.audit.append(entry());
  const copy = join(folder, 'copy.db');
  copyFileSync(path, copy);
  const refused = fileRefused(copy, FILE_PROBLEMS.hollow);
  await expect(openStore(`sqlite:${copy}`)).rejects.toThrow(refused);
  await expect(backupSqlite(copy, join(folder, 'of-copy.db'))).rejects.toThrow(refused);
  // Who only read left an empty log, and the start still refuses it.
  expect(existsSync(`${copy}-wal`)).toBe(true);
  await expect(openStore(`sqlite:${copy}`)).rejects.toThrow(refused);
  await expect(inspectStore(`sqlite:${copy}`)).rejects.toThrow(refused);
  // The start changed nothing: with its log beside it, the copy holds everything.
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  const whole = await openStore(`sqlite:${copy}`);
  expect(await whole.audit.verify()).toMatchObject({ intact: true, rowsChecked: 1 });
  await whole.close();
});

test('a store that was stopped and backed up is still seen as one that was stopped', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'desk.db');
  const store = await openStore(`sqlite:${path}`);
  await store.audit.append(entry());
  await store.close();
  await backupSqlite(path, join(folder, 'backup.db'));
  expect(await inspectStore(`sqlite:${path}`)).toMatchObject({
    isHeld: false,
    schema: { pending: [] },
    auditRows: 1,
  });
});

test('an empty file is a new store', async () => {
  const path = join(temporaryFolder(), 'desk.db');
  writeFileSync(path, '');
  const store = await openStore(`sqlite:${path}`);
  await store.ping();
  await store.close();
});

test('what the command says: sizes, the anchor, faults; and how PostgreSQL is backed up', async () => {
  const folder = temporaryFolder();
  const databaseUrl = `sqlite:${join(folder, 'desk.db')}`;
  const store = await openStore(databaseUrl, { auditKey: 'k'.repeat(32) });
  await store.audit.begin(0);
  await store.close();
  const lines: string[] = [];
  const run = (file: string, auditKey?: string): Promise<number> =>
    backUp({ databaseUrl, auditKey }, join(folder, file), (line) => lines.push(line));
  expect(await run('a.db', 'k'.repeat(32))).toBe(0);
  expect(lines.splice(0)).toEqual([
    expect.stringMatching(/a\.db: \d+ KB; audit intact: 1 rows, keyed from 1, last 1:[0-9a-f]{64}$/),
  ]);
  // Without the key nothing is proved; the file is there, and the exit code tells.
  expect(await run('b.db')).toBe(1);
  expect(lines[0]).toContain('AUDIT_KEY');
  expect(existsSync(join(folder, 'b.db'))).toBe(true);

  const postgres = { databaseUrl: 'postgres://desk:s3cret@db.example:5432/payouts', auditKey: undefined };
  await expect(backUp(postgres, 'my file.dump', () => {})).rejects.toThrow(
    "pg_dump --format=custom --file='my file.dump' postgres://desk@db.example:5432/payouts",
  );
  const asked = { ...postgres, databaseUrl: 'postgres://db.example/payouts?user=desk&password=s3cret' };
  await expect(backUp(asked, 'a.dump', () => {})).rejects.toThrow(
    "pg_dump --format=custom --file=a.dump 'postgres://db.example/payouts?user=desk'",
  );
});

test('a folder in the place of the file is refused', async () => {
  const folder = temporaryFolder();
  const store = await openStore(`sqlite:${join(folder, 'desk.db')}`);
  onTestFinished(() => store.close());
  mkdirSync(join(folder, 'taken'));
  await expect(backupSqlite(join(folder, 'desk.db'), join(folder, 'taken'))).rejects.toThrow(
    BACKUP_PROBLEMS.exists(join(folder, 'taken')),
  );
});
