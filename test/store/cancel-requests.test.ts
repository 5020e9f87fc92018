/** Owns cancel requests on both engines: kept as given, one open request a link, compare-and-swap on the version. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CancelRequest,
  REQUEST_STATUSES,
  type RequestStatus,
  UNFINISHED,
} from '../../src/payouts/cancel/request.ts';
import { fromRow, requestRecord, toRow } from '../../src/store/cancel-request-record.ts';
import { alone } from '../payouts/setup.ts';
import { databases, ENGINES } from './engines.ts';
import { request, entry, MINUTE, next, NOON } from './samples.ts';
import { notReadable } from '../../src/store/json.ts';

describe.each(ENGINES)('approvals on %s', (engine) => {
  const fresh = databases(engine);

  test('a request is kept as it was given, across a restart', async () => {
    const database = await fresh();
    const given = request({
      approvals: [{ userId: 'U_CHECKER', at: NOON + 1 }],
      outcome: {
        kind: 'recipient_won',
        linkStatus: 'CLAIMED',
        message: 'Claimed \u0000 before 😀',
        ipayUuid: undefined,
        settledByTracking: true,
      },
    });
    const first = await database.open();
    expect(await first.requests.open([given], [entry()], [])).toEqual({ opened: true, batch: alone(given) });
    await first.close();

    const again = await database.open();
    expect(await again.requests.find('a1')).toStrictEqual(given);
    expect(await again.requests.find('a2')).toBeUndefined();
    expect(await again.audit.list({ limit: 9 })).toMatchObject([{ sequence: 1, action: 'cancel.requested' }]);
  });

  test('a link has one open request; the second asker is shown the first, and nothing is recorded', async () => {
    const store = await (await fresh()).open();
    const first = request();
    await store.requests.open([first], [entry()], []);
    const second = await store.requests.open([request({ id: 'a2', requestedBy: 'U_OTHER' })], [entry()], []);
    expect(second).toStrictEqual({ opened: false, existing: alone(first), taken: [first] });
    expect(await store.requests.unfinishedOf(['0'.repeat(24), first.linkId])).toStrictEqual([first]);
    expect(await store.requests.unfinishedOf(['0'.repeat(24)])).toEqual([]);
    expect(await store.requests.find('a2')).toBeUndefined();
    expect(await store.audit.list({ limit: 9 })).toHaveLength(1);
  });

  test('the database itself refuses a second request in every unfinished state, and in no other', async () => {
    const database = await fresh();
    const store = await database.open();
    const unfinished: readonly RequestStatus[] = UNFINISHED;
    for (const [index, status] of REQUEST_STATUSES.entries()) {
      const linkId = `link-${index}`;
      await store.requests.open([request({ id: `first-${index}`, linkId, status })], [entry()], []);
      const second = await store.requests.open([request({ id: `second-${index}`, linkId })], [entry()], []);
      expect({ status, opened: second.opened }).toEqual({ status, opened: !unfinished.includes(status) });
    }
  });

  test('of fifty requests for one link at once, one is opened and all others see that one', async () => {
    const stores = await (await fresh()).openTwo();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        stores[index % 2 === 0 ? 0 : 1].requests.open([request({ id: `a${index}` })], [entry()], []),
      ),
    );
    const opened = answers.flatMap((given, index) => (given.opened ? [`a${index}`] : []));
    expect(opened).toHaveLength(1);
    const seen = new Set(answers.flatMap((given) => (given.opened ? [] : [given.existing.id])));
    expect([...seen]).toEqual(opened);
    expect(await stores[0].audit.list({ limit: 99 })).toHaveLength(1);
  });

  test('requests are numbered from 1001, each with a number of its own, also when two replicas open them at once', async () => {
    const stores = await (await fresh()).openTwo();
    const [one, other] = stores;
    const first = await one.requests.open([request({ number: 7 })], [entry()], []);
    expect(first).toMatchObject({ opened: true, batch: { number: 1001 } });
    const opened = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? one : other).requests.open(
          [request({ id: `b${index}`, linkId: `link-${index}` })],
          [entry()],
          [],
        ),
      ),
    );
    const numbers = opened.map((given) => (given.opened ? given.batch.number : 0));
    expect(new Set([1001, ...numbers]).size).toBe(21);
    expect(Math.min(...numbers)).toBeGreaterThan(1001);
    const last = await other.requests.open([request({ id: 'c', linkId: 'link-c' })], [entry()], []);
    expect(last.opened && last.batch.number).toBeGreaterThan(Math.max(...numbers));
    for (const [index, number] of numbers.entries()) {
      const stored = await one.requests.find(`b${index}`);
      expect(stored?.number).toBe(number);
      if (!stored) continue;
      await one.requests.save([{ before: stored, after: { ...stored, version: 2, number: 5 }, audit: [] }]);
      expect(await one.requests.find(`b${index}`)).toMatchObject({ version: 2, number });
    }
  });

  test('a change is saved with its audit rows, once', async () => {
    const store = await (await fresh()).open();
    const before = request();
    await store.requests.open([before], [entry()], []);
    const approved = next(before, { status: 'approved', wakeAt: NOON + MINUTE });
    expect(
      await store.requests.save([
        {
          before: before,
          after: approved,
          audit: [entry({ action: 'cancel.approved' }), entry({ action: 'approval.voided' })],
        },
      ]),
    ).toBe(true);
    expect(await store.requests.find('a1')).toStrictEqual(approved);

    const rejected = next(before, { status: 'rejected', wakeAt: undefined });
    expect(
      await store.requests.save([
        { before: before, after: rejected, audit: [entry({ action: 'cancel.rejected' })] },
      ]),
    ).toBe(false);
    expect(await store.requests.find('a1')).toStrictEqual(approved);
    const rows = await store.audit.list({ limit: 9 });
    expect(rows.map((row) => row.action)).toEqual(['approval.voided', 'cancel.approved', 'cancel.requested']);
  });

  test('of fifty changes from the same version, one is saved, with its audit row alone', async () => {
    const stores = await (await fresh()).openTwo();
    const before = request();
    await stores[0].requests.open([before], [entry()], []);
    const saved = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        stores[index % 2 === 0 ? 0 : 1].requests.save([
          {
            before: before,
            after: next(before, { reason: `by ${index}` }),
            audit: [entry({ reason: `by ${index}` })],
          },
        ]),
      ),
    );
    expect(saved.filter(Boolean)).toHaveLength(1);
    const winner = `by ${saved.indexOf(true)}`;
    expect((await stores[1].requests.find('a1'))?.reason).toBe(winner);
    expect((await stores[1].audit.list({ limit: 99 })).map((row) => row.reason)).toEqual([winner, undefined]);
  });

  test('a change that is not the next version is a mistake of ours and is refused', async () => {
    const store = await (await fresh()).open();
    const before = request();
    await store.requests.open([before], [entry()], []);
    await expect(
      store.requests.save([{ before: before, after: { ...before, version: 3 }, audit: [] }]),
    ).rejects.toThrow('next version');
    await expect(
      store.requests.save([{ before: before, after: next({ ...before, id: 'a2' }, {}), audit: [] }]),
    ).rejects.toThrow('next version');
  });

  test('when the audit row cannot be written, the change is not made either', async () => {
    const database = await fresh();
    const store = await database.open();
    const before = request();
    await store.requests.open([before], [entry()], []);
    await database.raw('drop table audit');
    const change = store.requests.save([
      { before: before, after: next(before, { status: 'approved' }), audit: [entry()] },
    ]);
    await expect(change).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await store.requests.find('a1')).toStrictEqual(before);
    await expect(
      store.requests.open([request({ id: 'a2', linkId: 'other' })], [entry()], []),
    ).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(await store.requests.find('a2')).toBeUndefined();
  });

  test('pending requests come oldest first, due ones most overdue first', async () => {
    const store = await (await fresh()).open();
    const open = (id: string, change: Partial<CancelRequest>) =>
      store.requests.open([request({ id, linkId: `link-${id}`, ...change })], [entry()], []);
    await open('a-late', { requestedAt: NOON + 2, wakeAt: NOON + 10 });
    await open('b-early', { requestedAt: NOON + 1, wakeAt: NOON + 30 });
    await open('running', { status: 'executing', requestedAt: NOON, wakeAt: NOON + 5 });
    await open('done', { status: 'executed', wakeAt: NOON });
    await open('asleep', { status: 'unknown', wakeAt: undefined });
    const ids = (found: { id: string }[]) => found.map((one) => one.id);
    expect(ids(await store.requests.pending())).toEqual(['b-early', 'a-late']);
    expect(ids(await store.requests.due(UNFINISHED, NOON + 4, 9))).toEqual([]);
    expect(ids(await store.requests.due(UNFINISHED, NOON + 30, 9))).toEqual(['running', 'a-late', 'b-early']);
    expect(ids(await store.requests.due(UNFINISHED, NOON + 30, 2))).toEqual(['running', 'a-late']);
    expect(ids(await store.requests.due(['pending'], NOON + 30, 1))).toEqual(['a-late']);
    expect(ids(await store.requests.due(['executing', 'executed'], NOON + 30, 9))).toEqual(['running']);
  });

  test('a record that cannot be read is named, and the others go on', async () => {
    const problems: string[] = [];
    const database = await fresh();
    const store = await database.open((problem) => problems.push(problem.message));
    await store.requests.open([request({ id: 'bad', linkId: 'l1' })], [entry()], []);
    await store.requests.open([request({ id: 'good', linkId: 'l2' })], [entry()], []);
    await database.raw(
      `update cancel_requests set details = replace(details, '"checks":0', '"checks":"secret"') where id = 'bad'`,
    );
    expect((await store.requests.pending()).map((one) => one.id)).toEqual(['good']);
    expect((await store.requests.due(UNFINISHED, NOON + 720 * MINUTE, 9)).map((one) => one.id)).toEqual([
      'good',
    ]);
    expect(problems).toEqual(Array(2).fill(notReadable(requestRecord('bad'), ['checks'])));
    await expect(store.requests.find('bad')).rejects.toThrow(notReadable(requestRecord('bad'), ['checks']));
    await database.raw(`update cancel_requests set status = 'odd' where id = 'bad'`);
    await expect(store.requests.find('bad')).rejects.toThrow(notReadable(requestRecord('bad'), ['status']));
  });
});

test('whatever a request holds is the same after writing and reading', () => {
  const instant = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const words = fc.string({ unit: 'binary' });
  const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
    fc.record<T>(fields, { noNullPrototype: true });
  const change = record({
    reason: words,
    purpose: maybe(words),
    amountPaise: fc.maxSafeNat(),
    contact: record({ name: maybe(words), email: maybe(words), mobile: maybe(words) }),
    requestedAt: instant,
    wakeAt: maybe(instant),
    nudgedAt: maybe(instant),
    approvals: fc.array(record({ userId: words, at: instant })),
    closedReason: maybe(words),
    checks: fc.nat(),
  });
  fc.assert(
    fc.property(change, (given) => {
      const written = request(given);
      expect(fromRow({ ...toRow(written), number: written.number })).toStrictEqual(written);
    }),
  );
});
