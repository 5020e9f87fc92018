/** Owns the tables of links that are PROCESSING. History, as `0001-first-tables.ts`, which runs it. */

import type { Kysely } from 'kysely';

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
}
