/** Owns how Kysely talks to SQLite: migrations in a transaction, and turns of the event loop between its parts. */

import { setImmediate } from 'node:timers/promises';
import {
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import { wrapDriver } from './dialect.ts';

/** Kysely migrates SQLite statement by statement, so that a crash would leave half of the tables; SQLite needs none of it. */
export class TransactionalDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): SqliteDriver {
    return new TurningDriver(this.#config);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** A commit waits for the disk, and what comes before it may take as long: a turn of the event loop parts the two. */
class TurningDriver extends SqliteDriver {
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await setImmediate();
    await super.commitTransaction(connection);
  }
}

/** How long queries may follow each other without a turn of the event loop, which takes as long as a query by itself. */
const A_TURN_MS = 2;

/**
 * SQLite answers synchronously, so queued queries would run without a turn of the event loop between them: no request
 * would be acknowledged meanwhile, and no timer fire. Acquisitions of the one connection yield to the loop. `now`: milliseconds.
 */
export function yielding(
  dialect: Dialect,
  now: () => number = () => performance.now(),
): { dialect: Dialect; waiting: () => number } {
  let waiting = 0;
  let turnEndsAt = -Infinity;
  const wrapped = wrapDriver(dialect, (acquire) => async (options) => {
    waiting += 1;
    const connection = await acquire(options).finally(() => {
      waiting -= 1;
    });
    if (now() >= turnEndsAt) {
      await setImmediate();
      turnEndsAt = now() + A_TURN_MS;
    }
    return connection;
  });
  return { dialect: wrapped, waiting: () => waiting };
}
