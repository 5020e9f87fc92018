/** Owns the rhythm of transaction queries: one query, a kept answer, its age, and the audit. */

import { describe, expect, test } from 'vitest';
import { Forbidden, Refused, UsageError } from '../../../src/errors.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { checkTransaction } from '../../../src/payouts/transactions/check.ts';
import {
  answer,
  ask,
  dates,
  DAY,
  depsWith,
  NOT_SENT,
  PENDING,
  REFUSED,
  request,
  UNREACHABLE,
} from './queries.ts';
import { auditOf, MAKER, NOON, STRANGER } from '../setup.ts';
import { FUTURE_DAY } from '../../../src/payouts/transactions/words.ts';

const at = (day: string, time: string) => Date.parse(`${day}T${time}+05:30`);

describe('checkTransaction', () => {
  test('asks InstantPay, once, and says when it may be asked again', async () => {
    const deps = depsWith([answer()]);
    expect(await ask(deps, { aeps: true })).toEqual({
      kind: 'fresh',
      query: { externalRef: 'ORDER-1', date: DAY, aeps: true },
      answer: answer()({ externalRef: 'ORDER-1', date: DAY, aeps: true }),
      answeredAt: NOON,
      lastAttempt: undefined,
      askedAt: NOON,
      nextAt: NOON + 4 * HOUR_MS,
      old: false,
    });
    expect(deps.gateway.calls.transaction).toEqual([{ externalRef: 'ORDER-1', date: DAY, aeps: true }]);
    expect(auditOf(deps)).toEqual([
      {
        sequence: 1,
        at: NOON,
        actorId: MAKER.userId,
        action: 'transaction.checked',
        reference: 'ORDER-1',
        transactionDate: DAY,
        detail: 'AePS',
        outcome: 'successful',
        ipayUuid: 'uuid-txn',
      },
    ]);
  });

  test('within four hours the kept answer is given, whoever asks; at four hours InstantPay is asked again', async () => {
    const deps = depsWith([PENDING, answer()]);
    const first = await ask(deps);
    deps.time.now = NOON + 4 * HOUR_MS - 1;
    expect(await ask(deps)).toEqual({
      kind: 'kept',
      query: first.query,
      answer: first.answer,
      answeredAt: NOON,
      lastAttempt: undefined,
      askedAt: NOON,
      nextAt: NOON + 4 * HOUR_MS,
      old: false,
    });
    expect(dates(deps)).toEqual([DAY]);
    expect(auditOf(deps)).toHaveLength(1);
    deps.time.now = NOON + 4 * HOUR_MS;
    expect(await ask(deps)).toMatchObject({ kind: 'fresh', answer: { outcome: 'successful' } });
    expect(dates(deps)).toEqual([DAY, DAY]);
  });

  test('each transaction has its own rhythm: its reference, its day and its source', async () => {
    const deps = depsWith(answer());
    await ask(deps);
    await ask(deps, { date: '2026-11-19' });
    await ask(deps, { externalRef: 'ORDER-2' });
    expect(await ask(deps, { aeps: true })).toMatchObject({ kind: 'fresh', query: { aeps: true } });
    expect(deps.gateway.calls.transaction).toHaveLength(4);
  });

  test('of many who ask at once, one query goes out', async () => {
    const deps = depsWith(answer());
    const all = await Promise.all(Array.from({ length: 20 }, () => ask(deps)));
    expect(all.filter((report) => report.kind === 'fresh')).toHaveLength(1);
    expect(dates(deps)).toEqual([DAY]);
  });

  test('the query is recorded before it is sent: a replica that dies meanwhile does not ask twice', async () => {
    const deps = depsWith([new Error('the process died')]);
    await expect(ask(deps)).rejects.toThrow('died');
    expect(await ask(deps)).toMatchObject({ kind: 'kept', answer: undefined, askedAt: NOON });
    expect(dates(deps)).toEqual([DAY]);
  });

  test('what was not sent does not count', async () => {
    const deps = depsWith([NOT_SENT, answer()]);
    expect(await ask(deps)).toMatchObject({ kind: 'fresh', answer: { query: 'not_sent' } });
    expect(await ask(deps)).toMatchObject({ kind: 'fresh', answer: { outcome: 'successful' } });
    expect(dates(deps)).toEqual([DAY, DAY]);
    expect(auditOf(deps).map((row) => row.outcome)).toEqual(['query_not_sent', 'successful']);
  });

  test('but an earlier query that was sent still does', async () => {
    const deps = depsWith([PENDING, NOT_SENT]);
    const first = await ask(deps);
    deps.time.now = NOON + 5 * HOUR_MS;
    await ask(deps);
    const query = { externalRef: 'ORDER-1', date: DAY, aeps: false };
    const before = await deps.store.transactions.claim(query, deps.time.now, NOON - 1);
    expect(before).toMatchObject({
      claimed: false,
      record: { askedAt: NOON, known: { answer: first.answer, at: NOON } },
    });
  });

  test('a query without an answer counts, and is audited as what it was', async () => {
    const deps = depsWith([UNREACHABLE]);
    expect(await ask(deps)).toMatchObject({ kind: 'fresh', answer: { query: 'unreachable' } });
    expect(await ask(deps)).toMatchObject({ kind: 'kept', answer: { query: 'unreachable' } });
    expect(dates(deps)).toEqual([DAY]);
    expect(auditOf(deps)).toMatchObject([{ outcome: 'query_unreachable' }]);
  });

  test('is for people who may look', async () => {
    const deps = depsWith(answer());
    await expect(checkTransaction(deps, STRANGER, request())).rejects.toThrow(Forbidden);
    expect(dates(deps)).toEqual([]);
    expect(auditOf(deps)).toMatchObject([
      { action: 'access.refused', subject: 'transaction.check', outcome: 'not_viewer' },
    ]);
  });
});

describe('a final outcome', () => {
  test.each([
    ['successful', answer()],
    ['failed', answer({ outcome: 'failed', transactionStatusCode: 'ERR' })],
  ] as const)('%s is kept and not asked for again, however long ago', async (outcome, given) => {
    const deps = depsWith([given]);
    await ask(deps);
    deps.time.now = NOON + 40 * HOUR_MS;
    expect(await ask(deps)).toMatchObject({ kind: 'kept', answer: { outcome }, answeredAt: NOON });
    // Also in the night's hour: nothing has to be asked.
    deps.time.now = at('2026-11-22', '00:10:00');
    expect(await ask(deps)).toMatchObject({ kind: 'kept', answer: { outcome } });
    expect(dates(deps)).toEqual([DAY]);
  });

  test('is asked for again when a person wants it, within the rhythm: a reversal may have come', async () => {
    const reversal = {
      referenceId: 'RV1',
      amountPaise: 1,
      mode: 'CR',
      openingBalancePaise: undefined,
      closingBalancePaise: undefined,
    };
    const deps = depsWith([answer(), answer({ outcome: 'failed', reversal })]);
    await ask(deps);
    deps.time.now = NOON + 4 * HOUR_MS - 1;
    expect(await ask(deps, { checkNow: true })).toMatchObject({ kind: 'kept', nextAt: NOON + 4 * HOUR_MS });
    deps.time.now += 1;
    expect(await ask(deps, { checkNow: true })).toMatchObject({ kind: 'fresh', answer: { reversal } });
    expect(await ask(deps)).toMatchObject({ kind: 'kept', answer: { outcome: 'failed', reversal } });
    expect(dates(deps)).toHaveLength(2);
  });

  test.each([
    ['fails', answer({ outcome: 'unknown', query: 'failed', problem: 'try_again' })],
    ['gets no answer', UNREACHABLE],
    ['is refused', REFUSED],
    ['is not sent', NOT_SENT],
    [
      'is answered about another',
      answer({ outcome: 'unknown', answeredAbout: { externalRef: 'X', date: DAY } }),
    ],
  ])('is not hidden by a later query that %s', async (_, later) => {
    const deps = depsWith([PENDING, later]);
    const first = await ask(deps);
    deps.time.now = NOON + 5 * HOUR_MS;
    const second = await ask(deps);
    expect(second).toMatchObject({ kind: 'fresh', answer: first.answer, answeredAt: NOON });
    expect(second.lastAttempt).toEqual(later({ externalRef: 'ORDER-1', date: DAY, aeps: false }));
    expect(second.askedAt).toBe(deps.time.now);
    deps.time.now += 1;
    if (second.nextAt > deps.time.now) {
      expect(await ask(deps)).toMatchObject({
        kind: 'kept',
        answer: first.answer,
        answeredAt: NOON,
        lastAttempt: { outcome: 'unknown' },
      });
    }
  });
});

describe('a query that looked nothing up', () => {
  test.each(['access', 'malformed'] as const)(
    '(%s) does not count, and the next day is not asked',
    async (problem) => {
      const refused = answer({
        outcome: 'unknown',
        query: 'failed',
        problem,
        transactionStatusCode: undefined,
      });
      const deps = depsWith([refused, answer()]);
      expect(await ask(deps)).toMatchObject({ kind: 'fresh', answer: { query: 'failed' }, nextAt: NOON });
      expect(dates(deps)).toEqual([DAY]);
      expect(await ask(deps)).toMatchObject({ kind: 'fresh', answer: { outcome: 'successful' } });
    },
  );
});

describe('made today, at an unknown time', () => {
  const TODAY = { date: '2026-11-20' };

  test('the 30 minutes are said first; nothing is asked or recorded before the person wants it', async () => {
    const deps = depsWith([PENDING]);
    expect(await ask(deps, TODAY)).toMatchObject({
      kind: 'too_soon_perhaps',
      answer: undefined,
      askedAt: undefined,
    });
    expect(dates(deps)).toEqual([]);
    expect(auditOf(deps)).toEqual([]);
    expect(await ask(deps, { ...TODAY, checkNow: true })).toMatchObject({ kind: 'fresh' });
    // Known from then on: the question is not put again.
    expect(await ask(deps, TODAY)).toMatchObject({ kind: 'kept', answer: { outcome: 'under_process' } });
    expect(dates(deps)).toEqual(['2026-11-20']);
  });

  test('with a time, or on another day, there is nothing to ask first', async () => {
    expect(await ask(depsWith([answer()]), { ...TODAY, time: '11:30' })).toMatchObject({ kind: 'fresh' });
    expect(await ask(depsWith([answer()]), { date: '2026-11-19' })).toMatchObject({ kind: 'fresh' });
  });
});

test('a reference that looks like a mobile number is masked in the audit (R14)', async () => {
  const deps = depsWith([answer()]);
  await ask(deps, { externalRef: '9876543210' });
  expect(auditOf(deps)[0]).toMatchObject({ reference: '******3210', transactionDate: DAY });
  expect(JSON.stringify(auditOf(deps))).not.toContain('9876543210');
});

describe('when it may not be asked', () => {
  test('between 23:30 and 00:30 nothing is sent, and nothing is recorded; it says until when', async () => {
    const deps = depsWith([answer()]);
    const today = { date: '2026-11-21' };
    const nextAt = at('2026-11-21', '00:30:00');
    for (const [now, changes] of [
      [at('2026-11-20', '23:30:00'), {}],
      [at('2026-11-21', '00:10:00'), today],
      [at('2026-11-21', '00:10:00'), { ...today, checkNow: true }],
      [at('2026-11-21', '00:29:59.999'), today],
    ] as const) {
      deps.time.now = now;
      expect(await ask(deps, changes)).toMatchObject({ kind: 'closed', answer: undefined, nextAt });
    }
    expect(auditOf(deps)).toEqual([]);
    deps.time.now = at('2026-11-21', '00:30:00');
    expect(await ask(deps)).toMatchObject({ kind: 'fresh' });
    expect(dates(deps)).toEqual([DAY]);
  });

  test.each([
    ['19:29:59', at('2026-11-20', '23:29:59')],
    ['19:30:00', at('2026-11-21', '00:30:00')],
    ['20:15:00', at('2026-11-21', '00:30:00')],
    ['20:30:00', at('2026-11-21', '00:30:00')],
    ['20:31:00', at('2026-11-21', '00:31:00')],
  ])('asked at %s, the next time is never inside those hours', async (time, nextAt) => {
    const deps = depsWith([answer()]);
    deps.time.now = at('2026-11-20', time);
    expect(await ask(deps)).toMatchObject({ kind: 'fresh', nextAt });
    deps.time.now += MINUTE_MS;
    expect(await ask(deps)).toMatchObject({ kind: 'kept', nextAt });
  });

  test('a day in the future is refused; today is not', async () => {
    const deps = depsWith([answer()]);
    await expect(ask(deps, { date: '2026-11-21' })).rejects.toThrow(UsageError);
    await expect(ask(deps, { date: '2026-11-21' })).rejects.toThrow(FUTURE_DAY);
    expect(await ask(deps, { date: '2026-11-20', time: '09:00' })).toMatchObject({ kind: 'fresh' });
  });

  test.each([
    ['11:30', 'fresh'],
    ['11:31', 'Check again from today 12:01 IST.'],
    ['12:00', 'Check again from today 12:30 IST.'],
    ['12:01', 'That time is in the future. Enter the time of the transaction.'],
    ['23:00', 'That time is in the future. Enter the time of the transaction.'],
  ])('at noon, a transaction of %s today: %s', async (time, outcome) => {
    const deps = depsWith([answer()]);
    const asked = ask(deps, { date: '2026-11-20', time });
    if (outcome === 'fresh') {
      expect(await asked).toMatchObject({ kind: 'fresh' });
      return;
    }
    await expect(asked).rejects.toThrow(outcome.startsWith('That') ? UsageError : Refused);
    await expect(asked).rejects.toThrow(outcome);
    expect(dates(deps)).toEqual([]);
  });

  test('half an hour after a late transaction lies in the night’s hour, so it is asked for after that', async () => {
    const deps = depsWith([]);
    deps.time.now = at('2026-11-20', '23:10:00');
    await expect(ask(deps, { date: '2026-11-20', time: '23:05' })).rejects.toThrow('from tomorrow 00:30 IST');
  });

  test.each([
    ['2026-10-21', false],
    ['2026-10-20', true],
    ['2020-01-01', true],
  ])('results exist for thirty days: %s is asked for, and old: %s', async (date, old) => {
    const deps = depsWith(answer());
    expect(await ask(deps, { date })).toMatchObject({ kind: 'fresh', old });
    expect(await ask(deps, { date })).toMatchObject({ kind: 'kept', old });
  });
});
