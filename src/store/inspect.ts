/** Owns looking at a store without changing anything: no folder, file or lock is made, and nothing is migrated. */

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Kysely, sql } from 'kysely';
import { Unavailable } from '../errors.ts';
import type { Access, OpenEngine } from './engine.ts';
import { translateFailures } from './failure.ts';
import { CHANGES, readSchema, type SchemaChange, type SchemaState } from './migrations/all.ts';
import { openEngine, sqlitePath } from './open-engine.ts';
import { TAKES_NO_WRITES } from './postgres.ts';
import type { Tables } from './schema.ts';
import { FILE_PROBLEMS, fileRefused, hasLog, isHeld } from './sqlite.ts';

export interface StoreState {
  /** An SQLite file that a running process has to itself. PostgreSQL is shared, so it cannot be told there. */
  isHeld: boolean;
  /** Undefined where it cannot be read without changing something: a crash left a log that the next start merges. */
  schema: SchemaState | undefined;
  /** How many rows the audit has; undefined without one. */
  auditRows: number | undefined;
}

const NOTHING: StoreState = {
  isHeld: false,
  schema: { applied: [], pending: CHANGES.map(({ name }) => name), newer: [] },
  auditRows: undefined,
};

/** Rejects with an Error of one line that says what to do, as the start would. */
export async function inspectStore(
  databaseUrl: string,
  changes: readonly SchemaChange[] = CHANGES,
): Promise<StoreState> {
  const given = sqlitePath(databaseUrl);
  if (given === undefined) return inspectEngine(databaseUrl, 'beside', changes);
  const path = resolve(given);
  if (!existsSync(path)) {
    insistOnFolder(given, path);
    return NOTHING;
  }
  insistOn(given, path, constants.R_OK | constants.W_OK);
  const held = isHeld(path);
  if (held) return { ...(await inspectEngine(databaseUrl, 'beside', changes)), isHeld: true };
  if (hasLog(path)) return { isHeld: false, schema: undefined, auditRows: undefined };
  if (statSync(path).size === 0) return NOTHING;
  const state = await inspectEngine(databaseUrl, 'still', changes);
  if (state.schema?.applied.length === 0) throw new Error(fileRefused(given, FILE_PROBLEMS.hollow));
  return state;
}

/** The closest folder that is there has to take a new one. */
function insistOnFolder(given: string, path: string): void {
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  if (!statSync(folder).isDirectory()) throw new Error(fileRefused(given, FILE_PROBLEMS.folder('ENOTDIR')));
  insistOn(given, folder, constants.W_OK | constants.X_OK);
}

function insistOn(given: string, path: string, mode: number): void {
  try {
    accessSync(path, mode);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EACCES';
    throw new Error(fileRefused(given, FILE_PROBLEMS.folder(code)), { cause: error });
  }
}

async function inspectEngine(
  databaseUrl: string,
  access: Access,
  changes: readonly SchemaChange[],
): Promise<StoreState> {
  const engine = await openEngine(databaseUrl, () => {}, access);
  const db = new Kysely<Tables>({ dialect: translateFailures(engine.dialect) });
  try {
    if (engine.kind === 'postgres') await insistOnPrimary(db);
    const schema = await readSchema(db, changes);
    const head =
      schema.applied.length === 0
        ? undefined
        : await db.selectFrom('audit_head').select('sequence').where('id', '=', 1).executeTakeFirst();
    return { isHeld: false, schema, auditRows: head?.sequence };
  } catch (error) {
    throw explained(engine, error);
  } finally {
    await engine.close();
  }
}

async function insistOnPrimary(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ standby: boolean }>`select pg_is_in_recovery() as standby`.execute(db);
  if (rows[0]?.standby) throw new Error(TAKES_NO_WRITES);
}

/** As the line of an operator. */
export function explained(engine: OpenEngine, error: unknown): Error {
  return engine.explain(error instanceof Unavailable ? error.cause : error);
}
