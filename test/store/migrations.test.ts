/** Owns versions side by side, on both engines: one that knows a change and one that does not, on the same records. */

import { sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { migrateStore, openStore, type OpenStore } from '../../src/store/database.ts';
import { inspectStore } from '../../src/store/inspect.ts';
import { CHANGES, OTHER_VERSION, type SchemaChange } from '../../src/store/migrations/all.ts';
import { databases, ENGINES } from './engines.ts';
import { entry, next, NOON, request } from './samples.ts';
import { additive, breaking } from './next-version.ts';

const opened = async (url: string, changes?: readonly SchemaChange[]): Promise<OpenStore> => {
  const store = await openStore(url, { changes });
  onTestFinished(() => store.close());
  return store;
};

describe.each(ENGINES)('on %s', (engine) => {
  const fresh = databases(engine);
  const NEXT = [...CHANGES, additive(engine)];

  test('an additive change of a newer version: the older one starts and works on it', async () => {
    const { url } = await fresh();
    const before = await opened(url);
    await before.requests.open([request()], [entry()], []);
    await before.close();

    expect(await migrateStore(url, NEXT)).toEqual({ applied: ['9001_next'], of: NEXT.length });
    expect(await migrateStore(url, NEXT)).toEqual({ applied: [], of: NEXT.length });
    expect((await inspectStore(url)).schema).toEqual({
      applied: NEXT.map(({ name }) => name),
      pending: [],
      newer: [{ name: '9001_next', isAdditive: true }],
    });

    const older = await opened(url);
    const found = await older.requests.find('a1');
    if (!found) throw new Error('lost');
    const saved = next(found, { status: 'rejected', wakeAt: undefined });
    expect(await older.requests.save([{ before: found, after: saved, audit: [entry()] }])).toBe(true);
    await older.requests.open([request({ id: 'a2' })], [entry()], []);
    expect(await older.audit.verify()).toMatchObject({ intact: true, rowsChecked: 3 });
    await older.close();

    // And back again, with nothing to migrate.
    const newer = await opened(url, NEXT);
    expect((await newer.requests.pending()).map(({ id }) => id)).toEqual(['a2']);
    expect(await newer.audit.verify()).toMatchObject({ intact: true, rowsChecked: 3 });
  });

  test('a breaking one: the older version is refused, and changes nothing', async () => {
    const database = await fresh();
    const { url } = database;
    await migrateStore(url, [...CHANGES, breaking()]);
    await expect(openStore(url)).rejects.toThrow(OTHER_VERSION);
    await expect(migrateStore(url)).rejects.toThrow(OTHER_VERSION);
    expect(await database.raw('select name from kysely_migration order by name')).toEqual([
      ...CHANGES.map(({ name }) => ({ name })),
      { name: '9001_break' },
    ]);
  });

  test('a change that fails leaves nothing of it', async () => {
    const { url } = await fresh();
    await (await opened(url)).close();
    const wrong: SchemaChange = {
      name: '9002_wrong',
      compatibility: 'additive',
      migration: () => ({ up: async (db) => void (await sql`create table nothing of the kind`.execute(db)) }),
    };
    await expect(migrateStore(url, [...NEXT, wrong])).rejects.toThrow('DATABASE_URL');
    expect((await inspectStore(url)).schema).toMatchObject({ applied: CHANGES.map(({ name }) => name) });
    await (await opened(url)).ping();
  });
});

describe('replicas on PostgreSQL', () => {
  const fresh = databases('postgres');

  test('the older one runs on while the newer one migrates, and one that starts at that moment starts', async () => {
    const { url } = await fresh();
    const running = await opened(url);
    const NEXT = [...CHANGES, additive('postgres')];
    const work = { isDone: false };
    const working = (async () => {
      for (let index = 0; !work.isDone || index < 5; index += 1) {
        await running.requests.open([request({ id: `w${index}`, linkId: `l${index}` })], [entry()], []);
      }
    })();
    const started = await Promise.all([opened(url, NEXT), opened(url), opened(url, NEXT), opened(url)]);
    work.isDone = true;
    await working;
    for (const store of started) await store.audit.append(entry({ at: NOON + 1 }));
    const { intact, rowsChecked } = await running.audit.verify();
    expect({ intact, rowsChecked }).toEqual({
      intact: true,
      rowsChecked: (await running.audit.anchor()).sequence,
    });
  });
});

test('an additive change adds, and takes nothing away', () => {
  for (const { name, compatibility } of CHANGES.slice(1))
    expect([name, compatibility]).toEqual([name, 'additive']);
  expect(CHANGES.map(({ name }) => name)).toEqual(
    CHANGES.map(({ name }) => name).toSorted((a, b) => (a < b ? -1 : 1)),
  );
});
