/** Owns checks of transactions in the database: the time of the last (R12), its answer, and the last known outcome. */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ENVIRONMENTS } from '../payouts/links/link.ts';
import {
  type TransactionQuery,
  QUERY_PROBLEMS,
  QUERY_RESULTS,
  TRANSACTION_OUTCOMES,
  type TransactionAnswer,
} from '../payouts/transactions/transaction.ts';
import type { TransactionRecord, TransactionStore } from '../payouts/transactions/port.ts';
import { fromInstant, toInstant } from './instant.ts';
import { maybe, readJson, writeJson } from './json.ts';
import type { Database, Report } from './schema.ts';

/** Bounded retry: the row may vanish between conflict and select. */
const CLAIM_TRIES = 5;

const text = maybe(z.string());
const paise = maybe(z.number());
const booking = {
  amountPaise: paise,
  mode: text,
  openingBalancePaise: paise,
  closingBalancePaise: paise,
};
const fees = { feePaise: paise, surchargePaise: paise, cashbackPaise: paise, tdsPaise: paise };

const storedAnswer: z.ZodType<TransactionAnswer> = z.object({
  outcome: z.enum(TRANSACTION_OUTCOMES),
  query: z.enum(QUERY_RESULTS),
  problem: maybe(z.enum(QUERY_PROBLEMS)),
  statuscode: text,
  transactionStatusCode: text,
  message: z.string(),
  amountPaise: paise,
  amountUnreadable: z.boolean(),
  at: maybe(z.number()),
  referenceId: text,
  orderReferenceId: text,
  service: z.array(z.string()),
  account: text,
  bank: text,
  pool: maybe(z.object({ referenceId: text, ...booking, ...fees })),
  reversal: maybe(z.object({ referenceId: z.string(), ...booking })),
  tags: z.array(z.string()),
  answeredAbout: maybe(z.object({ externalRef: text, date: text })),
  environment: maybe(z.enum(ENVIRONMENTS)),
  ipayUuid: text,
  date: z.string(),
});

/** A hash of the whole query: a reference may be a mobile or account number, which must not be readable here (R14). */
export function keyOf({ externalRef, date, aeps }: TransactionQuery): string {
  return createHash('sha256')
    .update(JSON.stringify([externalRef, date, aeps]))
    .digest('hex');
}

interface Row {
  asked_at: string | null;
  answer: string | null;
  known: string | null;
  known_at: string | null;
}

/** How a report names the record. */
export const answerRecord = (date: string): string => `answer for a transaction of ${date}`;

export function transactionStore(db: Database, report: Report): TransactionStore {
  /** An unreadable answer counts as none: the rhythm (R12) needs only the time. */
  function readAnswer(stored: string | null, date: string): TransactionAnswer | undefined {
    if (stored === null) return undefined;
    try {
      return readJson(storedAnswer, stored, answerRecord(date));
    } catch (error) {
      report(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }

  function toRecord(row: Row | undefined, date: string): TransactionRecord | undefined {
    if (!row?.asked_at) return undefined;
    const known = readAnswer(row.known, date);
    return {
      askedAt: fromInstant(row.asked_at),
      last: readAnswer(row.answer, date),
      known: known && row.known_at !== null ? { answer: known, at: fromInstant(row.known_at) } : undefined,
    };
  }

  async function find(query: TransactionQuery): Promise<TransactionRecord | undefined> {
    const row = await db
      .selectFrom('transactions')
      .select(['asked_at', 'answer', 'known', 'known_at'])
      .where('key', '=', keyOf(query))
      .executeTakeFirst();
    return toRecord(row, query.date);
  }

  return {
    find,

    async claim(query, now, notAfter) {
      for (let attempt = 0; attempt < CLAIM_TRIES; attempt += 1) {
        const claimed = await db
          .insertInto('transactions')
          .values({ key: keyOf(query), asked_at: toInstant(now) })
          .onConflict((conflict) =>
            conflict
              .column('key')
              .doUpdateSet((eb) => ({
                asked_at: toInstant(now),
                previous_asked_at: eb.ref('transactions.asked_at'),
                // The earlier answer does not belong to this query.
                answer: null,
              }))
              .where((eb) =>
                eb.or([
                  eb('transactions.asked_at', 'is', null),
                  eb('transactions.asked_at', '<=', toInstant(notAfter)),
                ]),
              ),
          )
          .returning('key')
          .executeTakeFirst();
        if (claimed !== undefined) return { claimed: true };
        const record = await find(query);
        if (record) return { claimed: false, record };
      }
      throw new Error(`A transaction of ${query.date} could be neither claimed nor found.`);
    },

    async answer(query, answer, at) {
      const stored = writeJson(answer);
      const known = answer.outcome === 'unknown' ? {} : { known: stored, known_at: toInstant(at) };
      await db
        .updateTable('transactions')
        .set({ answer: stored, ...known })
        .where('key', '=', keyOf(query))
        .execute();
    },

    async release(query, askedAt) {
      // Back to the time before: an earlier query that was sent still counts for the rhythm.
      await db
        .updateTable('transactions')
        .set((eb) => ({ asked_at: eb.ref('previous_asked_at'), previous_asked_at: null }))
        .where('key', '=', keyOf(query))
        .where('asked_at', '=', toInstant(askedAt))
        .execute();
    },
  };
}
