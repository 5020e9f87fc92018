/** Owns transaction status: every outcome of R11, one query each (R12). */

import { describe, expect, test } from 'vitest';
import { addDays } from '../../src/payouts/time.ts';
import { WELL_KNOWN_TRANSACTIONS as REFS } from '../../fakes/instantpay/transactions.ts';
import { TRANSACTION, TRANSACTION_TEXT } from './published.ts';
import { deadPort, envelopeOf, makeClient, makeInstantPay, serveJson, UUID } from './setup.ts';
import { asked, QUERY } from './transaction-query.ts';

describe('the published sample', () => {
  test('is read whole, without its Aadhaar and without a reversal that has no reference', async () => {
    const instantPay = await makeInstantPay();
    // Byte for byte as published.
    instantPay.fault({ effect: { kind: 'raw', httpStatus: 200, body: TRANSACTION_TEXT } });
    const answer = await makeClient(instantPay.url).client.transaction(QUERY);
    expect(answer).toEqual({
      outcome: 'successful',
      query: 'answered',
      problem: undefined,
      statuscode: 'TXN',
      transactionStatusCode: 'TXN',
      message: 'Transaction Successful',
      amountPaise: 1_000_000,
      amountUnreadable: false,
      at: Date.parse('2022-05-01T00:52:54+05:30'),
      referenceId: '212100597800',
      orderReferenceId: 'CPJ012212100524740',
      service: ['Cash Withdrawal via AePS', 'WAP', 'ALL'],
      account: expect.stringMatching(/^\*+\d{3,4}$/),
      bank: 'STATE XXXXX INDIA',
      pool: {
        referenceId: '122050100XXXXYHVCA',
        amountPaise: 1_000_950,
        mode: 'CR',
        openingBalancePaise: 751_429,
        closingBalancePaise: 1_752_379,
        feePaise: 0,
        surchargePaise: 0,
        cashbackPaise: 1_000,
        tdsPaise: 50,
      },
      reversal: undefined,
      tags: [],
      answeredAbout: undefined,
      environment: undefined,
      ipayUuid: TRANSACTION.ipay_uuid,
      date: '2022-05-01',
    });
    expect(JSON.stringify(answer)).not.toContain('0110');
  });
});

describe('the outcomes of the local InstantPay', () => {
  test.each([
    [REFS.successful, 'successful', 'answered', 'TXN'],
    [REFS.underProcess, 'under_process', 'answered', 'TUP'],
    [REFS.failed, 'failed', 'answered', 'ERR'],
    [REFS.reversed, 'failed', 'answered', 'ERR'],
    [REFS.noInnerCode, 'unknown', 'answered', undefined],
    [REFS.queryFails, 'unknown', 'failed', undefined],
    [REFS.aeps, 'unknown', 'failed', undefined],
    ['NOBODY-1', 'unknown', 'failed', undefined],
    [REFS.successfulReversed, 'successful', 'answered', 'TXN'],
    [REFS.reversalNa, 'failed', 'answered', 'ERR'],
    [REFS.poolAtTop, 'failed', 'answered', 'ERR'],
    [REFS.otherReference, 'unknown', 'answered', undefined],
    [REFS.otherDay, 'unknown', 'answered', undefined],
    [REFS.accessRefused, 'unknown', 'failed', undefined],
  ])('%s: %s, query %s', async (externalRef, outcome, query, transactionStatusCode) => {
    const instantPay = await makeInstantPay();
    const { client } = makeClient(instantPay.url);
    const date = instantPay.transactions[0]?.date ?? '';
    const answer = await client.transaction({ externalRef, date, aeps: false });
    expect(answer).toMatchObject({ outcome, query, transactionStatusCode, date, environment: 'live' });
    expect(answer.ipayUuid).toMatch(/^h0009/);
    expect(answer.message).not.toBe('');
    const reversed: string[] = [REFS.reversed, REFS.successfulReversed, REFS.poolAtTop];
    expect(answer.reversal !== undefined).toBe(reversed.includes(externalRef));
    if (externalRef === REFS.reversed) {
      expect(answer.reversal).toEqual({
        referenceId: expect.stringMatching(/RVRSL$/),
        amountPaise: 1_899_950,
        mode: 'CR',
        openingBalancePaise: 73_242_950,
        closingBalancePaise: 75_142_900,
      });
      expect(answer.account).toBe('**********8912');
    }
  });

  test('finds an AePS transaction as such, and one near midnight on the next day only (R13)', async () => {
    const instantPay = await makeInstantPay();
    const { client } = makeClient(instantPay.url);
    const date = instantPay.transactions[0]?.date ?? '';
    const near = { externalRef: REFS.nearMidnight, aeps: false };
    expect(await client.transaction({ externalRef: REFS.aeps, date, aeps: true })).toMatchObject({
      outcome: 'successful',
    });
    const dayBefore = addDays(date, -1);
    expect(await client.transaction({ ...near, date: dayBefore })).toMatchObject({ query: 'failed' });
    const found = await client.transaction({ ...near, date });
    expect(found).toMatchObject({ outcome: 'successful', date });
    expect(found.at).toBe(Date.parse(`${dayBefore}T23:57:00+05:30`));
  });
});

describe('one query is one query (R12)', () => {
  test.each([
    ['an unpublished code', { statuscode: 'ZZZ' }, 200, 'failed'],
    ['a transient code', { statuscode: 'ISE' }, 200, 'failed'],
    ['a code under 503', { statuscode: 'ISE' }, 503, 'unreachable'],
    ['success under 400', { statuscode: 'TXN' }, 400, 'unreachable'],
    ['no envelope', { statuscode: null }, 200, 'unreachable'],
  ])('%s is not asked again', async (_what, rest, httpStatus, query) => {
    const { url, seen } = await serveJson(
      () => envelopeOf({ transactionStatusCode: 'TXN' }, rest),
      httpStatus,
    );
    const { client, slept } = makeClient(url);
    expect(await client.transaction(QUERY)).toMatchObject({ outcome: 'unknown', query });
    expect(seen).toHaveLength(1);
    expect(slept).toEqual([]);
  });

  test.each(['noHeaders', 'stallBody', 'reset', 'truncated', 'html500'] as const)(
    'nor after %s',
    async (kind) => {
      const instantPay = await makeInstantPay();
      instantPay.fault({ effect: { kind }, times: 0 });
      const { client } = makeClient(instantPay.url, { timeoutMs: 120 });
      expect(await client.transaction(QUERY)).toMatchObject({
        query: 'unreachable',
        outcome: 'unknown',
      });
      expect(instantPay.calls).toHaveLength(1);
    },
  );

  test('is not sent when nobody listens', async () => {
    const { client, attempts } = makeClient(`http://127.0.0.1:${await deadPort()}`);
    expect(await client.transaction(QUERY)).toMatchObject({ query: 'not_sent', outcome: 'unknown' });
    expect(attempts()).toEqual(['network', 'network', 'network']);
  });

  test('says that an administrator must act on wrong credentials', async () => {
    const answer = await asked(envelopeOf(null, { statuscode: 'IAT', status: 'Invalid token' }));
    expect(answer).toMatchObject({ query: 'failed', statuscode: 'IAT', ipayUuid: UUID });
    expect(answer.message).toMatch(/administrator/);
  });
});
