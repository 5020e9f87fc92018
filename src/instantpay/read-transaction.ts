/** Owns the step from a transaction's answer, or the failure to get one, to the desk's TransactionAnswer (R11, R17). */

import type { TransactionQuery } from '../payouts/ports.ts';
import { outcomeOf, type TransactionAnswer } from '../payouts/transaction.ts';
import { type Answer, shown, shownId } from './answer.ts';
import type { InstantPayError } from './errors.ts';
import { maskIdentifier } from './read-links.ts';
import { poolSchema, reversalSchema, transactionSchema } from './schemas.ts';

const WORD_MAX = 60;

export function readTransaction(query: TransactionQuery, answer: Answer): TransactionAnswer {
  const data = transactionSchema.parse(answer.data); // no field of it is required: it cannot fail
  const innerCode = shown(data.transactionStatusCode?.toUpperCase(), WORD_MAX);
  const { referenceId, spName, account } = data.order;
  return {
    outcome: outcomeOf(answer.statuscode, innerCode),
    query: 'answered',
    statuscode: answer.statuscode,
    transactionStatusCode: innerCode,
    message: shown(data.transactionStatus) ?? 'InstantPay did not say what became of this transaction.',
    amountPaise: data.transactionAmount,
    at: data.transactionDateTime,
    referenceId: shownId(data.transactionReferenceId, WORD_MAX),
    orderReferenceId: shownId(referenceId, WORD_MAX),
    service: shown(spName, WORD_MAX),
    account: account && maskIdentifier(account),
    reversal: readReversal([
      poolSchema.parse(data.pool).reversal,
      data.reversal,
      poolSchema.parse(answer.pool).reversal,
      answer.reversal,
    ]),
    environment: answer.environment,
    ipayUuid: answer.ipayUuid,
    date: query.date,
  };
}

/** R11: the published page draws pool and reversal at the top, its sample under `data.pool`; a reversal has a reference. */
function readReversal(places: unknown[]): TransactionAnswer['reversal'] {
  for (const place of places) {
    const { referenceId, paymentAmount } = reversalSchema.parse(place);
    const shownReference = shownId(referenceId, WORD_MAX);
    if (shownReference) return { referenceId: shownReference, amountPaise: paymentAmount };
  }
  return undefined;
}

/** No usable answer: the transaction's state is unknown, whatever the failure was (R11). */
export function unansweredTransaction(query: TransactionQuery, error: InstantPayError): TransactionAnswer {
  return {
    outcome: 'unknown',
    query: !error.sent ? 'not_sent' : error.kind === 'code' ? 'failed' : 'unreachable',
    statuscode: error.statuscode,
    transactionStatusCode: undefined,
    message: error.message,
    amountPaise: undefined,
    at: undefined,
    referenceId: undefined,
    orderReferenceId: undefined,
    service: undefined,
    account: undefined,
    reversal: undefined,
    environment: error.environment,
    ipayUuid: error.ipayUuid,
    date: query.date,
  };
}
