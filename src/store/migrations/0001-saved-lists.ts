/** Owns the table of saved lists, a part of the first shape of the database. */

import type { Kysely } from 'kysely';

export async function createSavedLists(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('saved_lists')
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('slot', 'integer', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('saved_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('saved_lists_pkey', ['user_id', 'slot'])
    .execute();
}
