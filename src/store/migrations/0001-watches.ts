/** Owns the first shape of the tables of watches. History, as `0001-first-tables.ts`. */

import { type Kysely, sql } from 'kysely';
import { leaseColumns } from './0001-runs.ts';

/** Bounded: a person has at most 50 watches and all together 5,000, each ends, and the job prunes told messages. */
export async function createWatches(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('watches')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('facts', 'text', (column) => column.notNull())
    .addColumn('due_at', 'text', (column) => column.notNull())
    .addColumn('failing_since', 'text')
    .addColumn('failing_told', 'integer', (column) => column.notNull().defaultTo(0))
    .$call(leaseColumns)
    .execute();
  await db.schema.createIndex('watches_due').on('watches').columns(['due_at', 'key']).execute();
  await db.schema
    .createTable('watchers')
    .addColumn('key', 'text', (column) => column.notNull().references('watches.key'))
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('since', 'text', (column) => column.notNull())
    .addColumn('until', 'text', (column) => column.notNull())
    .addColumn('once', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('watchers_key', ['key', 'user_id'])
    .execute();
  await db.schema.createIndex('watchers_of').on('watchers').columns(['user_id', 'since']).execute();
  await db.schema
    .createTable('watch_messages')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('news', 'text', (column) => column.notNull())
    .addColumn('details', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('next_attempt_at', 'text', (column) => column.notNull())
    .addColumn('posting_at', 'text')
    .addColumn('ts', 'text')
    .addColumn('finished_at', 'text')
    .$call(leaseColumns)
    .execute();
  await sql`create index watch_messages_open on watch_messages (next_attempt_at) where finished_at is null`.execute(
    db,
  );
  await sql`create index watch_messages_finished on watch_messages (finished_at) where finished_at is not null`.execute(
    db,
  );
}
