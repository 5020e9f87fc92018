/** Owns the request of each operation: its path and body, and what is refused before anything is sent. */

import { parseLinkId } from '../payouts/links/link.ts';
import type { TransactionQuery } from '../payouts/transactions/transaction.ts';
import { invalid } from './errors.ts';
import type { ReadFilter } from './filter.ts';
import type { Place } from './pace.ts';
import type { WireRequest } from './transport.ts';

/** A request without what its attempt decides. */
export type OperationRequest = Omit<WireRequest, 'freshConnection' | 'deadlineMs'> & {
  /** Of a walk's page: its place among those under way at once. */
  place?: Place | undefined;
};

export function trackRequest(linkId: string): OperationRequest {
  return { operation: 'track', method: 'GET', path: `/payments/payout/link/track/${linkId}` };
}

export function listRequest(
  filters: ReadFilter['wire'],
  pageNumber: number,
  recordsPerPage: number,
  signal?: AbortSignal,
): OperationRequest {
  const pagination = { pageNumber: String(pageNumber), recordsPerPage: String(recordsPerPage) }; // strings, as published
  return {
    operation: 'list',
    method: 'GET',
    path: '/payments/payout/link/list',
    body: JSON.stringify({ filters, pagination }),
    signal,
  };
}

/** `before`: an instant from which on nothing leaves. Throws `invalid` for what is no link ID. */
export function writeRequest(
  operation: 'notify' | 'cancel',
  text: string,
  before?: number,
): OperationRequest {
  return {
    operation,
    method: 'POST',
    path: `/payments/payout/link/${operation}`,
    body: JSON.stringify({ linkId: readLinkId(operation, text) }),
    before,
  };
}

/** Throws `invalid` for a query without a reference (R14) or a day. */
export function transactionRequest({ externalRef, date, aeps }: TransactionQuery): OperationRequest {
  const reference = externalRef.trim();
  if (reference === '' || reference.toUpperCase() === 'NA') {
    throw invalid('transaction', 'Enter your own transaction ID (externalRef).'); // R14
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) {
    throw invalid('transaction', 'Enter the day as 2026-11-20.');
  }
  return {
    operation: 'transaction',
    method: 'POST',
    path: '/reports/txnStatus',
    body: JSON.stringify({
      transactionDate: date,
      externalRef: reference,
      ...(aeps ? { source: 'ORDER' } : {}),
    }),
  };
}

/** R18: anything but 24 hex digits is refused before any call, so nothing else ever becomes part of a path. */
export function readLinkId(operation: 'track' | 'notify' | 'cancel', text: string): string {
  const linkId = parseLinkId(text);
  if (linkId === undefined) throw invalid(operation, 'A link ID has 24 hex digits.');
  return linkId;
}
