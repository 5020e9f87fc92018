/** Owns the tables of claims: cooldowns, deputies, queries about transactions. History, as `0001-first-tables.ts`, which runs it. */

import type { Kysely } from 'kysely';
import { leaseColumns } from './0001-runs.ts';

export async function createClaims(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('cooldowns')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .$call(leaseColumns)
    .execute();
  await db.schema.createIndex('cooldowns_until').on('cooldowns').column('lease_until').execute();
  await db.schema
    .createTable('delegations')
    .addColumn('user_id', 'text', (column) => column.primaryKey())
    .addColumn('deputy_id', 'text', (column) => column.notNull())
    .addColumn('since', 'text', (column) => column.notNull())
    .addColumn('until', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('transactions')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('asked_at', 'text')
    .addColumn('previous_asked_at', 'text')
    .addColumn('answer', 'text')
    .addColumn('known', 'text')
    .addColumn('known_at', 'text')
    .execute();
  await db.schema.createIndex('transactions_asked').on('transactions').column('asked_at').execute();
}
