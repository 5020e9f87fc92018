/** Owns the audit on both engines: rows kept as given, chained, filtered, and tampering found. */

import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../src/payouts/audit-entry.ts';
import type { AuditAnchor, AuditRow } from '../../src/payouts/audit-port.ts';
import { databases, ENGINES } from './engines.ts';
import { request, entry, next, NOON } from './samples.ts';
import { NO_HEAD } from '../../src/store/audit.ts';

/** An entry with every field. */
const FULL: Required<AuditEntry> = {
  at: NOON,
  actorId: 'U_CHECKER',
  action: 'cancel.approved',
  subject: 'cancel.approve',
  outcome: 'cancelled',
  linkId: 'l1',
  cancelRequestId: 'a1',
  reference: 'ORDER-1',
  transactionDate: '2026-11-20',
  amountPaise: 12_345_678_900,
  reason: 'Agreed 😀 "quoted"\n',
  detail: 'InstantPay: “done”',
  affectedUserId: 'U_SECOND',
  approvals: 1,
  approvalsRequired: 2,
  rowCount: 20,
  ipayUuid: 'h0689e4d',
  statusBefore: 'pending',
  statusAfter: 'approved',
  decisionMs: 61_000,
};

describe.each(ENGINES)('the audit on %s', (engine) => {
  const fresh = databases(engine);

  async function withRows(count: number) {
    const database = await fresh();
    const store = await database.open();
    for (let index = 0; index < count; index += 1) {
      await store.audit.append(entry({ at: NOON + index, reason: `row ${index + 1}` }));
    }
    return { database, store };
  }

  test('a row is kept as it was given, across a restart, and follows the ones before', async () => {
    const database = await fresh();
    const store = await database.open();
    await store.audit.append(FULL);
    await store.close();
    const again = await database.open();
    await again.audit.append(entry());
    const [second, first] = await again.audit.list({ limit: 9 });
    expect(first).toStrictEqual({
      sequence: 1,
      ...FULL,
      previousHash: '0'.repeat(64),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(second?.previousHash).toBe(first?.hash);
    expect(await again.audit.anchor()).toEqual({ sequence: 2, hash: second?.hash });
    expect(second).toMatchObject({ sequence: 2, linkId: undefined, decisionMs: undefined });
    expect(await again.audit.verify()).toMatchObject({ intact: true, rowsChecked: 2 });
  });

  test('text a database cannot hold is made to fit before it is hashed', async () => {
    const { store } = await withRows(0);
    await store.audit.append(entry({ reason: 'NUL \0 and half a pair \ud83d', decisionMs: 1.5 }));
    expect(await store.audit.list({ limit: 1 })).toMatchObject([
      { reason: 'NUL \ufffd and half a pair \ufffd', decisionMs: 2 },
    ]);
    expect((await store.audit.verify()).intact).toBe(true);
  });

  test('whatever a caller hands over, a row holds nothing unmasked', async () => {
    const { store } = await withRows(0);
    await store.audit.append(
      entry({ reason: '9876543210 of 2026-11-20', detail: 'told asha@okaxis', reference: '9876543210' }),
    );
    expect(await store.audit.list({ limit: 1 })).toMatchObject([
      { reason: '******3210 of 2026-11-20', detail: 'told a***@okaxis', reference: '******3210' },
    ]);
    expect((await store.audit.verify()).intact).toBe(true);
  });

  test('the list filters by link, request, person and time, newest first', async () => {
    const { store } = await withRows(3);
    await store.audit.append(entry({ at: NOON + 9, linkId: 'l1', actorId: 'U2' }));
    await store.audit.append(entry({ at: NOON + 9, linkId: 'l1', cancelRequestId: 'r1' }));
    const found = async (filter: object) =>
      (await store.audit.list({ limit: 99, ...filter })).map((row) => row.sequence);
    expect(await found({})).toEqual([5, 4, 3, 2, 1]);
    expect(await found({ limit: 2 })).toEqual([5, 4]);
    expect(await found({ linkId: 'l1' })).toEqual([5, 4]);
    expect(await found({ linkId: 'l1', actorId: 'U2' })).toEqual([4]);
    expect(await found({ cancelRequestId: 'r1' })).toEqual([5]);
    expect(await found({ cancelRequestId: 'r2' })).toEqual([]);
    expect(await found({ from: NOON + 1, to: NOON + 9 })).toEqual([3, 2]);
  });

  test('an export goes through every row of the time in the order written, over many batches', async () => {
    const { store } = await withRows(0);
    const before = request();
    await store.requests.open([before], [entry({ at: NOON - 1 })], []);
    const many = Array.from({ length: 1203 }, (_, index) => entry({ at: NOON + (index % 7) }));
    await store.requests.save([{ before: before, after: next(before, {}), audit: many }]);
    await store.audit.append(entry({ at: NOON + 7 }));
    const rows: AuditRow[] = [];
    for await (const row of store.audit.rows(NOON, NOON + 7)) rows.push(row);
    expect(rows.map((row) => row.sequence)).toEqual(many.map((_, index) => index + 2));
    expect(await store.audit.verify()).toEqual({
      intact: true,
      rowsChecked: 1205,
      last: await store.audit.anchor(),
      keyedFrom: undefined,
      faults: [],
    });
  });

  test('rows appended by many at once have no gap and one chain', async () => {
    const stores = await (await fresh()).openTwo();
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => stores[index % 2 === 0 ? 0 : 1].audit.append(entry())),
    );
    const rows = await stores[0].audit.list({ limit: 99 });
    expect(rows.map((row) => row.sequence)).toEqual(Array.from({ length: 50 }, (_, index) => 50 - index));
    expect((await stores[1].audit.verify()).intact).toBe(true);
  });

  test.each([
    `update audit set reason = 'nothing' where sequence = 2`,
    `delete from audit where sequence = 2`,
    engine === 'sqlite' ? `replace into audit select * from audit where sequence = 2` : `truncate audit`,
  ])('the database refuses: %s', async (statement) => {
    const { database, store } = await withRows(3);
    await expect(database.raw(statement)).rejects.toThrow('the audit is append-only');
    expect(await store.audit.list({ limit: 9 })).toHaveLength(3);
    expect((await store.audit.verify()).intact).toBe(true);
  });

  const unguard =
    engine === 'sqlite'
      ? ['update', 'delete', 'replace'].map((kind) => `drop trigger audit_no_${kind}`)
      : ['alter table audit disable trigger all'];
  const COLUMNS =
    'at, actor_id, action, link_id, cancel_request_id, amount_paise, reason, outcome, ipay_uuid, status_before, status_after, decision_ms, scheme, previous_hash, hash';
  const copyOf = (from: number, as: number) =>
    `insert into audit (sequence, ${COLUMNS}) select ${as}, ${COLUMNS} from audit where sequence = ${from}`;

  test.each<[string, string[], string[]]>([
    ['a changed word', [`update audit set reason = 'no' where sequence = 3`], ['changed 3-3']],
    [
      'a changed time',
      [`update audit set at = '2020-01-01T00:00:00.000Z' where sequence = 1`],
      ['changed 1-1'],
    ],
    ['a changed amount', [`update audit set amount_paise = 1 where sequence = 5`], ['changed 5-5']],
    ['a changed hash', [`update audit set hash = previous_hash where sequence = 2`], ['changed 2-2']],
    ['a changed link', [`update audit set previous_hash = hash where sequence = 4`], ['changed 4-4']],
    ['a changed last hash', [`update audit set hash = previous_hash where sequence = 5`], ['changed 5-5']],
    ['a removed row', [`delete from audit where sequence = 3`], ['removed 3-3']],
    ['a removed beginning', [`delete from audit where sequence <= 2`], ['removed 1-2']],
    ['a cut-off end', [`delete from audit where sequence >= 4`], ['removed 4-5']],
    ['everything removed', [`delete from audit`], ['removed 1-5']],
    ['a row put at the end', [copyOf(2, 6)], ['inserted 6-6']],
    ['a row put before the first', [copyOf(1, 0)], ['inserted 0-0']],
    [
      'a row put in place of another',
      [`delete from audit where sequence = 3`, copyOf(2, 3)],
      ['changed 3-3'],
    ],
    [
      'two rows exchanged',
      [2, 3, 2].map(
        (from, step) =>
          `update audit set sequence = ${[99, 2, 3][step]} where sequence = ${step === 2 ? 99 : from}`,
      ),
      ['changed 2-2', 'changed 3-3'],
    ],
    [
      'all at once',
      [`update audit set reason = 'no' where sequence = 1`, `delete from audit where sequence in (3, 5)`],
      ['changed 1-1', 'removed 3-3', 'removed 5-5'],
    ],
    [
      'an end cut off with its head row',
      [`delete from audit where sequence > 3`, `delete from audit_head`],
      ['removed 0-0'],
    ],
  ])('%s is found', async (_name, tampering, expected) => {
    const { database, store } = await withRows(5);
    await database.raw(...unguard, ...tampering);
    const verdict = await store.audit.verify();
    expect(verdict.faults.map((fault) => `${fault.kind} ${fault.sequence}-${fault.through}`)).toEqual(
      expected,
    );
    expect(verdict.intact).toBe(false);
  });

  test('a change of any column is found', async () => {
    const { database, store } = await withRows(1);
    await store.audit.append(FULL);
    await database.raw(...unguard);
    const [row] = await database.raw('select * from audit where sequence = 2');
    for (const [column, value] of Object.entries(Object(row))) {
      if (column === 'sequence') continue;
      const isNumber = /^\d+$/.test(String(value));
      const set = (change: string): Promise<unknown> =>
        database.raw(`update audit set ${column} = ${change} where sequence = 2`);
      expect(value, column).not.toBeNull();
      await set(isNumber ? `${column} + 1` : `${column} || 'x'`);
      expect((await store.audit.verify()).intact, column).toBe(false);
      await set(isNumber ? `${column} - 1` : `substr(${column}, 1, length(${column}) - 1)`);
    }
    expect((await store.audit.verify()).intact).toBe(true);
  });

  test('a row replaced together with its hash is found by the row after it, and the last one by the head', async () => {
    const { database, store } = await withRows(3);
    const other = await withRows(0);
    await other.store.audit.append(entry({ reason: 'forged' }));
    const [forged] = await other.database.raw(`select at, reason, hash from audit`);
    const { at, hash } = Object(forged);
    await database.raw(
      ...unguard,
      `update audit set at = '${at}', reason = 'forged', hash = '${hash}' where sequence = 1`,
    );
    const middle = await store.audit.verify();
    expect(middle.faults).toMatchObject([{ kind: 'changed', sequence: 1 }]);
    await database.raw(`delete from audit where sequence > 1`, `update audit_head set sequence = 1`);
    expect((await store.audit.verify()).faults).toMatchObject([{ kind: 'changed', sequence: 1 }]);
  });

  test('an end cut off together with its head row, or an exchanged database, is found by what is expected', async () => {
    const { database, store } = await withRows(5);
    const [fifth, , third] = await store.audit.list({ limit: 5 });
    const anchor = (row: AuditAnchor | undefined) => ({ sequence: 0, hash: '', ...row });
    expect((await store.audit.verify([anchor(third), anchor(fifth)])).intact).toBe(true);
    await database.raw(
      ...unguard,
      `delete from audit where sequence > 3`,
      `update audit_head set sequence = 3, hash = '${anchor(third).hash}'`,
    );
    expect((await store.audit.verify()).intact).toBe(true);
    const cut = await store.audit.verify([anchor(third), anchor(fifth)]);
    expect(cut.faults).toMatchObject([
      { kind: 'unexpected', sequence: 5, why: expect.stringContaining('absent') },
    ]);
    const { store: other } = await withRows(3);
    const short = { sequence: 3, hash: anchor(third).hash.slice(0, 8) };
    expect((await store.audit.verify([short])).intact).toBe(true);
    await other.audit.append(entry({ reason: 'another audit' }));
    const [last] = await other.audit.list({ limit: 1 });
    const expected = [{ sequence: 4, hash: 'abcdefab' }, short];
    expect((await other.audit.verify(expected)).faults).toMatchObject([
      { kind: 'unexpected', sequence: 4, why: expect.stringContaining(String(last?.hash)) },
    ]);
    const { store: empty } = await withRows(0);
    expect((await empty.audit.verify([anchor(third)])).intact).toBe(false);
    expect((await empty.audit.verify([await empty.audit.anchor()])).intact).toBe(true);
  });

  test('without its head the audit takes no more rows', async () => {
    const { database, store } = await withRows(1);
    await database.raw(`delete from audit_head`);
    await expect(store.audit.append(entry())).rejects.toThrow(NO_HEAD);
  });
});
