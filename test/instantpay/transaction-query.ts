/** Owns one transaction query against a server that gives one answer. */

import type { TransactionAnswer } from '../../src/payouts/transactions/transaction.ts';
import { makeClient, serveJson } from './setup.ts';

export const QUERY = { externalRef: '1651346567', date: '2022-05-01', aeps: true };

export async function asked(answer: unknown, httpStatus = 200): Promise<TransactionAnswer> {
  const { url } = await serveJson(() => answer, httpStatus);
  return makeClient(url).client.transaction(QUERY);
}
