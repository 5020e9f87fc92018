/**
 * Owns the list of changes to the schema, in order, and bringing a database up to the latest one. A database that a newer version
 * changed can be used as long as each of these changes is additive, so replicas are upgraded, and taken back, one by one.
 */

import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Unavailable } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { firstTables } from './0001-first-tables.ts';

/**
 * `additive`: the version before works on it as well, since it only adds tables, columns that may be left out, or indexes that
 * refuse nothing it writes. `breaking`: every replica stops before.
 */
export const COMPATIBILITIES = ['additive', 'breaking'] as const;

export interface SchemaChange {
  /** Sorts behind those before it: `0002_short_name`. */
  name: string;
  compatibility: (typeof COMPATIBILITIES)[number];
  migration: (engine: Engine) => Migration;
}

export const CHANGES: readonly SchemaChange[] = [
  { name: '0001_first_tables', compatibility: 'breaking', migration: firstTables },
];

/** What is not the engine's failure is Kysely's refusal to work on a list of migrations it does not know. */
export const OTHER_VERSION =
  'it was last used by another version of Payout Desk; start that one, or restore a backup';

/** What a database holds, against what this version knows. */
export interface SchemaState {
  /** In order; empty: Payout Desk never used this database. */
  applied: readonly string[];
  /** Still to be applied. */
  pending: readonly string[];
  /** Applied by a newer version. */
  newer: readonly { name: string; isAdditive: boolean }[];
}

/** Only reads. */
export async function readSchema<T>(
  db: Kysely<T>,
  changes: readonly SchemaChange[] = CHANGES,
): Promise<SchemaState> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const has = (table: string): boolean => tables.some(({ name }) => name === table);
  const rows = has('kysely_migration')
    ? (await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)).rows
    : [];
  const applied = rows.map(({ name }) => name);
  const known = new Set(changes.map(({ name }) => name));
  const unknown = applied.filter((name) => !known.has(name));
  const additive =
    unknown.length > 0 && has('schema_changes')
      ? await sql<{ name: string }>`select name from schema_changes where compatibility = 'additive'`.execute(
          db,
        )
      : { rows: [] };
  return {
    applied,
    pending: changes.map(({ name }) => name).filter((name) => !applied.includes(name)),
    newer: unknown.map((name) => ({ name, isAdditive: additive.rows.some((row) => row.name === name) })),
  };
}

/** Another replica of a newer version can migrate between our look and our turn; more often than this it is a fault. */
const TRIES = 3;

/**
 * Returns the names of the changes that were applied. Replicas that start together take turns: the migrator holds a lock of the
 * database while it works.
 */
export async function migrate<T>(
  db: Kysely<T>,
  engine: Engine,
  changes: readonly SchemaChange[] = CHANGES,
): Promise<string[]> {
  let cause: unknown;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const { newer } = await readSchema(db, changes);
    if (newer.some(({ isAdditive }) => !isAdditive)) throw new Error(OTHER_VERSION);
    const migrations = Object.fromEntries(changes.map((change) => [change.name, recorded(change, engine)]));
    // They are there already: the migrator only has to know their names.
    for (const { name } of newer) migrations[name] = { up: async () => {} };
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error === undefined) return results.map(({ migrationName }) => migrationName);
    if (error instanceof Unavailable) throw error;
    cause = error;
  }
  throw new Error(OTHER_VERSION, { cause });
}

/** With its row in the list that older versions read, in the same transaction. */
function recorded({ name, compatibility, migration }: SchemaChange, engine: Engine): Migration {
  return {
    async up(db) {
      await migration(engine).up(db);
      await sql`insert into schema_changes (name, compatibility) values (${name}, ${compatibility})`.execute(
        db,
      );
    },
  };
}
