import { describe, expect, test } from 'vitest';
import { databases, ENGINES } from './engines.ts';
import { answer, MINUTE, NOON } from './samples.ts';

/** Fifty at once, spread over both stores. */
function race<S, T>(stores: readonly [S, S], claim: (store: S, index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: 50 }, (_, index) => claim(stores[index % 2 === 0 ? 0 : 1], index)));
}

describe.each(ENGINES)('claims on %s', (engine) => {
  const fresh = databases(engine);

  const BOOKING = {
    amountPaise: 1,
    mode: 'DR',
    openingBalancePaise: undefined,
    closingBalancePaise: 2,
  };
  const FEES = { feePaise: 1, surchargePaise: undefined, cashbackPaise: 3, tdsPaise: 4 };

  describe('the rhythm of transactions', () => {
    const day = '2026-11-20';
    const query = { externalRef: 'R1', date: day, aeps: false };
    const GAP = 240 * MINUTE;

    test('one of fifty may ask', async () => {
      const stores = await (await fresh()).openTwo();
      const claims = await race(stores, (store) => store.transactions.claim(query, NOON, NOON - GAP));
      expect(claims.filter((one) => one.claimed)).toHaveLength(1);
      const others = claims.filter((one) => !one.claimed);
      expect(others).toEqual(
        others.map(() => ({ claimed: false, record: { askedAt: NOON, last: undefined, known: undefined } })),
      );
    });

    test('four hours later one of fifty may ask again, and not a moment earlier', async () => {
      const stores = await (await fresh()).openTwo();
      const ask = (now: number) => race(stores, (one) => one.transactions.claim(query, now, now - GAP));
      await ask(NOON);
      const winners = async (now: number) => (await ask(now)).filter((one) => one.claimed).length;
      expect(await winners(NOON + GAP - 1)).toBe(0);
      expect(await winners(NOON + GAP)).toBe(1);
      expect(await winners(NOON + GAP)).toBe(0);
    });

    test('the last answer is kept across a restart, for its own reference and day alone', async () => {
      const database = await fresh();
      const store = await database.open();
      const given = answer({
        reversal: { referenceId: 'RV1', ...BOOKING },
        pool: { referenceId: undefined, ...BOOKING, ...FEES },
      });
      await store.transactions.claim(query, NOON, NOON - GAP);
      await store.transactions.answer(query, given, NOON + 1);
      await store.close();
      const again = await database.open();
      const second = await again.transactions.claim(query, NOON + 1, NOON + 1 - GAP);
      expect(second).toStrictEqual({
        claimed: false,
        record: { askedAt: NOON, last: given, known: { answer: given, at: NOON + 1 } },
      });
      for (const other of [{ date: '2026-11-21' }, { externalRef: 'R2' }, { aeps: true }]) {
        const asked = { ...query, ...other };
        expect(await again.transactions.find(asked)).toBeUndefined();
        expect(await again.transactions.claim(asked, NOON, NOON - GAP)).toEqual({ claimed: true });
      }
    });

    test('a released claim leaves the query before it, and its answer, in force', async () => {
      const store = await (await fresh()).open();
      const claim = (now: number) => store.transactions.claim(query, now, now - GAP);
      await claim(NOON);
      await store.transactions.answer(query, answer(), NOON);
      await claim(NOON + GAP);
      await store.transactions.release(query, NOON + GAP);
      const known = { answer: answer(), at: NOON };
      expect(await claim(NOON + GAP - 1)).toEqual({
        claimed: false,
        record: { askedAt: NOON, last: undefined, known },
      });
      expect(await claim(NOON + GAP)).toEqual({ claimed: true });
    });

    test('the only claim, released, leaves nothing; a release that comes late takes nothing back', async () => {
      const store = await (await fresh()).open();
      const claim = (now: number) => store.transactions.claim(query, now, now - GAP);
      await claim(NOON);
      await store.transactions.release(query, NOON);
      expect(await claim(NOON + 1)).toEqual({ claimed: true });
      await store.transactions.release(query, NOON);
      expect(await claim(NOON + 2)).toMatchObject({ claimed: false, record: { askedAt: NOON + 1 } });
    });

    test('an answer without an outcome does not replace the known one; nothing readable of the reference is stored', async () => {
      const database = await fresh();
      const store = await database.open();
      const mobile = { ...query, externalRef: '9876543210' };
      await store.transactions.claim(mobile, NOON, NOON - GAP);
      await store.transactions.answer(mobile, answer(), NOON);
      await store.transactions.claim(mobile, NOON + GAP, NOON);
      expect(await store.transactions.find(mobile)).toEqual({
        askedAt: NOON + GAP,
        last: undefined,
        known: { answer: answer(), at: NOON },
      });
      const lost = answer({ outcome: 'unknown', query: 'unreachable' });
      await store.transactions.answer(mobile, lost, NOON + GAP);
      expect(await store.transactions.find(mobile)).toEqual({
        askedAt: NOON + GAP,
        last: lost,
        known: { answer: answer(), at: NOON },
      });
      expect(JSON.stringify(await database.raw('select * from transactions'))).not.toContain('9876543210');
    });

    test('a stored answer that cannot be read is reported, and the rhythm is kept all the same', async () => {
      const problems: string[] = [];
      const database = await fresh();
      const store = await database.open((problem) => problems.push(problem.message));
      await store.transactions.claim(query, NOON, NOON - GAP);
      await database.raw(`update transactions set answer = '{"outcome":"maybe"'`);
      const second = await store.transactions.claim(query, NOON + 1, NOON + 1 - GAP);
      expect(second).toEqual({
        claimed: false,
        record: { askedAt: NOON, last: undefined, known: undefined },
      });
      expect(problems).toEqual([`The stored answer for a transaction of ${day} is not JSON.`]);
    });
  });

  describe('due digests', () => {
    const run = { scheduleId: 's1', dueAt: NOON };

    test('one of fifty takes the run, and one of fifty takes it over when the lease ends unfinished', async () => {
      const stores = await (await fresh()).openTwo();
      const winners = async (now: number) => {
        const attempts = await race(stores, (store) => store.digests.claim(run, now, now + 10));
        return attempts.flatMap((claim) => (claim ? [claim.attempt] : []));
      };
      expect(await winners(NOON)).toEqual([1]);
      expect(await winners(NOON + 9)).toEqual([]);
      expect(await winners(NOON + 10)).toEqual([2]);
    });

    test('a finished run is over, across a restart', async () => {
      const database = await fresh();
      const store = await database.open();
      await store.digests.claim(run, NOON, NOON + 10);
      await store.digests.finish(run, NOON + 5, { total: 7 });
      await store.close();
      const again = await database.open();
      expect(await again.digests.claim(run, NOON + 99, NOON + 199)).toBeUndefined();
      await again.digests.retryLater(run, NOON);
      expect(await again.digests.claim(run, NOON + 99, NOON + 199)).toBeUndefined();
      await again.digests.finish(run, NOON + 99, { total: 8 });
      expect(await again.digests.summaries('s1', NOON + 1, 9)).toEqual([
        { dueAt: NOON, summary: { total: 7 } },
      ]);
      expect(await again.digests.unfinished(NOON + 99)).toEqual([]);
      expect(await again.digests.claim({ ...run, dueAt: NOON + 1 }, NOON + 1, NOON + 9)).toMatchObject({
        attempt: 1,
      });
      expect(await again.digests.claim({ ...run, scheduleId: 's2' }, NOON, NOON + 9)).toMatchObject({
        attempt: 1,
      });
    });

    test('a run that failed may be tried again when its retry is due', async () => {
      const store = await (await fresh()).open();
      await store.digests.claim(run, NOON, NOON + 1000);
      await store.digests.retryLater(run, NOON + 100);
      expect(await store.digests.unfinished(NOON + 99)).toEqual([]);
      expect(await store.digests.claim(run, NOON + 99, NOON + 999)).toBeUndefined();
      expect(await store.digests.unfinished(NOON + 100)).toEqual([run]);
      expect(await store.digests.claim(run, NOON + 100, NOON + 999)).toEqual({
        attempt: 2,
        maybePosted: false,
      });
    });

    test('who was cut off while posting leaves that behind; a certain failure does not', async () => {
      const store = await (await fresh()).open();
      await store.digests.claim(run, NOON, NOON + 10);
      await store.digests.posting(run, NOON + 1);
      expect(await store.digests.claim(run, NOON + 10, NOON + 20)).toEqual({ attempt: 2, maybePosted: true });
      await store.digests.retryLater(run, NOON + 15, true);
      expect(await store.digests.claim(run, NOON + 15, NOON + 30)).toEqual({ attempt: 3, maybePosted: true });
      await store.digests.retryLater(run, NOON + 20);
      expect(await store.digests.claim(run, NOON + 20, NOON + 40)).toEqual({
        attempt: 4,
        maybePosted: false,
      });
    });

    test('the latest due time counts whether finished or not; summaries come newest first', async () => {
      const store = await (await fresh()).open();
      expect(await store.digests.latest('s1')).toBeUndefined();
      for (const day of [1, 3, 2]) {
        const one = { scheduleId: 's1', dueAt: NOON + day };
        await store.digests.claim(one, NOON, NOON + 10);
        await store.digests.finish(one, NOON, day === 3 ? undefined : { day });
      }
      await store.digests.claim({ scheduleId: 's1', dueAt: NOON + 4 }, NOON, NOON + 10);
      await store.digests.claim({ scheduleId: 's2', dueAt: NOON + 9 }, NOON, NOON + 10);
      expect(await store.digests.latest('s1')).toBe(NOON + 4);
      expect(await store.digests.summaries('s1', NOON + 9, 9)).toEqual([
        { dueAt: NOON + 2, summary: { day: 2 } },
        { dueAt: NOON + 1, summary: { day: 1 } },
      ]);
      expect(await store.digests.summaries('s1', NOON + 2, 9)).toHaveLength(1);
      expect(await store.digests.summaries('s1', NOON + 9, 1)).toHaveLength(1);
    });
  });
});
