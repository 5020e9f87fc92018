import { describe, expect, test } from 'vitest';
import {
  answer,
  ask,
  dates,
  DAY,
  deskWith,
  NOT_SENT,
  NOT_THERE,
  REFUSED,
  request,
  UNREACHABLE,
} from './queries.ts';
import { auditOf, NOON } from '../setup.ts';

describe('around midnight', () => {
  test('what does not stand on its day may stand on the next: both are asked, as one attempt', async () => {
    const desk = deskWith([NOT_THERE, answer()]);
    const report = await ask(desk);
    expect(report).toMatchObject({ kind: 'fresh', answer: { outcome: 'successful', date: '2026-11-19' } });
    expect(report.query.date).toBe(DAY);
    expect(dates(desk)).toEqual([DAY, '2026-11-19']);
    expect(auditOf(desk)).toHaveLength(1);
    // Both days are answered by it, for four hours.
    expect(await ask(desk)).toMatchObject({ kind: 'kept', answer: { date: '2026-11-19' } });
    expect(await ask(desk, { date: '2026-11-19' })).toMatchObject({
      kind: 'kept',
      answer: { date: '2026-11-19' },
    });
    expect(dates(desk)).toHaveLength(2);
  });

  test('an answer without the transaction’s own code has not found it', async () => {
    const desk = deskWith([answer({ outcome: 'unknown', transactionStatusCode: undefined }), answer()]);
    expect(await ask(desk)).toMatchObject({ answer: { date: '2026-11-19' } });
  });

  test('a query that failed has not found it, whatever else it says', async () => {
    const failed = answer({
      query: 'failed',
      problem: 'declined',
      outcome: 'unknown',
      transactionStatusCode: 'TXN',
    });
    const desk = deskWith([failed, answer()]);
    expect(await ask(desk)).toMatchObject({ answer: { date: '2026-11-19' } });
  });

  test('found on neither day: the first answer stands', async () => {
    for (const second of [
      NOT_THERE,
      UNREACHABLE,
      answer({ outcome: 'unknown', transactionStatusCode: undefined }),
    ]) {
      const desk = deskWith([NOT_THERE, second]);
      expect(await ask(desk)).toMatchObject({ answer: { query: 'failed', date: DAY } });
      expect(await ask(desk)).toMatchObject({ kind: 'kept', answer: { query: 'failed', date: DAY } });
      expect(await ask(desk, { date: '2026-11-19' })).toMatchObject({
        kind: 'kept',
        answer: { date: '2026-11-19' },
      });
    }
  });

  test('a second query that was not sent may be sent again', async () => {
    const desk = deskWith([NOT_THERE, NOT_SENT, answer()]);
    expect(await ask(desk)).toMatchObject({ answer: { query: 'failed', date: DAY } });
    expect(await ask(desk, { date: '2026-11-19' })).toMatchObject({ kind: 'fresh' });
    expect(dates(desk)).toEqual([DAY, '2026-11-19', '2026-11-19']);
  });

  test('the next day keeps its own rhythm: what is known of it is used, not asked for again', async () => {
    const desk = deskWith([answer(), NOT_THERE]);
    await ask(desk, { date: '2026-11-19' });
    expect(await ask(desk)).toMatchObject({
      kind: 'fresh',
      answer: { date: '2026-11-19', outcome: 'successful' },
    });
    expect(dates(desk)).toEqual(['2026-11-19', DAY]);
  });

  test('the next day was asked for, but its answer never came', async () => {
    const desk = deskWith([NOT_THERE]);
    const next = { externalRef: 'ORDER-1', date: '2026-11-19', aeps: false };
    await desk.store.transactions.claim(next, NOON - 1, 0);
    expect(await ask(desk)).toMatchObject({ answer: { query: 'failed', date: DAY } });
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
    const desk = deskWith([first]);
    await ask(desk, changes);
    expect(dates(desk)).toEqual([request(changes).date]);
  });

  test.each([
    ['the next day is today', { date: '2026-11-19' }],
    ['it was made at 23:55', { time: '23:55' }],
    ['it was made at 23:59', { time: '23:59' }],
  ])('the next day is asked for when %s', async (_, changes) => {
    const desk = deskWith(NOT_THERE);
    await ask(desk, changes);
    expect(dates(desk)).toHaveLength(2);
  });
});
