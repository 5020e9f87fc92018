/** Owns fresh databases for store tests: the same handle whichever engine is behind it. */

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { type OpenStore, openStore } from '../../src/store/database.ts';
import { DATABASE_PREFIX } from './postgres.ts';
import { postgres } from './sql.ts';

export const ENGINES = ['sqlite', 'postgres'] as const;
export type EngineName = (typeof ENGINES)[number];

export interface TestDatabase {
  url: string;
  /** Closed when the test ends. */
  open(report?: (problem: Error) => void, auditKey?: string): Promise<OpenStore>;
  /**
   * Two stores on the same records, as two replicas would have them. SQLite serves one process alone, so there
   * both are the same store and compete within it.
   */
  openTwo(): Promise<[OpenStore, OpenStore]>;
  /** Past the store, as somebody with the database's password would. */
  raw(...statements: string[]): Promise<unknown[]>;
}

/** `isNew`: a database that no test used before, for those who read plans: pages and statistics outlive the rows. */
export function databases(engine: EngineName, { isNew = false } = {}): () => Promise<TestDatabase> {
  return async () => (engine === 'sqlite' ? sqliteDatabase() : postgresDatabase(isNew));
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'payout-desk-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function sqliteDatabase(): TestDatabase {
  const path = join(temporaryFolder(), 'desk.db');
  const handle = testDatabase(`sqlite:${path}`, async (statements) => {
    const database = new DatabaseSync(path);
    try {
      return statements.flatMap((statement) => database.prepare(statement).all());
    } finally {
      database.close();
    }
  });
  return {
    ...handle,
    openTwo: async () => {
      const store = await handle.open();
      return [store, store];
    },
  };
}

/** Databases of this process that no test uses. */
const free: string[] = [];

/**
 * Making a database and its tables takes a third of a second, emptying them a hundredth: each is used by one test after
 * the other, until one changes more than rows.
 */
async function postgresDatabase(isNew: boolean): Promise<TestDatabase> {
  const url = (isNew ? undefined : free.pop()) ?? (await createDatabase());
  const before = await postgres(url, [SHAPE]);
  // First in, last out: the stores of the test are closed before.
  onTestFinished(async () => {
    if (isNew) return;
    const after = await postgres(url, [SHAPE]);
    if (JSON.stringify(after) !== JSON.stringify(before)) return;
    await postgres(url, [EMPTY]);
    free.push(url);
  });
  return testDatabase(url, (statements) => postgres(url, statements));
}

/** With the tables of Payout Desk. Dropped when all tests have run. */
async function createDatabase(): Promise<string> {
  const serverUrl = process.env['TEST_DATABASE_URL'];
  if (serverUrl === undefined)
    throw new Error('this configuration of vitest lacks the globalSetup of test/store/postgres.ts');
  const name = `${process.env[DATABASE_PREFIX]}_${randomUUID().replaceAll('-', '')}`;
  await postgres(serverUrl, [`create database ${name}`]);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await (await openStore(url.href)).close();
  await postgres(url.href, ['create schema first_rows', KEEP_FIRST_ROWS]);
  return url.href;
}

/** Columns, constraints, indexes and triggers, and whether they are on. */
const SHAPE = `
  select relname as of, attname as name, atttypid::text as kind from pg_attribute join pg_class on pg_class.oid = attrelid
    where relnamespace = 'public'::regnamespace and not attisdropped and attnum > 0
  union all select conrelid::text, conname, '' from pg_constraint where connamespace = 'public'::regnamespace
  union all select tgrelid::text, tgname, tgenabled::text from pg_trigger
  order by 1, 2, 3`;

/** The rows that tables begin with. */
const KEEP_FIRST_ROWS = `do $$ declare one text; begin
  for one in select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%' loop
    execute format('create table first_rows.%1$I as select * from public.%1$I', one);
  end loop;
end $$`;

/** Back to them, past the guards of the audit; numbers begin at the first. */
const EMPTY = `do $$ declare one text; begin
  set local session_replication_role = replica;
  for one in select tablename from pg_tables where schemaname = 'first_rows' loop
    execute format('delete from public.%I', one);
    execute format('insert into public.%1$I overriding system value select * from first_rows.%1$I', one);
  end loop;
  perform setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    from pg_sequences where schemaname = 'public';
end $$`;

function testDatabase(url: string, raw: (statements: string[]) => Promise<unknown[]>): TestDatabase {
  const open: TestDatabase['open'] = async (report, auditKey) => {
    const store = await openStore(url, {
      ...(report && { report }),
      auditKey,
      seal: createSeal('of the tests'),
    });
    onTestFinished(() => store.close());
    return store;
  };
  return { url, open, openTwo: async () => [await open(), await open()], raw: (...all) => raw(all) };
}
