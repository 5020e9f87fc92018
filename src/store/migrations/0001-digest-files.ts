/** Owns the first shape of the tables of digests' files. History, as `0001-first-tables.ts`. */

import { type Kysely, sql } from 'kysely';
import { leaseColumns } from './0001-runs.ts';

export async function createDigestFiles(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('digest_files')
    .addColumn('schedule_id', 'text', (column) => column.notNull())
    .addColumn('due_at', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('channel_id', 'text', (column) => column.notNull())
    .addColumn('thread_ts', 'text', (column) => column.notNull())
    .addColumn('posted_at', 'text', (column) => column.notNull())
    .addColumn('file_id', 'text')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', 'text', (column) => column.notNull())
    .addColumn('problem', 'text')
    .addColumn('finished_at', 'text')
    .$call(leaseColumns)
    .addPrimaryKeyConstraint('digest_files_key', ['schedule_id', 'due_at', 'kind'])
    .execute();
  await sql`create index digest_files_open on digest_files (next_attempt_at) where finished_at is null`.execute(
    db,
  );
  await sql`create index digest_files_finished on digest_files (finished_at) where finished_at is not null`.execute(
    db,
  );
  // What was posted lately, of rows that were nearly all posted long ago.
  await sql`create index digest_messages_posted on digest_messages (finished_at) where ts is not null and kind = 'digest'`.execute(
    db,
  );
  await db.schema
    .createTable('daily_totals')
    .addColumn('schedule_id', 'text', (column) => column.notNull())
    .addColumn('day', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    // As digits: a sum may be beyond what a number holds exactly (R3).
    .addColumn('paise', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('daily_totals_key', ['schedule_id', 'day', 'status'])
    .execute();
  await db.schema.createIndex('daily_totals_day').on('daily_totals').column('day').execute();
}
