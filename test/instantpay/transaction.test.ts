/** Owns transaction status: every outcome of R11, one query each. */

import { describe, expect, test } from 'vitest';
import type { TransactionAnswer } from '../../src/payouts/transactions/transaction.ts';
import { addDays } from '../../src/payouts/time.ts';
import { WELL_KNOWN_TRANSACTIONS as REFS } from '../../fakes/instantpay/transactions.ts';
import { TRANSACTION, TRANSACTION_TEXT } from './published.ts';
import { deadPort, envelopeOf, makeClient, makeInstantPay, serveJson, UUID } from './setup.ts';

const QUERY = { externalRef: '1651346567', date: '2022-05-01', aeps: true };

async function asked(answer: unknown, httpStatus = 200): Promise<TransactionAnswer> {
  const { url } = await serveJson(() => answer, httpStatus);
  return makeClient(url).client.transaction(QUERY);
}

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

describe('what an answer may look like otherwise', () => {
  test.each([null, '', [], {}, 'gone', undefined])(
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
  test.each([
    ['under data.pool', { data: { transactionStatusCode: 'ERR', pool: { reversal } } }],
    ['in data', { data: { transactionStatusCode: 'ERR', reversal } }],
    ['at the top', { reversal }],
    ['as a list at the top, as drawn', { pool: [{ reversal: [reversal] }] }],
  ])('a reversal %s is found', async (_where, rest) => {
    const answer = await asked(envelopeOf({ transactionStatusCode: 'ERR' }, rest));
    expect(answer).toMatchObject({ outcome: 'failed', reversal: { referenceId: 'RV-1', amountPaise: 1250 } });
  });

  test.each(['NA', 'n/a', '-', 'null', ' ', '00'])(
    'inner code %j is no code: unknown, not failed',
    async (code) => {
      const data = { transactionStatusCode: code, order: { externalRef: QUERY.externalRef } };
      expect(await asked(envelopeOf(data))).toMatchObject({
        outcome: 'unknown',
        transactionStatusCode: undefined,
      });
    },
  );

  test.each([null, '', '  ', 'NA', 'n/a', '-', '--', 'null', 'nil', '0', '000000'])(
    'a reversal with reference %j is none (R21)',
    async (referenceId) => {
      const pool = { reversal: { referenceId, paymentAmount: '10.00' } };
      const answer = await asked(envelopeOf({ transactionStatusCode: 'ERR', pool }, { pool: '' }));
      expect(answer.reversal).toBeUndefined();
    },
  );

  test('leaves references that look like ids, and masks those that do not', async () => {
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

  test('masks the account and the words', async () => {
    const order = { account: '50100345678912', spName: 'Payout' };
    const data = { transactionStatusCode: 'ERR', transactionStatus: 'Failed for 9820012345', order };
    expect(await asked(envelopeOf(data))).toMatchObject({
      account: '**********8912',
      message: 'Failed for ******2345',
      service: ['Payout'],
    });
  });
});

describe('the subject of an answer (R22)', () => {
  const asking = (data: object) =>
    asked(envelopeOf({ transactionStatusCode: 'TXN', transactionAmount: '10.00', ...data }));

  test('is another reference: no outcome, no amount, and both are named', async () => {
    expect(await asking({ order: { externalRef: 'OTHER-7' }, transactionReferenceId: '4321' })).toMatchObject(
      {
        outcome: 'unknown',
        query: 'answered',
        amountPaise: undefined,
        referenceId: undefined,
        transactionStatusCode: undefined,
        answeredAbout: { externalRef: 'OTHER-7', date: undefined },
      },
    );
  });

  test('is another day', async () => {
    expect(await asking({ transactionDateTime: '2022-04-20 10:00:00' })).toMatchObject({
      outcome: 'unknown',
      answeredAbout: { externalRef: undefined, date: '2022-04-20' },
    });
  });

  test('is masked when it is somebody’s number', async () => {
    const { answeredAbout } = await asking({ order: { externalRef: '9820012345' } });
    expect(answeredAbout).toEqual({ externalRef: '******2345', date: undefined });
  });

  test.each([{}, { order: { externalRef: 'NA' } }, { order: { externalRef: '1651346567' } }])(
    'is the one asked for: %j',
    async (data) => {
      expect(await asking(data)).toMatchObject({ outcome: 'successful', answeredAbout: undefined });
    },
  );
});

describe('why a query failed (R23)', () => {
  test.each([
    ['IAT', 200, 'failed', 'access'],
    ['KYC', 403, 'failed', 'access'],
    ['RPI', 200, 'failed', 'malformed'],
    ['ISE', 200, 'failed', 'try_again'],
    ['TUP', 200, 'failed', 'try_again'],
    ['ERR', 200, 'failed', 'declined'],
    ['DTX', 200, 'failed', 'declined'],
    ['IAB', 200, 'failed', 'declined'],
    ['TRP', 200, 'failed', 'declined'],
    ['ZZZ', 200, 'failed', 'unrecognised'],
    ['ISE', 500, 'unreachable', undefined],
    [null, 401, 'failed', 'access'],
    [null, 403, 'failed', 'access'],
    [null, 404, 'unreachable', undefined],
    [null, 200, 'unreachable', undefined],
  ])('%s under HTTP %i: %s, %s', async (statuscode, httpStatus, query, problem) => {
    expect(await asked(envelopeOf(null, { statuscode }), httpStatus)).toMatchObject({
      outcome: 'unknown',
      query,
      problem,
    });
  });
});

describe('the rest of an answer', () => {
  test.each([
    ['ten thousand', undefined, true],
    ['12,34,567.50', 123_456_750, false],
    ['0.00', 0, false],
    ['NA', undefined, false],
    [null, undefined, false],
  ])('reads the amount %j', async (transactionAmount, amountPaise, amountUnreadable) => {
    expect(await asked(envelopeOf({ transactionAmount }))).toMatchObject({ amountPaise, amountUnreadable });
  });

  test('reads the bank by its label alone, and never the Aadhaar or the balance', async () => {
    const order = {
      optional2Label: 'Aadhaar',
      optional2: '1111',
      optional4Label: 'Balance',
      optional4: '77.10',
    };
    const withBank = await asked(
      envelopeOf({ order: { ...order, optional3Label: 'Bank', optional3: 'SBI' } }),
    );
    expect(withBank.bank).toBe('SBI');
    const without = await asked(
      envelopeOf({ order: { ...order, optional3Label: 'Name', optional3: 'Asha Rao' } }),
    );
    expect(without.bank).toBeUndefined();
    expect(JSON.stringify([withBank, without])).not.toMatch(/1111|77\.10|Asha/);
  });

  test('reads tags, masked, without the empty ones', async () => {
    const tag = {
      1: { desc: 'batch', value: 'B7' },
      2: { desc: null, value: 'NA' },
      3: { desc: 'for', value: '9820012345' },
    };
    expect((await asked(envelopeOf({ tag }))).tags).toEqual(['batch: B7', 'for: ******2345']);
  });

  test('finds what moved also at the top, and nothing where nothing is given', async () => {
    const transaction = { referenceId: 'P-1', paymentAmount: '12.00', convenienceFee: '1.50' };
    const top = await asked(
      envelopeOf({ pool: { transaction: { referenceId: null } } }, { pool: { transaction } }),
    );
    expect(top.pool).toMatchObject({
      referenceId: 'P-1',
      amountPaise: 1200,
      feePaise: 150,
      tdsPaise: undefined,
    });
    expect((await asked(envelopeOf({ pool: { transaction: { referenceId: 'NA' } } }))).pool).toBeUndefined();
  });

  test('reads the service without what is not given', async () => {
    const order = { spName: 'Payout', spKey: 'DPN', sspName: null, sspKey: 'NA', externalRef: 'NA' };
    expect((await asked(envelopeOf({ order }))).service).toEqual(['Payout', 'DPN']);
    const { message } = await asked(envelopeOf({ transactionStatusCode: 'ERR' }));
    expect(message).toBe('InstantPay returned no status.');
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
