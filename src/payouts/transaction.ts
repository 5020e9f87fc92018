/** Owns transaction status: what an answer means (R11) and when it may be asked for (R12, R13). */

import type { Environment } from './link.ts';

export type TransactionOutcome = 'successful' | 'under_process' | 'failed' | 'unknown';

/** What InstantPay answered to one query. Private values are masked; amounts in paise; times epoch ms UTC. */
export interface TransactionAnswer {
  outcome: TransactionOutcome;
  /**
   * The query itself, apart from the transaction: `answered` (outer TXN), `failed` (any other outer code: the
   * transaction's state is unknown), `unreachable` (sent, no usable answer), `not_sent`.
   */
  query: 'answered' | 'failed' | 'unreachable' | 'not_sent';
  /** Outer statuscode. */
  statuscode: string | undefined;
  /** Inner transactionStatusCode. */
  transactionStatusCode: string | undefined;
  /** InstantPay's words, masked, or what went wrong on the way. */
  message: string;
  amountPaise: number | undefined;
  at: number | undefined;
  /** The bank's reference (RRN) as InstantPay reports it. */
  referenceId: string | undefined;
  orderReferenceId: string | undefined;
  service: string | undefined;
  /** Masked. */
  account: string | undefined;
  /** Present only when InstantPay reports a reversal with a reference (R11); the desk claims no other refund (R10). */
  reversal: { referenceId: string; amountPaise: number | undefined } | undefined;
  environment: Environment | undefined;
  ipayUuid: string | undefined;
  /** The day that was asked for, YYYY-MM-DD. */
  date: string;
}

/** R11: what the codes of an answer say about the transaction. */
export function outcomeOf(outerCode: string | undefined, innerCode: string | undefined): TransactionOutcome {
  if (outerCode !== 'TXN' || !innerCode) return 'unknown';
  if (innerCode === 'TXN') return 'successful';
  if (innerCode === 'TUP') return 'under_process';
  return 'failed';
}
