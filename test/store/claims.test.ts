/** Owns claims on both engines: one of many wins, and the rhythm of transactions is kept. */

import { describe, expect, test } from 'vitest';
import { databases, ENGINES } from './engines.ts';
import { answer, MINUTE, NOON } from './samples.ts';
import { notJson } from '../../src/store/json.ts';
import { answerRecord } from '../../src/store/transactions.ts';

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
      expect(problems).toEqual([notJson(answerRecord(day))]);
    });
  });
});
