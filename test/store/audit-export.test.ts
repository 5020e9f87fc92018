/** Owns that an export of a long audit reads each row once: on SQLite by its plan, on both engines by what it gives. */

import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { describe, expect, test } from 'vitest';
import { auditBatch, auditRange } from '../../src/store/audit.ts';
import type { Tables } from '../../src/store/schema.ts';
import { openStore } from '../../src/store/database.ts';
import { databases, ENGINES, temporaryFolder } from './engines.ts';
import { MINUTE, NOON } from './samples.ts';

const ROWS = 100_000;
const COLUMNS = 'sequence, at, actor_id, action, scheme, previous_hash, hash';
const SECOND_MS = 1_000;

describe.each(ENGINES)('a long audit on %s', (engine) => {
  const fresh = databases(engine, { isNew: true });

  test('an export of any range gives its rows once each, in order, also those of a clock that was behind', async () => {
    const database = await fresh();
    const store = await database.open();
    // Past the store: hashes are not looked at here, and each append is a transaction.
    const at = engine === 'sqlite' ? SQLITE_INSTANT : POSTGRES_INSTANT;
    await database.raw(
      `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${ROWS})
       insert into audit (${COLUMNS}) select n, ${at}, 'U1', 'row', 'sha256', '', '' from numbers`,
    );
    const exported = async (from: number, to: number): Promise<number[]> => {
      const found: number[] = [];
      for await (const { sequence } of store.audit.rows(from, to)) found.push(sequence);
      return found;
    };
    const all = await exported(0, NOON * 2);
    expect(all).toHaveLength(ROWS);
    expect(all.every((sequence, index) => sequence === index + 1)).toBe(true);
    // Every thousandth row was written by a replica that is ten minutes behind.
    const start = NOON + 50_000 * SECOND_MS;
    const part = await exported(start, start + 700 * SECOND_MS);
    const expected = Array.from({ length: 1_400 }, (_, index) => 50_000 + index).filter((sequence) => {
      const secondsBehind = sequence % 1_000 === 0 ? 600 : 0;
      const seconds = sequence - secondsBehind - 50_000;
      return seconds >= 0 && seconds < 700;
    });
    expect(part).toEqual(expected);
    expect(await exported(NOON - MINUTE, NOON - 1)).toEqual([]);
  });
});

const SQLITE_INSTANT = `strftime('%Y-%m-%dT%H:%M:%fZ', ${NOON / 1_000} + n - 600 * (n % 1000 = 0), 'unixepoch')`;
const POSTGRES_INSTANT = `to_char(to_timestamp(${NOON / 1_000} + n - case when n % 1000 = 0 then 600 else 0 end) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

test('on SQLite a batch is found by its numbers without sorting, and a range by its index alone', async () => {
  const path = `${temporaryFolder()}/desk.db`;
  await (await openStore(`sqlite:${path}`)).close();
  const file = new DatabaseSync(path);
  const compile = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: async () => Promise.reject(new Error('compiles only')) }),
  });
  const planOf = (query: { compile(): { sql: string } }): string =>
    file
      .prepare(`explain query plan ${query.compile().sql}`)
      .all()
      .map(({ detail }) => String(detail))
      .join('; ');
  const batch = planOf(auditBatch(compile, 1, 9));
  expect(batch).toMatch(/^SEARCH audit USING INDEX \S+ \(sequence>\? AND sequence<\?\)$/);
  const range = planOf(auditRange(compile, 0, 9));
  expect(range).toMatch(/^SEARCH audit USING COVERING INDEX audit_at \(at>\? AND at<\?\)$/);
  file.close();
});
