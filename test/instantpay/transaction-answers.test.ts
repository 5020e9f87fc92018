/** Owns how the answer to a transaction query is read: its subject, why it failed, and every field in every form. */

import { describe, expect, test } from 'vitest';
import { envelopeOf } from './setup.ts';
import { asked, QUERY } from './transaction-query.ts';
import { NO_STATUS } from '../../src/instantpay/read-transaction.ts';

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
    expect(message).toBe(NO_STATUS);
  });
});
