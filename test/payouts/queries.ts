/** Owns what the tests of transaction queries ask and are answered. */

import type { TransactionQuery } from '../../src/payouts/ports.ts';
import {
  checkTransaction,
  type TransactionAnswer,
  type TransactionRequest,
} from '../../src/payouts/transaction.ts';
import type { Script } from '../fakes/gateway.ts';
import { MAKER, makeDesk, type TestDesk } from './setup.ts';

export const DAY = '2026-11-18';

export function request(changes: Partial<TransactionRequest> = {}): TransactionRequest {
  return { externalRef: 'ORDER-1', date: DAY, aeps: false, time: undefined, ...changes };
}

/** What stands at the day that was asked for. */
export function answer(changes: Partial<TransactionAnswer> = {}) {
  return ({ date }: TransactionQuery): TransactionAnswer => ({
    outcome: 'successful',
    query: 'answered',
    statuscode: 'TXN',
    transactionStatusCode: 'TXN',
    message: 'Transaction Successful',
    amountPaise: 10_000,
    at: undefined,
    referenceId: '432112345678',
    orderReferenceId: undefined,
    service: undefined,
    account: undefined,
    reversal: undefined,
    environment: 'live',
    ipayUuid: 'uuid-txn',
    date,
    ...changes,
  });
}

export const NOT_THERE = answer({
  outcome: 'unknown',
  query: 'failed',
  statuscode: 'ERR',
  transactionStatusCode: undefined,
  message: 'No such transaction',
});
export const NOT_SENT = answer({ outcome: 'unknown', query: 'not_sent', transactionStatusCode: undefined });
export const UNREACHABLE = answer({
  outcome: 'unknown',
  query: 'unreachable',
  transactionStatusCode: undefined,
});

export function deskWith(transaction: Script['transaction']): TestDesk {
  return makeDesk({ script: { transaction } });
}

export const dates = (desk: TestDesk) => desk.gateway.calls.transaction.map((query) => query.date);
export const ask = (desk: TestDesk, changes: Partial<TransactionRequest> = {}) =>
  checkTransaction(desk, MAKER, request(changes));
