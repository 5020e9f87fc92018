/** Owns translating what a database engine throws into StoreUnavailable. */

import type { DatabaseConnection, Dialect, Driver } from 'kysely';
import { StoreUnavailable } from '../errors.ts';

const SENTENCE = "The desk's records cannot be reached, so nothing was done. Try again in a minute.";
const UNSURE =
  "The desk's records did not confirm this, so nobody can say yet whether it was recorded. Look at the card or the list before you try again.";

/**
 * The same dialect, with every failure of the engine translated: waiting for a connection, beginning, a statement,
 * committing. A connection lost during COMMIT leaves open whether it was kept; callers are safe because every
 * change names the version it replaces, so the same change cannot be made twice.
 */
export function translateFailures(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => guardDriver(dialect.createDriver()),
  };
}

function guardDriver(driver: Driver): Driver {
  const acquire = driver.acquireConnection.bind(driver);
  const guarded = new WeakSet<DatabaseConnection>();
  driver.acquireConnection = (options) =>
    translating(async () => {
      const connection = await acquire(options);
      // Drivers hand out the same connection again; it must not be wrapped twice.
      if (!guarded.has(connection)) guardConnection(connection);
      guarded.add(connection);
      return connection;
    });
  return driver;
}

/** In place, as Kysely itself does for its logging: drivers know their connections by identity. */
function guardConnection(connection: DatabaseConnection): void {
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = (query, options) =>
    translating(() => execute(query, options), /^\s*commit/i.test(query.sql) ? UNSURE : SENTENCE);
}

async function translating<T>(work: () => Promise<T>, sentence = SENTENCE): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StoreUnavailable ? error : new StoreUnavailable(sentence, { cause: error });
  }
}
