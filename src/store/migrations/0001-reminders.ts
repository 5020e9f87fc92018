/** Owns the tables of automatic reminders as 0001 makes them. */

import type { Kysely } from 'kysely';

export async function createAutoReminders(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('auto_reminders')
    .addColumn('link_id', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('before_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'text', (column) => column.notNull())
    .addColumn('counts_at', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('auto_reminders_key', ['link_id', 'number'])
    // Once a step, over all replicas.
    .addUniqueConstraint('auto_reminders_step', ['link_id', 'before_ms'])
    .execute();
  await db.schema
    .createIndex('auto_reminders_counted')
    .on('auto_reminders')
    .columns(['counts_at', 'state'])
    .execute();
  await db.schema.createIndex('auto_reminders_expires').on('auto_reminders').column('expires_at').execute();
  await db.schema
    .createTable('auto_reminder_stops')
    .addColumn('link_id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('auto_reminder_stops_at').on('auto_reminder_stops').column('at').execute();
}
