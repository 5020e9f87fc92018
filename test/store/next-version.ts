/** Owns what a later version may change: of the kinds that additive changes have, on tables that every command uses. */

import { sql } from 'kysely';
import type { EngineName } from './engines.ts';
import type { SchemaChange } from '../../src/store/migrations/all.ts';

/** Columns with and without a default, a table of its own, an index, and rows filled in. */
export function additive(engine: EngineName): SchemaChange {
  return {
    name: '9001_next',
    compatibility: 'additive',
    migration: () => ({
      async up(db) {
        for (const table of ['cancel_requests', 'audit', 'cards', 'digest_runs', 'digest_messages'])
          await sql`alter table ${sql.table(table)} add column later text`.execute(db);
        await sql`alter table cooldowns add column counted integer not null default 0`.execute(db);
        await sql`update cancel_requests set later = status`.execute(db);
        await sql`create index cancel_requests_later on cancel_requests (later)`.execute(db);
        const key = engine === 'postgres' ? sql`id bigserial primary key` : sql`id integer primary key`;
        await sql`create table later_things (${key}, name text not null)`.execute(db);
      },
    }),
  };
}

export function breaking(): SchemaChange {
  return {
    name: '9001_break',
    compatibility: 'breaking',
    migration: () => ({
      up: async (db) => void (await sql`alter table cooldowns rename to pauses`.execute(db)),
    }),
  };
}
