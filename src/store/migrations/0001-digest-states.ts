/** Owns the tables of what digests told. History, as `0001-first-tables.ts`, which runs it. */

import { type Kysely, sql } from 'kysely';

/** What a digest told, to compare the next one with. Holds link IDs and statuses, no name. */
export async function createDigestStates(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('digest_states')
    .addColumn('schedule_id', 'text', (column) => column.primaryKey())
    .addColumn('told', 'text')
    .addColumn('next', 'text')
    .execute();
  await db.schema
    .createTable('digest_links')
    .addColumn('schedule_id', 'text', (column) => column.notNull())
    .addColumn('link_id', 'text', (column) => column.notNull())
    .addColumn('status', 'text')
    .addColumn('next_status', 'text')
    .addPrimaryKeyConstraint('digest_links_key', ['schedule_id', 'link_id'])
    .execute();
  // A digest changes a few of many links.
  await sql`create index digest_links_next on digest_links (schedule_id) where next_status is not null`.execute(
    db,
  );
}
