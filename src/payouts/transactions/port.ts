/** Owns what the transaction rules need from the store: types only. */

import type { TransactionQuery, TransactionAnswer } from './transaction.ts';

/** The stored state of one transaction query. */
export interface TransactionRecord {
  /** When InstantPay was last asked. */
  askedAt: number;
  /** The answer to that query; undefined when it was cut off. */
  last: TransactionAnswer | undefined;
  /** The last outcome other than unknown, and its time: a later failed query does not replace it. */
  known: { answer: TransactionAnswer; at: number } | undefined;
}

/** Keyed by the whole query: the same reference with and without AePS is two transactions (R12). */
export interface TransactionStore {
  /** Undefined if InstantPay was never asked. */
  find(query: TransactionQuery): Promise<TransactionRecord | undefined>;
  /** Atomic claim of one query: refused if InstantPay was asked after `notAfter`. */
  claim(
    query: TransactionQuery,
    now: number,
    notAfter: number,
  ): Promise<{ claimed: true } | { claimed: false; record: TransactionRecord }>;
  /** Stores the answer to the last claim, also as the known outcome when it is one. */
  answer(query: TransactionQuery, answer: TransactionAnswer, at: number): Promise<void>;
  /** Releases the claim of `askedAt`: certainly nothing was looked up. */
  release(query: TransactionQuery, askedAt: number): Promise<void>;
}
