/** Owns the first shape of the tables of leased runs. History, as `0001-first-tables.ts`. */

import { type CreateTableBuilder, type Kysely, sql } from 'kysely';

/** What a claim writes; see `lease.ts`. */
export function leaseColumns<Table extends string, Column extends string>(
  table: CreateTableBuilder<Table, Column>,
) {
  return table
    .addColumn('lease_token', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('lease_until', 'text');
}

export async function createReminderRuns(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('reminder_runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('started_at', 'text', (column) => column.notNull())
    .addColumn('details', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', 'text', (column) => column.notNull())
    .addColumn('finished_at', 'text')
    .$call(leaseColumns)
    .execute();
  await sql`create index reminder_runs_open on reminder_runs (next_attempt_at) where finished_at is null`.execute(
    db,
  );
  await sql`create index reminder_runs_finished on reminder_runs (finished_at) where finished_at is not null`.execute(
    db,
  );
}

export async function createExportRuns(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('export_runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('started_at', 'text', (column) => column.notNull())
    .addColumn('details', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', 'text', (column) => column.notNull())
    .addColumn('finished_at', 'text')
    .$call(leaseColumns)
    .execute();
  // "One at a time a person" is kept by the database itself; the job reads the few that are not finished.
  await sql`create unique index export_runs_open on export_runs (user_id) where finished_at is null`.execute(
    db,
  );
  await sql`create index export_runs_finished on export_runs (finished_at) where finished_at is not null`.execute(
    db,
  );
}
