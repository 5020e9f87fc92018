/** Owns how Kysely talks to SQLite: migrations in a transaction, and a turn of the event loop between two uses. */

import { setImmediate } from 'node:timers/promises';
import { type Dialect, SqliteAdapter, SqliteDialect } from 'kysely';
import { wrapDriver } from './dialect.ts';

/** Kysely migrates SQLite statement by statement, so that a crash would leave half of the tables; SQLite needs none of it. */
export class TransactionalDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * SQLite answers synchronously, so queued queries would run without a turn of the event loop between them: no request
 * would be acknowledged meanwhile, and no timer fire. Each acquisition of the one connection yields to the loop.
 */
export function yielding(dialect: Dialect): { dialect: Dialect; waiting: () => number } {
  let waiting = 0;
  const wrapped = wrapDriver(dialect, (acquire) => async (options) => {
    waiting += 1;
    const connection = await acquire(options).finally(() => {
      waiting -= 1;
    });
    await setImmediate();
    return connection;
  });
  return { dialect: wrapped, waiting: () => waiting };
}
