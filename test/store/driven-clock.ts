/** Owns a database whose clock a test drives: leases and cooldowns on PostgreSQL are judged by the server's own clock. */

import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { type OpenStore, openStore } from '../../src/store/database.ts';
import type { TestDatabase } from './engines.ts';

export interface DrivenDatabase {
  /** A store whose leases follow the driven clock; closed when the test ends. */
  open(): Promise<OpenStore>;
  /** What the server's clock shows from now on. SQLite has none: there the caller's counts. */
  set(now: number): Promise<void>;
}

/** Before `pg_catalog`, this function is found in the place of the server's. */
const DRIVEN = `
  create schema if not exists driven;
  create unlogged table if not exists driven.clock (shows timestamptz not null);
  delete from driven.clock;
  insert into driven.clock values (to_timestamp(0));
  create or replace function driven.clock_timestamp() returns timestamptz language sql volatile
    as 'select shows from driven.clock'`;

export async function drivenDatabase(database: TestDatabase): Promise<DrivenDatabase> {
  if (!database.url.startsWith('postgres')) return { open: () => database.open(), set: async () => {} };
  const client = new Client(database.url);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('set synchronous_commit = off');
  await client.query(DRIVEN);
  const url = new URL(database.url);
  url.searchParams.set('options', '-c search_path=driven,pg_catalog,public');
  return {
    async open() {
      const store = await openStore(url.href, { seal: createSeal('of the tests') });
      onTestFinished(() => store.close());
      return store;
    },
    async set(now) {
      await client.query('update driven.clock set shows = to_timestamp($1::double precision / 1000)', [now]);
    },
  };
}
