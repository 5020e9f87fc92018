/** Owns what the transaction rules need of the store: types alone. */

import type { TransactionQuery, TransactionAnswer } from './transaction.ts';

/** What is kept of a transaction that was asked for. */
export interface TransactionRecord {
  /** When it was asked for last. */
  askedAt: number;
  /** The answer to that query; undefined when it was cut off. */
  last: TransactionAnswer | undefined;
  /** The last outcome other than unknown, and when it was given: a later query that fails does not replace it. */
  known: { answer: TransactionAnswer; at: number } | undefined;
}

/** Keyed by the whole query: the same reference asked with and without AePS is two transactions (R12). */
export interface TransactionStore {
  /** Undefined when it was never asked for. */
  find(query: TransactionQuery): Promise<TransactionRecord | undefined>;
  /** Atomic: records that the transaction is asked for now, unless it was asked for after `notAfter`. */
  claim(
    query: TransactionQuery,
    now: number,
    notAfter: number,
  ): Promise<{ claimed: true } | { claimed: false; record: TransactionRecord }>;
  /** Stores the answer to the last claim, also as the known outcome when it is one. */
  answer(query: TransactionQuery, answer: TransactionAnswer, at: number): Promise<void>;
  /** Takes the claim of `askedAt` back, when it is certain that nothing was looked up. */
  release(query: TransactionQuery, askedAt: number): Promise<void>;
}
