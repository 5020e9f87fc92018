/** Transaction status: every outcome of R11, one query each. */

import { describe, expect, it } from 'vitest';
import type { TransactionAnswer } from '../../src/payouts/transaction.ts';
import { addDays } from '../../src/payouts/time.ts';
import { WELL_KNOWN_TRANSACTIONS as REFS } from '../../demo/instantpay/transactions.ts';
import { TRANSACTION } from './published.ts';
import { deadPort, envelopeOf, makeClient, makeInstantPay, serveJson, UUID } from './setup.ts';

const QUERY = { externalRef: 'REF-1', date: '2022-05-01', aeps: false };

async function asked(answer: unknown, httpStatus = 200): Promise<TransactionAnswer> {
  const { url } = await serveJson(() => answer, httpStatus);
  return makeClient(url).client.transactionStatus(QUERY);
}

describe('the published sample', () => {
  it('is read whole, without its Aadhaar and without a reversal that has no reference', async () => {
    const answer = await asked(TRANSACTION);
    expect(answer).toEqual({
      outcome: 'successful',
      query: 'answered',
      statuscode: 'TXN',
      transactionStatusCode: 'TXN',
      message: 'Transaction Successful',
      amountPaise: 1_000_000,
      at: Date.parse('2022-05-01T00:52:54+05:30'),
      referenceId: '212100597800',
      orderReferenceId: 'CPJ012212100524740',
      service: 'Cash Withdrawal via AePS',
      account: '841XXXX786',
      reversal: undefined,
      environment: undefined,
      ipayUuid: TRANSACTION.ipay_uuid,
      date: '2022-05-01',
    });
    expect(JSON.stringify(answer)).not.toContain('0110');
  });
});

describe('the outcomes of the local InstantPay', () => {
  it.each([
    [REFS.successful, 'successful', 'answered', 'TXN'],
    [REFS.underProcess, 'under_process', 'answered', 'TUP'],
    [REFS.failed, 'failed', 'answered', 'ERR'],
    [REFS.reversed, 'failed', 'answered', 'ERR'],
    [REFS.noInnerCode, 'unknown', 'answered', undefined],
    [REFS.queryFails, 'unknown', 'failed', undefined],
    [REFS.aeps, 'unknown', 'failed', undefined],
    ['NOBODY-1', 'unknown', 'failed', undefined],
  ])('%s: %s, query %s', async (externalRef, outcome, query, transactionStatusCode) => {
    const instantPay = await makeInstantPay();
    const { client } = makeClient(instantPay.url);
    const date = instantPay.transactions[0]?.date ?? '';
    const answer = await client.transactionStatus({ externalRef, date, aeps: false });
    expect(answer).toMatchObject({ outcome, query, transactionStatusCode, date, environment: 'live' });
    expect(answer.ipayUuid).toMatch(/^h0009/);
    expect(answer.message).not.toBe('');
    expect(answer.reversal === undefined).toBe(externalRef !== REFS.reversed);
    if (externalRef === REFS.reversed) {
      expect(answer.reversal).toEqual({
        referenceId: expect.stringMatching(/RVRSL$/),
        amountPaise: 1_899_950,
      });
      expect(answer.account).toBe('**********8912');
    }
  });

  it('finds an AePS transaction as such, and one near midnight on the next day only (R13)', async () => {
    const instantPay = await makeInstantPay();
    const { client } = makeClient(instantPay.url);
    const date = instantPay.transactions[0]?.date ?? '';
    const near = { externalRef: REFS.nearMidnight, aeps: false };
    expect(await client.transactionStatus({ externalRef: REFS.aeps, date, aeps: true })).toMatchObject({
      outcome: 'successful',
    });
    const dayBefore = addDays(date, -1);
    expect(await client.transactionStatus({ ...near, date: dayBefore })).toMatchObject({ query: 'failed' });
    const found = await client.transactionStatus({ ...near, date });
    expect(found).toMatchObject({ outcome: 'successful', date });
    expect(found.at).toBe(Date.parse(`${dayBefore}T23:57:00+05:30`));
  });
});

describe('what an answer may look like otherwise', () => {
  it.each([null, '', [], {}, 'gone', undefined])(
    'data %j is an unknown outcome, never success',
    async (data) => {
      expect(await asked(envelopeOf(data))).toMatchObject({
        outcome: 'unknown',
        query: 'answered',
        amountPaise: undefined,
        reversal: undefined,
      });
    },
  );

  const reversal = { referenceId: 'RV-1', paymentAmount: 12.5 };
  it.each([
    ['under data.pool', { data: { transactionStatusCode: 'ERR', pool: { reversal } } }],
    ['in data', { data: { transactionStatusCode: 'ERR', reversal } }],
    ['at the top', { reversal }],
    ['as a list at the top, as drawn', { pool: [{ reversal: [reversal] }] }],
  ])('a reversal %s is found', async (_where, rest) => {
    const answer = await asked(envelopeOf({ transactionStatusCode: 'ERR' }, rest));
    expect(answer).toMatchObject({ outcome: 'failed', reversal: { referenceId: 'RV-1', amountPaise: 1250 } });
  });

  it.each([null, '', '  '])('a reversal with reference %j is none', async (referenceId) => {
    const pool = { reversal: { referenceId, paymentAmount: '10.00' } };
    const answer = await asked(envelopeOf({ transactionStatusCode: 'ERR', pool }, { pool: '' }));
    expect(answer.reversal).toBeUndefined();
  });

  it('leaves references that look like ids, and masks those that do not', async () => {
    const data = {
      transactionStatusCode: 'ERR',
      transactionReferenceId: 'for 98200 12345',
      order: { referenceId: 'asha@example.in' },
      reversal: { referenceId: 'RV to 9820012345' },
    };
    expect(await asked(envelopeOf(data, { ipay_uuid: 'h0009 9820012345' }))).toMatchObject({
      referenceId: 'for ******2345',
      orderReferenceId: 'a***@example.in',
      reversal: { referenceId: 'RV to ******2345' },
      ipayUuid: 'h**********2345',
    });
    const digits = { reversal: { referenceId: '212100597800' } };
    expect((await asked(envelopeOf(digits))).reversal?.referenceId).toBe('212100597800');
  });

  it('masks the account and the words', async () => {
    const order = { account: '50100345678912', spName: 'Payout' };
    const data = { transactionStatusCode: 'ERR', transactionStatus: 'Failed for 9820012345', order };
    expect(await asked(envelopeOf(data))).toMatchObject({
      account: '**********8912',
      message: 'Failed for ******2345',
      service: 'Payout',
    });
  });
});

describe('one query is one query (R12)', () => {
  it.each([
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
    expect(await client.transactionStatus(QUERY)).toMatchObject({ outcome: 'unknown', query });
    expect(seen).toHaveLength(1);
    expect(slept).toEqual([]);
  });

  it.each(['noHeaders', 'stallBody', 'reset', 'truncated', 'html500'] as const)(
    'nor after %s',
    async (kind) => {
      const instantPay = await makeInstantPay();
      instantPay.fault({ effect: { kind }, times: 0 });
      const { client } = makeClient(instantPay.url, { timeoutMs: 120 });
      expect(await client.transactionStatus(QUERY)).toMatchObject({
        query: 'unreachable',
        outcome: 'unknown',
      });
      expect(instantPay.calls).toHaveLength(1);
    },
  );

  it('is not sent when nobody listens', async () => {
    const { client, attempts } = makeClient(`http://127.0.0.1:${await deadPort()}`);
    expect(await client.transactionStatus(QUERY)).toMatchObject({ query: 'not_sent', outcome: 'unknown' });
    expect(attempts()).toEqual(['network', 'network', 'network']);
  });

  it('says that an administrator must act on wrong credentials', async () => {
    const answer = await asked(envelopeOf(null, { statuscode: 'IAT', status: 'Invalid token' }));
    expect(answer).toMatchObject({ query: 'failed', statuscode: 'IAT', ipayUuid: UUID });
    expect(answer.message).toMatch(/administrator/);
  });
});
