/** Tests that a transaction's card says what InstantPay said and nothing beyond it. */

import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import type { TransactionAnswer } from '../../../src/payouts/transaction.ts';
import { decodeTransaction } from '../../../src/slack/actions.ts';
import { transactionCard } from '../../../src/slack/views/transaction-card.ts';
import { elementsOf, labelsOf, problemsOf, readable } from '../check-limits.ts';
import { anAnswer, aReport, NOW } from './samples.ts';

const cardOf = (changes: Partial<TransactionAnswer>) =>
  transactionCard(aReport({ answer: anAnswer(changes) }), { now: NOW });

describe('a transaction card', () => {
  it.each<[Partial<TransactionAnswer>, string]>([
    [{ outcome: 'successful' }, '✅ Successful · ₹500.00'],
    [{ outcome: 'under_process' }, '🟡 Under process'],
    [{ outcome: 'failed' }, '🔴 Failed'],
    [{ outcome: 'unknown' }, '❔ State not known'],
    [{ query: 'failed', outcome: 'unknown' }, 'The query failed; the transaction’s state is not known.'],
    [{ query: 'unreachable', outcome: 'unknown' }, 'no usable answer; the transaction’s state is not known'],
    [{ query: 'not_sent', outcome: 'unknown' }, 'could not be sent; the transaction’s state is not known'],
    // Whatever the outcome field holds, a query that was not answered knows nothing (R11).
    [{ query: 'failed', outcome: 'successful' }, '❔ State not known'],
  ])('%j', (changes, words) => {
    const card = cardOf(changes);
    expect(problemsOf(card)).toEqual([]);
    expect(readable(card)).toContain(words);
    expect(`${card.text}${readable(card)}`).not.toMatch(/refund|reversal|money back/i);
  });

  it('has the facts', () => {
    for (const words of [
      'INV-118',
      '19 Nov 2026, 10:00 IST',
      '432112345678',
      'IMPS payout',
      '********1234',
      'TXN · TXN',
      '*LIVE*',
      'Request h0059a1b2',
    ]) {
      expect(readable(cardOf({}))).toContain(words);
    }
  });

  it('tells a reversal only when there is one', () => {
    expect(
      readable(cardOf({ outcome: 'failed', reversal: { referenceId: 'RV1', amountPaise: 50_000 } })),
    ).toContain('₹500.00 · RV1');
  });

  it('says how old a kept answer is and when InstantPay may be asked again', () => {
    const kept = { kind: 'kept' as const, askedAt: NOW - 2 * HOUR_MS, nextAt: NOW + 2 * HOUR_MS };
    expect(readable(transactionCard(aReport(kept), { now: NOW }))).toContain(
      'kept answer from 2 hours ago (20 Nov 2026, 08:00 IST); can be asked again on 20 Nov 2026, 12:00 IST',
    );
    const none = transactionCard(aReport({ ...kept, answer: undefined }), { now: NOW });
    expect(readable(none)).toContain('no answer was kept');
    expect(readable(none)).toContain('can be asked again on');
  });

  it('warns past thirty days', () => {
    expect(readable(transactionCard(aReport({ old: true }), { now: NOW }))).toContain('more than 30 days');
    expect(readable(transactionCard(aReport(), { now: NOW }))).not.toContain('30 days');
  });

  it('says when the answer is of the next day', () => {
    expect(readable(cardOf({ date: '2026-11-20' }))).toContain('19 Nov 2026; answered for 20 Nov 2026');
  });

  it('can be shared once, by the same query', () => {
    const report = aReport();
    expect(decodeTransaction(elementsOf(transactionCard(report, { now: NOW }))[0]?.['value'])).toEqual(
      report.query,
    );
    const shared = transactionCard(report, { now: NOW, sharedBy: 'U0REQ' });
    expect(labelsOf(shared)).toEqual([]);
    expect(readable(shared)).toContain('Shared by <@U0REQ>');
  });
});
