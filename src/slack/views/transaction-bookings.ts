/** Owns the account movement and the reversal on a transaction’s card. A refund is never claimed (R10). */

import type { KnownBlock } from '@slack/web-api';
import { formatRupees } from '../../payouts/money.ts';
import type { Booking, PoolBooking, TransactionAnswer } from '../../payouts/transactions/transaction.ts';
import { type Line, type Pair, pairs, plain, section } from '../block-kit/blocks.ts';
import { md, rupees } from '../block-kit/text.ts';

export const REVERSED = md`InstantPay reports a reversal`;

/** Only a reversal with a reference is shown (R11). */
export function reversalPairs(answer: TransactionAnswer | undefined, isPrivate: boolean): KnownBlock[] {
  if (!answer?.reversal) return [];
  const booking = answer.reversal;
  return [
    section(md`↩️ *${REVERSED}*`),
    ...pairs([[md`Reversal`, plain(bookingLine(booking))], isPrivate ? balances(booking) : undefined]),
  ];
}

/** The movement on the InstantPay account. Balances are private: never in a shared card. */
export function movement(answer: TransactionAnswer | undefined, isPrivate: boolean): KnownBlock[] {
  const pool = answer?.pool;
  if (!pool) return [];
  return pairs([
    [md`Account movement`, plain(bookingLine(pool), fees(pool))],
    isPrivate ? balances(pool) : undefined,
  ]);
}

function bookingLine({ amountPaise, mode, referenceId }: Booking): Line {
  return [amountPaise === undefined ? undefined : formatRupees(amountPaise), mode, referenceId];
}

function fees({ feePaise, surchargePaise, cashbackPaise, tdsPaise }: PoolBooking): Line {
  const named: [string, number | undefined][] = [
    ['fee', feePaise],
    ['surcharge', surchargePaise],
    ['cashback', cashbackPaise],
    ['TDS', tdsPaise],
  ];
  // Zero is what InstantPay writes where there is no fee.
  return named.map(([name, paise]) => (paise ? `${name} ${formatRupees(paise)}` : undefined));
}

function balances({ openingBalancePaise, closingBalancePaise }: Booking): Pair | undefined {
  if (openingBalancePaise === undefined || closingBalancePaise === undefined) return undefined;
  return [md`Balance before and after`, md`${rupees(openingBalancePaise)} → ${rupees(closingBalancePaise)}`];
}
