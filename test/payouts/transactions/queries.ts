/** Owns what the tests of transaction queries ask and are answered. */

import type { TransactionQuery, TransactionAnswer } from '../../../src/payouts/transactions/transaction.ts';
import { checkTransaction, type TransactionRequest } from '../../../src/payouts/transactions/check.ts';
import type { Script } from '../../fakes/gateway.ts';
import { MAKER, makeDeps, type TestDeps } from '../setup.ts';

export const DAY = '2026-11-18';

export function request(changes: Partial<TransactionRequest> = {}): TransactionRequest {
  return { externalRef: 'ORDER-1', date: DAY, aeps: false, time: undefined, checkNow: false, ...changes };
}

/** What InstantPay has at the day that was asked for. */
export function answer(changes: Partial<TransactionAnswer> = {}) {
  return ({ date }: TransactionQuery): TransactionAnswer => ({
    outcome: 'successful',
    query: 'answered',
    problem: undefined,
    statuscode: 'TXN',
    transactionStatusCode: 'TXN',
    message: 'Transaction Successful',
    amountPaise: 10_000,
    amountUnreadable: false,
    at: undefined,
    referenceId: '432112345678',
    orderReferenceId: undefined,
    service: [],
    account: undefined,
    bank: undefined,
    pool: undefined,
    reversal: undefined,
    tags: [],
    answeredAbout: undefined,
    environment: 'live',
    ipayUuid: 'uuid-txn',
    date,
    ...changes,
  });
}

export const NOT_THERE = answer({
  outcome: 'unknown',
  query: 'failed',
  problem: 'declined',
  statuscode: 'ERR',
  transactionStatusCode: undefined,
  message: 'No such transaction',
});
/** Refused before anything was looked up. */
export const REFUSED = answer({
  outcome: 'unknown',
  query: 'failed',
  problem: 'access',
  statuscode: 'IAT',
  transactionStatusCode: undefined,
});
export const PENDING = answer({ outcome: 'under_process', transactionStatusCode: 'TUP' });
export const NOT_SENT = answer({ outcome: 'unknown', query: 'not_sent', transactionStatusCode: undefined });
export const UNREACHABLE = answer({
  outcome: 'unknown',
  query: 'unreachable',
  transactionStatusCode: undefined,
});

export function depsWith(transaction: NonNullable<Script['transaction']>): TestDeps {
  return makeDeps({ script: { transaction } });
}

export const dates = (deps: TestDeps) => deps.gateway.calls.transaction.map((query) => query.date);
export const ask = (deps: TestDeps, changes: Partial<TransactionRequest> = {}) =>
  checkTransaction(deps, MAKER, request(changes));
