/** Owns the step from a transaction's answer, or the failure to get one, to a TransactionAnswer (R11, R17, R21-R23). */

import { given } from '../payouts/given.ts';
import { maskText } from '../payouts/mask.ts';
import { paiseFromRupees } from '../payouts/money.ts';
import {
  type TransactionQuery,
  type Booking,
  otherSubject,
  outcomeOf,
  type PoolBooking,
  type QueryProblem,
  type TransactionAnswer,
} from '../payouts/transactions/transaction.ts';
import { type Answer, shown, shownId } from './answer.ts';
import type { CodeGroup } from './codes.ts';
import type { InstantPayError } from './errors.ts';
import { maskIdentifier } from './read-links.ts';
import { bookingSchema, poolSchema, reversalSchema, tagSchema, transactionSchema } from './schemas.ts';

/** In place of InstantPay's message. */
export const NO_STATUS = 'InstantPay returned no status.';

const WORD_MAX = 60;
const TAGS_MAX = 5;

const word = (text: string | undefined): string | undefined => shown(given(text), WORD_MAX);
const id = (text: string | undefined): string | undefined => shownId(given(text), WORD_MAX);

/** What every answer has, before anything is known. */
function nothingKnown(query: TransactionQuery) {
  return {
    transactionStatusCode: undefined,
    amountPaise: undefined,
    amountUnreadable: false,
    at: undefined,
    referenceId: undefined,
    orderReferenceId: undefined,
    service: [],
    account: undefined,
    bank: undefined,
    pool: undefined,
    reversal: undefined,
    tags: [],
    answeredAbout: undefined,
    date: query.date,
  } satisfies Partial<TransactionAnswer>;
}

export function readTransaction(query: TransactionQuery, answer: Answer): TransactionAnswer {
  const data = transactionSchema.parse(answer.data); // no field of it is required: it cannot fail
  const innerCode = word(data.transactionStatusCode?.toUpperCase()); // R21: "NA" is no code, so no failure
  const { order } = data;
  const about = otherSubject(query, { externalRef: order.externalRef, at: data.transactionDateTime });
  const envelope = {
    query: 'answered' as const,
    problem: undefined,
    statuscode: answer.statuscode,
    environment: answer.environment,
    ipayUuid: answer.ipayUuid,
  };
  if (about) {
    // R22: no outcome, amount or reference of another transaction is shown as the one that was asked for.
    const answeredAbout = { ...about, externalRef: about.externalRef && masked(about.externalRef) };
    const message = 'InstantPay answered about another transaction.';
    return { ...nothingKnown(query), ...envelope, outcome: 'unknown', message, answeredAbout };
  }
  // R11: the published page draws pool and reversal at the top, its sample under `data.pool`.
  const pools = [poolSchema.parse(data.pool), poolSchema.parse(answer.pool)];
  const reversals = [pools[0]?.reversal, data.reversal, pools[1]?.reversal, answer.reversal];
  const { spName, spKey, sspName, sspKey, account } = order;
  return {
    ...nothingKnown(query),
    ...envelope,
    outcome: outcomeOf(answer.statuscode, innerCode),
    transactionStatusCode: innerCode,
    message: shown(data.transactionStatus) ?? NO_STATUS,
    ...readAmount(data.transactionAmount),
    at: data.transactionDateTime,
    referenceId: id(data.transactionReferenceId),
    orderReferenceId: id(order.referenceId),
    service: [spName, spKey, sspName, sspKey].flatMap((part) => word(part) ?? []),
    account: given(account) && maskIdentifier(account ?? ''),
    bank: /bank/i.test(order.optional3Label ?? '') ? word(order.optional3) : undefined,
    pool: readPool(pools.map((pool) => pool.transaction)),
    reversal: readReversal(reversals),
    tags: readTags(data.tag),
  };
}

/** R3: an amount that is given and cannot be read is said, not dropped. */
function readAmount(text: string | undefined): Pick<TransactionAnswer, 'amountPaise' | 'amountUnreadable'> {
  const amountPaise = text === undefined ? undefined : paiseFromRupees(text);
  return { amountPaise, amountUnreadable: amountPaise === undefined && given(text) !== undefined };
}

function masked(text: string): string {
  return maskText(text.slice(0, WORD_MAX));
}

function readBooking(wire: ReturnType<typeof reversalSchema.parse>): Booking {
  return {
    referenceId: id(wire.referenceId),
    amountPaise: wire.paymentAmount,
    mode: word(wire.mode),
    openingBalancePaise: wire.openingBalance,
    closingBalancePaise: wire.closingBalance,
  };
}

function readPool(places: unknown[]): PoolBooking | undefined {
  for (const place of places) {
    const wire = bookingSchema.parse(place);
    const booking = readBooking(wire);
    if (booking.referenceId === undefined && booking.amountPaise === undefined) continue;
    return {
      ...booking,
      feePaise: wire.convenienceFee,
      surchargePaise: wire.surcharge,
      cashbackPaise: wire.cashback,
      tdsPaise: wire.tds,
    };
  }
  return undefined;
}

/** R11, R21: a reversal is what has a reference of its own; "NA" is none. */
function readReversal(places: unknown[]): TransactionAnswer['reversal'] {
  for (const place of places) {
    const booking = readBooking(reversalSchema.parse(place));
    if (booking.referenceId !== undefined) return { ...booking, referenceId: booking.referenceId };
  }
  return undefined;
}

function readTags(wire: unknown[]): string[] {
  return wire.slice(0, TAGS_MAX).flatMap((entry) => {
    const { desc, value } = tagSchema.parse(entry);
    const parts = [word(desc), word(value)].filter((part) => part !== undefined);
    return parts.length > 0 ? [parts.join(': ')] : [];
  });
}

/** No usable answer: the transaction's state is unknown, whatever the failure was (R11). */
export function unansweredTransaction(query: TransactionQuery, error: InstantPayError): TransactionAnswer {
  const problem = problemOf(error);
  return {
    ...nothingKnown(query),
    outcome: 'unknown',
    query: !error.sent ? 'not_sent' : problem ? 'failed' : 'unreachable',
    problem,
    statuscode: error.statuscode,
    message: error.message,
    environment: error.environment,
    ipayUuid: error.ipayUuid,
  };
}

function problemOf(error: InstantPayError): QueryProblem | undefined {
  if (!error.sent) return undefined;
  if (error.kind === 'code') return PROBLEMS[error.group ?? 'unknown'];
  const refused = error.kind === 'http' && (error.httpStatus === 401 || error.httpStatus === 403);
  return refused ? 'access' : undefined;
}

const PROBLEMS: Readonly<Record<CodeGroup, QueryProblem>> = {
  credentials: 'access',
  bad_request: 'malformed',
  transient: 'try_again',
  pending: 'try_again',
  funds: 'declined',
  duplicate: 'declined',
  failure: 'declined',
  money_back: 'declined',
  success: 'unrecognised',
  unknown: 'unrecognised',
};
