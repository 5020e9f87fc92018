/** Owns moving from SQLite to PostgreSQL: everything or nothing, compared row by row and by the hashes of the audit. */

import { z } from 'zod';
import { describe, expect, onTestFinished, test } from 'vitest';
import { moveTo } from '../../src/cli/store-commands.ts';
import { openStore } from '../../src/store/database.ts';
import { MOVE_PROBLEMS, moveStore } from '../../src/store/move.ts';
import { FILE_PROBLEMS } from '../../src/store/sqlite.ts';
import { databases, type TestDatabase } from './engines.ts';
import { fillTables } from './fill.ts';
import { card, entry, next, NOON, request } from './samples.ts';

const AUDIT_KEY = 'a key of the audit that is long enough';

/** Requests in all states with messages, an audit with names and amounts, and rows of every other table. */
async function realistic(database: TestDatabase): Promise<void> {
  const store = await openStore(database.url, { auditKey: AUDIT_KEY });
  await store.audit.begin(NOON);
  for (let index = 0; index < 12; index += 1) {
    const opened = await store.requests.open(
      [request({ id: `r${index}`, linkId: `link ${index}`, reason: `Wrong amount, “₹1”; it's ${index} 🙂` })],
      [entry({ at: NOON + index, amountPaise: 12_345_678_900 + index, reason: `नमस्ते ${index}` })],
      [card({ id: `c${index}`, cancelRequestId: `r${index}` })],
    );
    const [before] = opened.opened ? opened.batch.requests : [];
    if (before && index % 3 > 0)
      await store.requests.save([
        {
          before,
          after: next(before, { status: index % 3 === 1 ? 'executed' : 'unresolved' }),
          audit: [entry()],
        },
      ]);
  }
  await store.close();
  await fillTables('sqlite', database, {
    rows: 40,
    without: ['cancel_requests', 'cards', 'audit', 'audit_head', 'write_check', 'stuck_walks'],
  });
}

describe('from SQLite to PostgreSQL', () => {
  const sqlite = databases('sqlite');
  const postgres = databases('postgres');

  test('every row of every table, and the audit goes on where it ended', async () => {
    const [from, to] = [await sqlite(), await postgres()];
    await realistic(from);
    const lines: string[] = [];
    const settings = { databaseUrl: from.url, auditKey: AUDIT_KEY };
    expect(await moveTo(settings, to.url, (line) => lines.push(line))).toBe(0);
    const tables = await tablesOf(from);
    expect(lines.at(-2)).toMatch(
      new RegExp(`^moved and compared: ${tables.length} tables, [\\d,]+ rows; audit intact: 21 rows`),
    );

    for (const table of tables) {
      const rows = await from.raw(`select * from ${table}`);
      expect(rows.length, table).toBeGreaterThan(0);
      expect(await sorted(to, table), table).toEqual(await sorted(from, table));
    }
    const store = await openStore(to.url, { auditKey: AUDIT_KEY });
    onTestFinished(() => store.close());
    await store.requests.open([request({ id: 'new', linkId: 'new link' })], [entry()], []);
    expect((await store.requests.find('new'))?.number).toBe(1013);
    expect(await store.audit.verify()).toMatchObject({ intact: true, rowsChecked: 22 });
    // The original is as it was.
    const original = await openStore(from.url, { auditKey: AUDIT_KEY });
    expect(await original.audit.verify()).toMatchObject({ intact: true, rowsChecked: 21 });
    await original.close();
  });

  test('nothing is moved while Payout Desk runs, into records, from nothing, or twice', async () => {
    const [from, to] = [await sqlite(), await postgres()];
    await expect(moveStore(from.url, to.url)).rejects.toThrow(MOVE_PROBLEMS.noSource);
    const running = await openStore(from.url);
    await running.audit.append(entry());
    await expect(moveStore(from.url, to.url)).rejects.toThrow(FILE_PROBLEMS.inUse);
    await running.close();
    await expect(moveStore(from.url, 'postgres://127.0.0.1:1/none')).rejects.toThrow('DATABASE_URL');
    await moveStore(from.url, to.url);
    await expect(moveStore(from.url, to.url)).rejects.toThrow(MOVE_PROBLEMS.notEmpty('audit'));
  });

  test('one that is cut off leaves nothing, and is made again', async () => {
    const [from, to] = [await sqlite(), await postgres()];
    await realistic(from);
    const cut = moveStore(from.url, to.url, {
      auditKey: AUDIT_KEY,
      onTable: (table) => {
        if (table === 'watches') throw new Error('cut off');
      },
    });
    await expect(cut).rejects.toThrow('cut off');
    expect(await to.raw('select * from cancel_requests')).toEqual([]);
    expect(await to.raw('select sequence from audit_head')).toEqual([{ sequence: '0' }]);
    expect((await moveStore(from.url, to.url, { auditKey: AUDIT_KEY })).audit.intact).toBe(true);
  });

  test('a value that PostgreSQL gives back otherwise is found', async () => {
    const [from, to] = [await sqlite(), await postgres()];
    await realistic(from);
    // Padded with blanks.
    await to.raw('alter table cancel_requests alter column requested_by type char(60)');
    await expect(moveStore(from.url, to.url, { auditKey: AUDIT_KEY })).rejects.toThrow(
      MOVE_PROBLEMS.differs('cancel_requests'),
    );
    expect(await to.raw('select * from cancel_requests')).toEqual([]);
  });

  test('faults of the audit are moved as they are', async () => {
    const [from, to] = [await sqlite(), await postgres()];
    const store = await openStore(from.url);
    for (let index = 0; index < 5; index += 1) await store.audit.append(entry());
    await store.close();
    await from.raw('drop trigger audit_no_update', `update audit set reason = 'other' where sequence = 3`);
    const { audit } = await moveStore(from.url, to.url);
    expect(audit).toMatchObject({ intact: false, faults: [{ kind: 'changed', sequence: 3 }] });
  });
});

const named = z.array(z.object({ name: z.string() }));

async function tablesOf(database: TestDatabase): Promise<string[]> {
  const rows = await database.raw(
    `select name from sqlite_master where type = 'table' and name not like 'sqlite%'
       and name not like 'kysely%' and name <> 'schema_changes'`,
  );
  return named.parse(rows).map(({ name }) => name);
}

/** Rows as text, in an order that both engines agree on; the driver of the tests gives bigint as text. */
async function sorted(database: TestDatabase, table: string): Promise<string[]> {
  const rows = z.array(z.record(z.string(), z.unknown())).parse(await database.raw(`select * from ${table}`));
  return rows
    .map((row) =>
      JSON.stringify(
        Object.entries(row)
          .map(([name, value]) => [name, typeof value === 'number' ? `${value}` : value])
          .toSorted(([a = ''], [b = '']) => (String(a) < String(b) ? -1 : 1)),
      ),
    )
    .toSorted((a, b) => (a < b ? -1 : 1));
}
