/** Owns keyed audit hashes: what the key finds, switching it on later, and what its loss or removal looks like. */

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '../../src/payouts/audit-entry.ts';
import { type AuditStore, OTHER_KEY } from '../../src/store/audit.ts';
import { databases, ENGINES } from './engines.ts';
import { request, entry, next, NOON } from './samples.ts';
import { KEY_PROBLEMS } from '../../src/store/audit-verify.ts';

const KEY = 'k'.repeat(32);
const OTHER = 'o'.repeat(32);

describe.each(ENGINES)('the audit with a key on %s', (engine) => {
  const fresh = databases(engine);
  const ignore = (): void => {};

  async function withKey(rowsBefore: number, rowsAfter: number) {
    const database = await fresh();
    const unkeyed = await database.open();
    await unkeyed.audit.begin(NOON);
    for (let index = 0; index < rowsBefore; index += 1) await unkeyed.audit.append(entry());
    await unkeyed.close();
    const store = await database.open(ignore, KEY);
    await store.audit.begin(NOON);
    for (let index = 0; index < rowsAfter; index += 1) await store.audit.append(entry());
    return { database, store };
  }

  /** One store on a database at a time: SQLite has one process. */
  async function verifiedWith(database: Awaited<ReturnType<typeof fresh>>, key: string | undefined) {
    const store = await database.open(ignore, key);
    const verdict = await store.audit.verify();
    await store.close();
    return verdict;
  }

  const found = ({ faults }: Awaited<ReturnType<AuditStore['verify']>>) =>
    faults.map(({ kind, sequence, through }) => `${kind} ${sequence}-${through}`);

  const unguard =
    engine === 'sqlite'
      ? ['update', 'delete', 'replace'].map((kind) => `drop trigger audit_no_${kind}`)
      : ['alter table audit disable trigger all'];

  test('switched on later, the rows before still verify, and a row says from where it counts', async () => {
    const { store } = await withKey(2, 2);
    const verdict = await store.audit.verify();
    expect(verdict).toMatchObject({ intact: true, rowsChecked: 5, keyedFrom: 3 });
    const [, , begun] = await store.audit.list({ limit: 5 });
    expect(begun).toMatchObject({ sequence: 3, actorId: SYSTEM_ACTOR, action: 'audit.key_set' });
    // A second start, and a second replica, go on where the first began.
    await store.audit.begin(NOON);
    expect((await store.audit.anchor()).sequence).toBe(5);
    // Rows written with a change are keyed as well.
    const before = request();
    await store.requests.open([before], [entry()], []);
    await store.requests.save([{ before: before, after: next(before, {}), audit: [entry()] }]);
    expect(await store.audit.verify()).toMatchObject({ intact: true, rowsChecked: 7, keyedFrom: 3 });
  });

  test('without the key, or with a wrong one, one line says so, not one for each row', async () => {
    const { database, store } = await withKey(2, 3);
    await store.close();
    const missing = await verifiedWith(database, undefined);
    expect(found(missing)).toEqual(['unproved 3-6']);
    expect(missing.faults[0]?.why).toBe(KEY_PROBLEMS.notSet);
    const wrong = await verifiedWith(database, OTHER);
    expect(found(wrong)).toEqual(['unproved 3-6']);
    expect(wrong.faults[0]?.why).toBe(KEY_PROBLEMS.another);
    expect((await verifiedWith(database, KEY)).intact).toBe(true);
  });

  test.each([undefined, OTHER])('once keyed, nothing is written without that key (%j)', async (key) => {
    const { database, store } = await withKey(0, 1);
    await store.close();
    const other = await database.open(ignore, key);
    await expect(other.audit.begin(NOON)).rejects.toThrow(OTHER_KEY);
    await expect(other.audit.append(entry())).rejects.toThrow(OTHER_KEY);
    const given = request();
    await expect(other.requests.open([given], [entry()], [])).rejects.toThrow(OTHER_KEY);
    expect(await other.requests.find(given.id)).toBeUndefined();
    await other.close();
    expect(await verifiedWith(database, KEY)).toMatchObject({ intact: true, rowsChecked: 2 });
  });

  /** What somebody with the database and without the key can compute: the published form of a row, unkeyed. */
  async function forge(database: Awaited<ReturnType<typeof fresh>>, from: number): Promise<void> {
    const rows = await database.raw(`select * from audit where sequence >= ${from} order by sequence`);
    const [before] = await database.raw(`select hash from audit where sequence = ${from - 1}`);
    let previous = String(Object(before)['hash'] ?? '0'.repeat(64));
    for (const each of rows) {
      const row = Object(each);
      const { sequence, at, scheme: _scheme, previous_hash: _previous, hash: _hash, ...fields } = row;
      const rest = Object.values({ ...fields, reason: 'forged' });
      const canonical = ['audit-1', 'sha256', previous, Number(sequence), at, ...rest];
      const hash = createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
      await database.raw(
        `update audit set reason = 'forged', scheme = 'sha256', previous_hash = '${previous}', hash = '${hash}' where sequence = ${row.sequence}`,
        `update audit_head set hash = '${hash}', scheme = 'sha256'`,
      );
      previous = hash;
    }
  }

  test('a chain computed anew without the key is found, from whichever row on', async () => {
    const { database, store } = await withKey(2, 2);
    await database.raw(...unguard);
    await forge(database, 4);
    expect(found(await store.audit.verify())).toEqual(['unkeyed 4-5']);
    await forge(database, 1);
    const whole = await store.audit.verify();
    expect(found(whole)).toEqual(['unkeyed 1-5']);
    expect(whole.faults[0]?.why).toBe(KEY_PROBLEMS.noneKeyed);
    // The same forgery of an audit that never had a key is what `--expect` is for.
    await store.close();
    expect((await verifiedWith(database, undefined)).intact).toBe(true);
  });

  test('an empty database in place of the keyed one is found', async () => {
    const database = await fresh();
    expect(await verifiedWith(database, KEY)).toMatchObject({ intact: false, rowsChecked: 0 });
    expect(await verifiedWith(database, undefined)).toMatchObject({ intact: true, rowsChecked: 0 });
  });
});
