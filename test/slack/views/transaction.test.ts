/** Owns a transaction’s card: what InstantPay said, and nothing beyond it. */

import { describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import type { TransactionAnswer } from '../../../src/payouts/transactions/transaction.ts';
import { decodeTransaction } from '../../../src/slack/block-kit/values.ts';
import { createSeal } from '../../../src/slack/block-kit/seal.ts';
import {
  answeredInstead,
  FAR_BACK,
  RHYTHM,
  transactionCard,
} from '../../../src/slack/views/transaction-card.ts';
import { elementsOf, labelsOf, problemsOf, readable } from '../shown.ts';
import { anAnswer, aReport, NOW } from './samples.ts';
import { ADVICE, CONTRADICTION, TITLES, UNKNOWN_WORDS } from '../../../src/slack/views/transaction-words.ts';
import { EARLIEST } from '../../../src/payouts/transactions/words.ts';
import { rupees } from '../../../src/slack/block-kit/text.ts';

const OPTIONS = { now: NOW, seal: createSeal('secret') };

const cardOf = (changes: Partial<TransactionAnswer>) =>
  transactionCard(aReport({ answer: anAnswer(changes) }), OPTIONS);

const REVERSAL = {
  referenceId: 'RV1',
  amountPaise: 50_000,
  mode: 'CR',
  openingBalancePaise: 100,
  closingBalancePaise: 50_100,
};

describe('a transaction card', () => {
  test.each<[Partial<TransactionAnswer>, string]>([
    [{ outcome: 'successful' }, '✅ Successful · ₹500.00'],
    [{ outcome: 'under_process' }, '🟡 Under process'],
    [{ outcome: 'failed' }, '🔴 Failed'],
    [{ outcome: 'unknown' }, '❔ Status unknown'],
    [{ query: 'failed', outcome: 'unknown' }, UNKNOWN_WORDS.failed],
    [{ query: 'unreachable', outcome: 'unknown' }, UNKNOWN_WORDS.unreachable],
    [{ query: 'not_sent', outcome: 'unknown' }, UNKNOWN_WORDS.notSent],
    // Whatever the outcome field holds, a query that was not answered knows nothing (R11).
    [{ query: 'failed', outcome: 'successful' }, '❔ Status unknown'],
  ])('%j', (changes, words) => {
    const card = cardOf(changes);
    expect(problemsOf(card)).toEqual([]);
    expect(readable(card)).toContain(words);
    expect(`${card.text}${readable(card)}`).not.toMatch(/refund|reversal|money back/i);
  });

  test.each([
    ['successful', 'Transaction Successful', 'TXN · TXN'],
    ['under_process', 'Transaction Under Process', 'TXN · TUP'],
    ['failed', 'Transaction Failed', 'TXN · ERR'],
  ] as const)('%s: InstantPay’s message and codes are those of the outcome', (outcome, reported, codes) => {
    const shown = readable(cardOf({ outcome }));
    expect(shown).toContain(reported);
    expect(shown).toContain(codes);
  });

  test('has the facts', () => {
    for (const words of [
      'INV-118',
      'yesterday 10:00',
      '432112345678',
      'IMPS payout',
      '********1234',
      'TXN · TXN',
      '*LIVE*',
    ]) {
      expect(readable(cardOf({}))).toContain(words);
    }
  });

  test('has the request ID for InstantPay support unless it is a plain success (R19)', () => {
    expect(readable(cardOf({}))).not.toContain('h0059a1b2');
    for (const changes of [{ outcome: 'failed' }, { query: 'failed' }, { reversal: REVERSAL }] as const) {
      expect(readable(cardOf(changes))).toContain('InstantPay request ID h0059a1b2');
    }
  });

  test('tells a reversal only when there is one', () => {
    expect(readable(cardOf({ outcome: 'failed', reversal: REVERSAL }))).toContain('₹500.00 · CR · RV1');
  });

  test('says how old a kept answer is and when InstantPay may be asked again', () => {
    const kept = {
      kind: 'kept' as const,
      askedAt: NOW - 2 * HOUR_MS,
      answeredAt: NOW - 2 * HOUR_MS,
      nextAt: NOW + 2 * HOUR_MS,
    };
    const shown = readable(transactionCard(aReport(kept), OPTIONS));
    for (const words of [
      RHYTHM.savedAt(kept.answeredAt, NOW),
      'today 08:00',
      RHYTHM.nextFrom(kept.nextAt, NOW),
      'today 12:00',
    ])
      expect(shown).toContain(words);
    const none = transactionCard(aReport({ ...kept, answer: undefined, answeredAt: undefined }), OPTIONS);
    expect(readable(none)).toContain(UNKNOWN_WORDS.notSaved);
    expect(readable(none)).toContain(RHYTHM.nextFrom(kept.nextAt, NOW));
  });

  test('warns past thirty days', () => {
    expect(readable(transactionCard(aReport({ old: true }), OPTIONS))).toContain(FAR_BACK);
    expect(readable(transactionCard(aReport(), OPTIONS))).not.toContain('30 days');
  });

  test('says when the answer is of the next day', () => {
    expect(readable(cardOf({ date: '2026-11-20' }))).toContain('19 Nov 2026; found on 20 Nov 2026');
  });

  test('can be shared once, by the same query', () => {
    const report = aReport();
    expect(
      decodeTransaction(elementsOf(transactionCard(report, OPTIONS))[0]?.['value'], OPTIONS.seal),
    ).toEqual(report.query);
    const shared = transactionCard(report, { ...OPTIONS, sharedBy: 'U0REQ' });
    expect(labelsOf(shared)).toEqual([]);
    expect(readable(shared)).toContain('Shared by <@U0REQ>');
  });

  test('says both when a successful transaction has a reversal, and sends to the statement (R11)', () => {
    const card = cardOf({ outcome: 'successful', reversal: REVERSAL });
    expect(readable(card)).toContain(`${TITLES.contradiction} · ₹500.00`);
    expect(card.text).toContain(TITLES.contradiction);
    expect(readable(card)).toContain(CONTRADICTION);
    expect(readable(card)).not.toContain('✅');
  });

  test('says first that InstantPay answered about another transaction, and claims no outcome (R22)', () => {
    const answeredAbout = { externalRef: 'INV-999', date: '2026-11-01' };
    const card = cardOf({ outcome: 'unknown', answeredAbout, amountPaise: undefined });
    expect(readable(card)).toContain(answeredInstead('INV-999', '1 Nov 2026'));
    expect(`${card.text}${readable(card)}`).not.toMatch(/successful|failed|✅|🔴/i);
  });

  test('shows what moved, its fees other than zero, and balances to the asker alone', () => {
    const pool = {
      referenceId: '122050100YHVCA',
      amountPaise: 1_000_950,
      mode: 'CR',
      openingBalancePaise: 751_429,
      closingBalancePaise: 1_752_379,
      feePaise: 0,
      surchargePaise: 0,
      cashbackPaise: 1_000,
      tdsPaise: 50,
    };
    const report = aReport({ answer: anAnswer({ pool, reversal: REVERSAL }) });
    const mine = readable(transactionCard(report, OPTIONS));
    expect(mine).toContain('₹10,009.50 · CR · 122050100YHVCA');
    expect(mine).toContain('cashback ₹10.00 · TDS ₹0.50');
    expect(mine).not.toMatch(/fee|surcharge/);
    expect(mine).toContain('₹7,514.29 → ₹17,523.79');
    expect(mine).toContain('₹1.00 → ₹501.00');
    const shared = readable(transactionCard(report, { ...OPTIONS, sharedBy: 'U0REQ' }));
    expect(shared).toContain('₹10,009.50');
    expect(shared).not.toMatch(/Balance|₹7,514\.29|₹501\.00/);
  });

  test.each([
    ['access', false, ADVICE.access],
    ['malformed', false, ADVICE.malformed],
    ['try_again', false, ADVICE.tryAgain],
    ['declined', false, ADVICE.aeps],
    ['declined', true, ADVICE.exactly],
    ['unrecognised', false, ADVICE.aeps],
  ] as const)('a query that failed (%s, AePS %s): %s', (problem, aeps, words) => {
    const query = { externalRef: 'INV-118', date: '2026-11-19', aeps };
    const answer = anAnswer({ query: 'failed', outcome: 'unknown', problem });
    const shown = readable(transactionCard(aReport({ query, answer }), OPTIONS));
    expect(shown).toContain(words);
    expect(shown.includes('aeps')).toBe(words.includes('aeps'));
    if (problem === 'access') expect(shown).not.toContain(ADVICE.exactly);
  });

  test('keeps the known outcome in front of a later query that brought none', () => {
    const lastAttempt = anAnswer({ query: 'unreachable', outcome: 'unknown', message: 'Page 2 failed.' });
    const report = aReport({ kind: 'kept', answeredAt: NOW - 5 * HOUR_MS, lastAttempt });
    const shown = readable(transactionCard(report, OPTIONS));
    expect(shown).toContain('✅ Successful');
    expect(shown).toContain(RHYTHM.statusAsOf(NOW - 5 * HOUR_MS, NOW));
    expect(shown).toContain('Page 2 failed.');
  });

  test('offers Check now when InstantPay may be asked, and says the 30 minutes first for today', () => {
    expect(labelsOf(transactionCard(aReport(), OPTIONS))).toEqual(['Share here']);
    const later = transactionCard(aReport({ kind: 'kept', nextAt: NOW }), OPTIONS);
    expect(labelsOf(later)).toEqual(['Check now', 'Share here']);
    const unasked = transactionCard(
      aReport({ kind: 'too_soon_perhaps', answer: undefined, askedAt: undefined, nextAt: NOW }),
      OPTIONS,
    );
    expect(labelsOf(unasked)).toEqual(['Check now', 'Watch']);
    expect(readable(unasked)).toContain(EARLIEST);
    expect(readable(unasked)).toContain(TITLES.notChecked);
  });

  test('says that an amount cannot be read', () => {
    expect(readable(cardOf({ amountPaise: undefined, amountUnreadable: true }))).toContain(
      `✅ Successful · ${rupees(undefined)}`,
    );
  });

  test('masks a reference that looks like a mobile number (R14), also in its buttons', () => {
    const query = { externalRef: '9876543210', date: '2026-11-19', aeps: false };
    const card = transactionCard(aReport({ query }), OPTIONS);
    expect(JSON.stringify(card)).not.toContain('9876543210');
    expect(readable(card)).toContain('******3210');
  });
});
