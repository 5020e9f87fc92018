/** Owns fresh databases for store tests: the same handle whichever engine is behind it. */

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { type OpenStore, openStore } from '../../src/store/database.ts';
import { type RunningPostgres, startPostgres } from './postgres.ts';

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

/** Call once a file, outside the tests. */
export function databases(engine: EngineName): () => Promise<TestDatabase> {
  let server: RunningPostgres | undefined;
  beforeAll(async () => {
    if (engine === 'postgres') server = await startPostgres();
  });
  const free: string[] = [];
  afterAll(async () => {
    if (server === undefined) return;
    // A server of somebody's own is left as it was.
    for (const url of free) {
      await postgres(server.url, [`drop database ${new URL(url).pathname.slice(1)} with (force)`]);
    }
    await server.stop();
  });
  return async () => (server === undefined ? sqliteDatabase() : postgresDatabase(server.url, free));
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

/** Making a database takes a quarter of a second, emptying one does not: each is used by one test after the other. */
async function postgresDatabase(serverUrl: string, free: string[]): Promise<TestDatabase> {
  const url = free.pop() ?? (await createDatabase(serverUrl));
  // First in, last out: the stores of the test are closed before.
  onTestFinished(async () => {
    await postgres(url, ['drop schema public cascade', 'create schema public']);
    free.push(url);
  });
  return testDatabase(url, (statements) => postgres(url, statements));
}

async function createDatabase(serverUrl: string): Promise<string> {
  const name = `desk_${randomUUID().replaceAll('-', '')}`;
  await postgres(serverUrl, [`create database ${name}`]);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

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

export async function postgres(url: string, statements: string[]): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  try {
    const rows: unknown[] = [];
    for (const statement of statements) rows.push(...(await client.query(statement)).rows);
    return rows;
  } finally {
    await client.end();
  }
}
