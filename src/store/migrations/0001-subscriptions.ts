/** Owns the table of digests' schedules. History, as `0001-first-tables.ts`, which runs it. */

import { type Kysely, sql } from 'kysely';

export async function createSubscriptions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('digest_subscriptions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('channel_id', 'text', (column) => column.notNull())
    .addColumn('cron', 'text', (column) => column.notNull())
    .addColumn('timezone', 'text', (column) => column.notNull())
    .addColumn('statuses', 'text', (column) => column.notNull())
    .addColumn('purpose', 'text')
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('paused_why', 'text')
    .addColumn('paused_at', 'text')
    .addColumn('paused_by', 'text')
    .addColumn('mark_at', 'text', (column) => column.notNull())
    .addColumn('skipped', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('digest_subscriptions_channel')
    .on('digest_subscriptions')
    .columns(['channel_id', 'created_at'])
    .execute();
}

/** What ended of a schedule is found by its pause, and pruned by age. */
export async function indexEndedDigests(db: Kysely<unknown>): Promise<void> {
  await sql`create index digest_messages_waiting on digest_messages (schedule_id) where finished_at is null`.execute(
    db,
  );
  await sql`create index digest_runs_finished on digest_runs (finished_at) where finished_at is not null`.execute(
    db,
  );
  await sql`create index digest_messages_finished on digest_messages (finished_at) where finished_at is not null`.execute(
    db,
  );
}
