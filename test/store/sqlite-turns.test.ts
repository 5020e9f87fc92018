/** Owns when queries of SQLite, which answer synchronously, let the event loop turn: after a bounded time, and before a commit. */

import { setImmediate } from 'node:timers/promises';
import { DummyDriver, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { expect, test } from 'vitest';
import { TransactionalDialect, yielding } from '../../src/store/sqlite-dialect.ts';

const QUERIES = 20;

/** How often the event loop turns while so many queries that wait take `queryMs` each. */
async function turnsOf(queryMs: number): Promise<number> {
  let now = 1_000;
  const { dialect, waiting } = yielding(
    {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    () => now,
  );
  const driver = dialect.createDriver();
  const end = new AbortController();
  let turns = 0;
  const turning = (async () => {
    for (; !end.signal.aborted; turns += 1) await setImmediate();
  })();
  for (let query = 0; query < QUERIES; query += 1) {
    await driver.acquireConnection();
    now += queryMs;
  }
  end.abort();
  const counted = turns;
  await turning;
  expect(waiting()).toBe(0);
  return counted;
}

test('a commit has a turn of its own', async () => {
  let turn = 0;
  const ran: [string, number][] = [];
  const driver = new TransactionalDialect({
    database: {
      close: () => {},
      prepare: (text) => {
        ran.push([text, turn]);
        const changed = { changes: 0, lastInsertRowid: 0 };
        return { reader: false, all: () => [], run: () => changed, iterate: () => [].values() };
      },
    },
  }).createDriver();
  await driver.init();
  const connection = await driver.acquireConnection();
  const committed = driver.beginTransaction(connection).then(() => driver.commitTransaction(connection));
  for (turn = 0; turn < 3; turn += 1) await setImmediate();
  await committed;
  expect(ran).toEqual([
    ['begin', 0],
    ['commit', expect.toSatisfy((at: number) => at > 0)],
  ]);
});

test('long queries have a turn each', async () => {
  expect(await turnsOf(2)).toBeGreaterThanOrEqual(QUERIES - 1);
});

test('short ones share it, for two milliseconds', async () => {
  const turns = await turnsOf(0.5);
  expect(turns).toBeGreaterThanOrEqual(QUERIES / 4 - 1);
  expect(turns).toBeLessThan(QUERIES / 2);
});
