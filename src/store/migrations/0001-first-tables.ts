/** Owns the first shape of the database. History: once released it is never edited, the next change is a new file. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Engine } from '../engine.ts';
import { createAutoReminders } from './0001-reminders.ts';
import { POSTGRES_GUARDS, SQLITE_GUARDS } from './0001-audit-guards.ts';
import { createDigestStates } from './0001-digest-states.ts';
import { createDigestFiles } from './0001-digest-files.ts';
import { createExportRuns, createReminderRuns, leaseColumns } from './0001-runs.ts';
import { createProcessing } from './0001-processing.ts';
import { createClaims } from './0001-claims.ts';
import { createWatches } from './0001-watches.ts';
import { createSavedLists } from './0001-saved-lists.ts';
import { createSubscriptions, indexEndedDigests } from './0001-subscriptions.ts';

export function firstTables(engine: Engine): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await createSchemaChanges(db);
      await createCancelRequests(db, engine);
      await createClaims(db);
      await createReminderRuns(db);
      await createExportRuns(db);
      await createWatches(db);
      await createAutoReminders(db);
      await createLinkIndex(db);
      await createProcessing(db);
      await createSavedLists(db);
      await createSubscriptions(db);
      await createDigests(db);
      await createDigestStates(db);
      await createDigestFiles(db);
      await createHomeViews(db);
      await createAudit(db);
      await createWriteCheck(db);
      for (const statement of engine === 'sqlite' ? SQLITE_GUARDS : POSTGRES_GUARDS) {
        await sql.raw(statement).execute(db);
      }
    },
  };
}

/** What older versions read to know whether they can work on what newer ones changed. */
async function createSchemaChanges(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('schema_changes')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('compatibility', 'text', (column) => column.notNull())
    .execute();
}

async function createCancelRequests(db: Kysely<unknown>, engine: Engine): Promise<void> {
  if (engine === 'postgres')
    await sql`create sequence cancel_request_number as integer start 1001`.execute(db);
  await db.schema
    .createTable('cancel_requests')
    .addColumn('id', 'text', (column) => column.primaryKey())
    // The first request of the batch: those of one batch are decided together and share its number.
    .addColumn('batch_id', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    // A step raises the version alone, so it is counted as a change of App Home in its own transaction.
    .addColumn('homes_version', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('link_id', 'text', (column) => column.notNull())
    .addColumn('requested_by', 'text', (column) => column.notNull())
    .addColumn('requested_at', 'text', (column) => column.notNull())
    .addColumn('wake_at', 'text')
    .addColumn('details', 'text', (column) => column.notNull())
    .execute();
  // "One open request a link" is kept by the database itself: two replicas cannot both believe they were first.
  // The statuses are those of UNFINISHED, written out because a migration must not change with the code.
  const unfinished = sql.raw(`status in ('pending', 'approved', 'executing', 'unknown')`);
  await sql`create unique index cancel_requests_one_open on cancel_requests (link_id) where ${unfinished}`.execute(
    db,
  );
  await sql`create unique index cancel_requests_number on cancel_requests (number) where id = batch_id`.execute(
    db,
  );
  await db.schema
    .createIndex('cancel_requests_batch')
    .on('cancel_requests')
    .columns(['batch_id', 'id'])
    .execute();
  await sql`create index cancel_requests_wake on cancel_requests (wake_at) where ${unfinished}`.execute(db);
  await sql`create index cancel_requests_open_of on cancel_requests (requested_by) where ${unfinished}`.execute(
    db,
  );
  await sql`create index cancel_requests_changed on cancel_requests (id) where homes_version < version`.execute(
    db,
  );
  // Few ever: they are counted for the metrics every few seconds.
  await sql`create index cancel_requests_unresolved on cancel_requests (id) where status = 'unresolved'`.execute(
    db,
  );
  await db.schema
    .createIndex('cancel_requests_of')
    .on('cancel_requests')
    .columns(['requested_by', 'requested_at'])
    .execute();

  // What is finished is removed by age. UNRESOLVED is kept, since a person still has to look.
  await sql`create index cancel_requests_ended on cancel_requests (requested_at) where status not in ('pending', 'approved', 'executing', 'unknown', 'unresolved')`.execute(
    db,
  );

  await db.schema
    .createTable('cards')
    .addColumn('id', 'text', (column) => column.primaryKey())
    // Every save of a request says so to its copies, so a copy of none would never be found to be behind.
    .addColumn('cancel_request_id', 'text', (column) => column.notNull().references('cancel_requests.id'))
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('channel_id', 'text', (column) => column.notNull())
    .addColumn('ts', 'text')
    .addColumn('shown_version', 'integer', (column) => column.notNull())
    .addColumn('wanted_version', 'integer', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', 'text', (column) => column.notNull())
    .addColumn('problem', 'text')
    .addColumn('taken_over', 'integer', (column) => column.notNull())
    .$call(leaseColumns)
    .execute();
  await db.schema.createIndex('cards_approval').on('cards').column('cancel_request_id').execute();
  // Nearly every copy shows its request as it is: the job that looks for the others must not read them all.
  // By request, as the job groups them: else SQLite reads them all in the order of the index of requests.
  await sql`create index cards_behind on cards (cancel_request_id, next_attempt_at) where shown_version < wanted_version`.execute(
    db,
  );
}

/** Holds no name, number or address: `key` is a keyed hash of one. */
async function createLinkIndex(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('indexed_links')
    .addColumn('link_id', 'text', (column) => column.primaryKey())
    .addColumn('seen_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('indexed_links_seen')
    .on('indexed_links')
    .columns(['seen_at', 'link_id'])
    .execute();
  await db.schema
    .createTable('link_keys')
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('link_id', 'text', (column) =>
      column.notNull().references('indexed_links.link_id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('link_keys_key', ['key', 'link_id'])
    .execute();
  // Pruning a link removes its keys.
  await db.schema.createIndex('link_keys_link').on('link_keys').column('link_id').execute();
}

async function createDigests(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('digest_runs')
    .addColumn('schedule_id', 'text', (column) => column.notNull())
    .addColumn('due_at', 'text', (column) => column.notNull())
    .addColumn('skipped', 'text', (column) => column.notNull().defaultTo('[]'))
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', 'text', (column) => column.notNull())
    .addColumn('problem', 'text')
    .addColumn('finished_at', 'text')
    .$call(leaseColumns)
    .addPrimaryKeyConstraint('digest_runs_key', ['schedule_id', 'due_at'])
    .execute();
  await db.schema
    .createTable('digest_messages')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('schedule_id', 'text', (column) => column.notNull())
    .addColumn('due_at', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('channel_id', 'text', (column) => column.notNull())
    .addColumn('content', 'text')
    .addColumn('expires_at', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', 'text', (column) => column.notNull())
    .addColumn('posting_at', 'text')
    .addColumn('ts', 'text')
    .addColumn('problem', 'text')
    .addColumn('finished_at', 'text')
    .$call(leaseColumns)
    .execute();
  await indexEndedDigests(db);
  // Every replica asks for what is unfinished every few seconds, of rows that are nearly all finished.
  await sql`create index digest_runs_open on digest_runs (schedule_id) where finished_at is null`.execute(db);
  await sql`create index digest_messages_open on digest_messages (due_at) where finished_at is null`.execute(
    db,
  );
  // When the last one was posted is asked at each start; of digests that were posted years are kept.
  await db.schema
    .createIndex('digest_messages_of')
    .on('digest_messages')
    .columns(['schedule_id', 'kind', 'finished_at'])
    .execute();
  await db.schema
    .createTable('digest_strays')
    .addColumn('message_id', 'text', (column) => column.notNull().references('digest_messages.id'))
    .addColumn('ts', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('digest_strays_key', ['message_id', 'ts'])
    .execute();
}

async function createHomeViews(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('home_views')
    .addColumn('user_id', 'text', (column) => column.primaryKey())
    .addColumn('opened_at', 'text')
    .addColumn('welcomed_at', 'text')
    .addColumn('selected_at', 'text')
    .addColumn('wanted', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('shown', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('next_attempt_at', 'text')
    .$call(leaseColumns)
    .execute();
  // Who opened App Home lately, of all who ever did.
  await db.schema.createIndex('home_views_opened').on('home_views').column('opened_at').execute();
  await sql`create index home_views_behind on home_views (opened_at) where shown < wanted`.execute(db);
}

async function createAudit(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('sequence', 'bigint', (column) => column.primaryKey().notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('actor_id', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('subject', 'text')
    .addColumn('outcome', 'text')
    .addColumn('link_id', 'text')
    .addColumn('cancel_request_id', 'text')
    .addColumn('reference', 'text')
    .addColumn('transaction_date', 'text')
    .addColumn('amount_paise', 'bigint')
    .addColumn('reason', 'text')
    .addColumn('detail', 'text')
    .addColumn('affected_user_id', 'text')
    .addColumn('approvals', 'integer')
    .addColumn('approvals_required', 'integer')
    .addColumn('row_count', 'integer')
    .addColumn('ipay_uuid', 'text')
    .addColumn('status_before', 'text')
    .addColumn('status_after', 'text')
    .addColumn('decision_ms', 'bigint')
    .addColumn('scheme', 'text', (column) => column.notNull())
    .addColumn('previous_hash', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('audit_link').on('audit').columns(['link_id', 'sequence']).execute();
  await db.schema
    .createIndex('audit_request')
    .on('audit')
    .columns(['cancel_request_id', 'sequence'])
    .execute();
  await db.schema.createIndex('audit_actor').on('audit').columns(['actor_id', 'sequence']).execute();
  await sql`create index audit_cancels on audit (at, sequence) where cancel_request_id is not null`.execute(
    db,
  );
  await db.schema.createIndex('audit_at').on('audit').columns(['at', 'sequence']).execute();

  await db.schema
    .createTable('audit_head')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('scheme', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  const firstHash = sql.lit('0'.repeat(64));
  await sql`insert into audit_head (id, sequence, scheme, hash) values (1, 0, 'sha256', ${firstHash})`.execute(
    db,
  );
}

async function createWriteCheck(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('write_check')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('writes', 'integer', (column) => column.notNull())
    .execute();
  await sql`insert into write_check (id, writes) values (1, 0)`.execute(db);
}
