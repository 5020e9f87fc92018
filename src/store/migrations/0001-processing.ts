/** Owns the tables of links that are PROCESSING, and of what was told of them. History, as `0001-first-tables.ts`, which runs it. */

import { type Kysely, sql } from 'kysely';

export async function createProcessing(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('processing_links')
    .addColumn('link_id', 'text', (column) => column.primaryKey())
    .addColumn('first_seen_at', 'text', (column) => column.notNull())
    .addColumn('last_seen_at', 'text', (column) => column.notNull())
    .addColumn('claimed_at', 'text')
    .execute();
  // Pruning asks for those that were seen last, or not for long.
  await db.schema
    .createIndex('processing_links_seen')
    .on('processing_links')
    .columns(['last_seen_at', 'link_id'])
    .execute();
  await db.schema
    .createTable('stuck_tellings')
    .addColumn('channel_id', 'text', (column) => column.notNull())
    .addColumn('link_id', 'text', (column) => column.notNull())
    .addColumn('stage', 'text', (column) => column.notNull())
    .addColumn('since_at', 'text', (column) => column.notNull())
    .addColumn('told_at', 'text', (column) => column.notNull())
    // No reference: messages are pruned earlier.
    .addColumn('message_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('stuck_tellings_key', ['channel_id', 'link_id', 'stage'])
    .execute();
  await db.schema.createIndex('stuck_tellings_told').on('stuck_tellings').column('told_at').execute();
  await db.schema
    .createTable('stuck_walks')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('walked_at', 'text', (column) => column.notNull())
    .execute();
  await sql`insert into stuck_walks (id, walked_at) values (1, '1970-01-01T00:00:00.000Z')`.execute(db);
}
