/** Owns translating what a database engine throws into StoreUnavailable. */

import type { DatabaseConnection, Dialect } from 'kysely';
import { StoreUnavailable } from '../errors.ts';
import { wrapDriver } from './dialect.ts';

export const STORE_UNREACHABLE =
  'Payout Desk’s database could not be reached. No action was taken. Try again in a minute.';
const NOT_CONFIRMED = 'Not confirmed as saved. Check the card or the list before you try again.';

/**
 * The same dialect, with every failure of the engine translated: waiting for a connection, beginning, a statement,
 * committing. A connection lost during COMMIT leaves open whether it was kept; callers are safe because every
 * change names the version it replaces, so the same change cannot be made twice.
 */
export function translateFailures(dialect: Dialect): Dialect {
  const guarded = new WeakSet<DatabaseConnection>();
  return wrapDriver(
    dialect,
    (acquire) => (options) =>
      translating(async () => {
        const connection = await acquire(options);
        // Drivers hand out the same connection again; it must not be wrapped twice.
        if (!guarded.has(connection)) guardConnection(connection);
        guarded.add(connection);
        return connection;
      }),
  );
}

/** In place, as Kysely itself does for its logging: drivers know their connections by identity. */
function guardConnection(connection: DatabaseConnection): void {
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = (query, options) =>
    translating(
      () => execute(query, options),
      /^\s*commit/i.test(query.sql) ? NOT_CONFIRMED : STORE_UNREACHABLE,
    );
}

async function translating<T>(work: () => Promise<T>, sentence = STORE_UNREACHABLE): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StoreUnavailable ? error : new StoreUnavailable(sentence, { cause: error });
  }
}
