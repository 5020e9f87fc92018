/** Owns the list of migrations, in order, and bringing a database up to the latest one. */

import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Unavailable } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { firstTables } from './0001-first-tables.ts';

function migrations(engine: Engine): Record<string, Migration> {
  return { '0001_first_tables': firstTables(engine) };
}

/** What is not the engine's failure is Kysely's refusal to work on a list of migrations it does not know. */
export const OTHER_VERSION =
  'it was last used by another version of Payout Desk; start that one, or restore a backup';

/** Replicas that start together take turns: the migrator holds a lock of the database while it works. */
export async function migrate<T>(db: Kysely<T>, engine: Engine): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(engine) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof Unavailable) throw error;
  throw new Error(OTHER_VERSION, { cause: error });
}
