/** Owns when each transaction was asked for last (R12) in the database, and the last answer. */

import { z } from 'zod';
import type { Environment } from '../payouts/link.ts';
import type { TransactionStore } from '../payouts/ports.ts';
import type { TransactionAnswer, TransactionOutcome } from '../payouts/transaction.ts';
import { fromInstant, toInstant } from './instant.ts';
import { maybe, oneOf, readJson, writeJson } from './json.ts';
import type { Database, Report } from './schema.ts';

/** A claim can be released between our refused claim and our look at it; more often than this it is a fault. */
const CLAIM_TRIES = 5;

const storedAnswer: z.ZodType<TransactionAnswer> = z.object({
  outcome: oneOf<TransactionOutcome>({ successful: true, under_process: true, failed: true, unknown: true }),
  query: oneOf<TransactionAnswer['query']>({
    answered: true,
    failed: true,
    unreachable: true,
    not_sent: true,
  }),
  statuscode: maybe(z.string()),
  transactionStatusCode: maybe(z.string()),
  message: z.string(),
  amountPaise: maybe(z.number()),
  at: maybe(z.number()),
  referenceId: maybe(z.string()),
  orderReferenceId: maybe(z.string()),
  service: maybe(z.string()),
  account: maybe(z.string()),
  reversal: maybe(z.object({ referenceId: z.string(), amountPaise: maybe(z.number()) })),
  environment: maybe(oneOf<Environment>({ live: true, sandbox: true })),
  ipayUuid: maybe(z.string()),
  date: z.string(),
});

export function transactionStore(db: Database, report: Report): TransactionStore {
  /** An answer that cannot be read is as good as none: the rhythm is kept by the time, not by the answer. */
  function lastAnswer(text: string | null, record: string): TransactionAnswer | undefined {
    if (text === null) return undefined;
    try {
      return readJson(storedAnswer, text, record);
    } catch (error) {
      report(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }

  return {
    async claim(externalRef, date, now, notAfter) {
      for (let attempt = 0; attempt < CLAIM_TRIES; attempt += 1) {
        const claimed = await db
          .insertInto('transactions')
          .values({ external_ref: externalRef, date, asked_at: toInstant(now) })
          .onConflict((conflict) =>
            conflict
              .columns(['external_ref', 'date'])
              .doUpdateSet((eb) => ({
                asked_at: toInstant(now),
                previous_asked_at: eb.ref('transactions.asked_at'),
              }))
              .where((eb) =>
                eb.or([
                  eb('transactions.asked_at', 'is', null),
                  eb('transactions.asked_at', '<=', toInstant(notAfter)),
                ]),
              ),
          )
          .returning('external_ref')
          .executeTakeFirst();
        if (claimed !== undefined) return { claimed: true };
        const asked = await db
          .selectFrom('transactions')
          .select(['asked_at', 'answer'])
          .where('external_ref', '=', externalRef)
          .where('date', '=', date)
          .executeTakeFirst();
        if (asked?.asked_at) {
          const answer = lastAnswer(asked.answer, `answer for a transaction of ${date}`);
          return { claimed: false, askedAt: fromInstant(asked.asked_at), answer };
        }
      }
      throw new Error(`A transaction of ${date} could be neither claimed nor found.`);
    },

    async answer(externalRef, date, answer) {
      await db
        .updateTable('transactions')
        .set({ answer: writeJson(answer) })
        .where('external_ref', '=', externalRef)
        .where('date', '=', date)
        .execute();
    },

    async release(externalRef, date, askedAt) {
      // Back to the time before: an earlier query that was sent still counts for the rhythm.
      await db
        .updateTable('transactions')
        .set((eb) => ({ asked_at: eb.ref('previous_asked_at'), previous_asked_at: null }))
        .where('external_ref', '=', externalRef)
        .where('date', '=', date)
        .where('asked_at', '=', toInstant(askedAt))
        .execute();
    },
  };
}
