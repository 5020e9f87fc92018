/**
 * Owns transactions whose commit does not wait for the disk: for what is only learned beside the work, best effort. After a
 * power failure the last of them may be missing; what is committed otherwise stays on the disk first.
 */

import { sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { Change, Database } from './schema.ts';
import { UNSYNCHRONISED } from './sqlite.ts';

/** On SQLite a commit that waits keeps the event loop from turning; PostgreSQL waits in a process of its own. */
export async function withoutWaiting<Result>(
  db: Database,
  engine: Engine,
  work: (change: Change) => Promise<Result>,
): Promise<Result> {
  if (engine === 'postgres') return db.transaction().execute(work);
  return db.connection().execute(async (connection) => {
    await sql.raw(UNSYNCHRONISED).execute(connection);
    return connection.transaction().execute(work);
  });
}
