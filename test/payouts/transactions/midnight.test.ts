/** Owns a transaction near midnight: both days are asked, as one attempt. */

import { describe, expect, test } from 'vitest';
import {
  answer,
  ask,
  dates,
  DAY,
  depsWith,
  NOT_SENT,
  NOT_THERE,
  REFUSED,
  request,
  UNREACHABLE,
} from './queries.ts';
import { auditOf, NOON } from '../setup.ts';

describe('around midnight', () => {
  test('what does not stand on its day may stand on the next: both are asked, as one attempt', async () => {
    const deps = depsWith([NOT_THERE, answer()]);
    const report = await ask(deps);
    expect(report).toMatchObject({ kind: 'fresh', answer: { outcome: 'successful', date: '2026-11-19' } });
    expect(report.query.date).toBe(DAY);
    expect(dates(deps)).toEqual([DAY, '2026-11-19']);
    expect(auditOf(deps)).toHaveLength(1);
    // Both days are answered by it, for four hours.
    expect(await ask(deps)).toMatchObject({ kind: 'kept', answer: { date: '2026-11-19' } });
    expect(await ask(deps, { date: '2026-11-19' })).toMatchObject({
      kind: 'kept',
      answer: { date: '2026-11-19' },
    });
    expect(dates(deps)).toHaveLength(2);
  });

  test('an answer without the transaction’s own code has not found it', async () => {
    const deps = depsWith([answer({ outcome: 'unknown', transactionStatusCode: undefined }), answer()]);
    expect(await ask(deps)).toMatchObject({ answer: { date: '2026-11-19' } });
  });

  test('a query that failed has not found it, whatever else it says', async () => {
    const failed = answer({
      query: 'failed',
      problem: 'declined',
      outcome: 'unknown',
      transactionStatusCode: 'TXN',
    });
    const deps = depsWith([failed, answer()]);
    expect(await ask(deps)).toMatchObject({ answer: { date: '2026-11-19' } });
  });

  test('found on neither day: the first answer stands', async () => {
    for (const second of [
      NOT_THERE,
      UNREACHABLE,
      answer({ outcome: 'unknown', transactionStatusCode: undefined }),
    ]) {
      const deps = depsWith([NOT_THERE, second]);
      expect(await ask(deps)).toMatchObject({ answer: { query: 'failed', date: DAY } });
      expect(await ask(deps)).toMatchObject({ kind: 'kept', answer: { query: 'failed', date: DAY } });
      expect(await ask(deps, { date: '2026-11-19' })).toMatchObject({
        kind: 'kept',
        answer: { date: '2026-11-19' },
      });
    }
  });

  test('a second query that was not sent may be sent again', async () => {
    const deps = depsWith([NOT_THERE, NOT_SENT, answer()]);
    expect(await ask(deps)).toMatchObject({ answer: { query: 'failed', date: DAY } });
    expect(await ask(deps, { date: '2026-11-19' })).toMatchObject({ kind: 'fresh' });
    expect(dates(deps)).toEqual([DAY, '2026-11-19', '2026-11-19']);
  });

  test('the next day keeps its own rhythm: what is known of it is used, not asked for again', async () => {
    const deps = depsWith([answer(), NOT_THERE]);
    await ask(deps, { date: '2026-11-19' });
    expect(await ask(deps)).toMatchObject({
      kind: 'fresh',
      answer: { date: '2026-11-19', outcome: 'successful' },
    });
    expect(dates(deps)).toEqual(['2026-11-19', DAY]);
  });

  test('the next day was asked for, but its answer never came', async () => {
    const deps = depsWith([NOT_THERE]);
    const next = { externalRef: 'ORDER-1', date: '2026-11-19', aeps: false };
    await deps.store.transactions.claim(next, NOON - 1, 0);
    expect(await ask(deps)).toMatchObject({ answer: { query: 'failed', date: DAY } });
  });

  test.each([
    ['the first was found', answer(), {}],
    ['the first was found to be pending', answer({ transactionStatusCode: 'TUP' }), {}],
    ['the first may have been lost', UNREACHABLE, {}],
    ['the first was not sent', NOT_SENT, {}],
    ['the first was refused access', REFUSED, {}],
    ['InstantPay was busy', answer({ outcome: 'unknown', query: 'failed', problem: 'try_again' }), {}],
    [
      'the first was about another transaction',
      answer({
        outcome: 'unknown',
        transactionStatusCode: undefined,
        answeredAbout: { externalRef: 'X', date: undefined },
      }),
      {},
    ],
    ['the next day has not come', NOT_THERE, { date: '2026-11-20', checkNow: true }],
    ['it was made well before midnight', NOT_THERE, { time: '23:54' }],
    ['it was made in the morning', NOT_THERE, { time: '00:10' }],
  ])('the next day is not asked for when %s', async (_, first, changes) => {
    const deps = depsWith([first]);
    await ask(deps, changes);
    expect(dates(deps)).toEqual([request(changes).date]);
  });

  test.each([
    ['the next day is today', { date: '2026-11-19' }],
    ['it was made at 23:55', { time: '23:55' }],
    ['it was made at 23:59', { time: '23:59' }],
  ])('the next day is asked for when %s', async (_, changes) => {
    const deps = depsWith(NOT_THERE);
    await ask(deps, changes);
    expect(dates(deps)).toHaveLength(2);
  });
});
