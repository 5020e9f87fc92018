/** Owns the buttons of a transaction's card. */

import { checkTransaction, type TransactionReport } from '../../payouts/transactions/check.ts';
import { decodeTransaction } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { transactionCard } from '../views/transaction-card.ts';
import { mustDecode } from './values.ts';

function ask(context: Context, value: string, checkNow: boolean): Promise<TransactionReport> {
  const query = mustDecode(decodeTransaction(value, context.seal));
  return checkTransaction(context.deps, context.actor, { ...query, time: undefined, checkNow });
}

/** Shares the stored answer while it is recent; InstantPay is not queried again for it. */
export async function shareTransaction(context: Context, value: string): Promise<void> {
  const report = await ask(context, value, false);
  const options = { now: context.deps.clock(), seal: context.seal, sharedBy: context.actor.userId };
  await context.share(transactionCard(report, options));
}

/** Queries InstantPay although the outcome is final, or the 30 minutes cannot be checked (R12). */
export async function checkTransactionNow(context: Context, value: string): Promise<void> {
  const report = await ask(context, value, true);
  await context.replace(transactionCard(report, { now: context.deps.clock(), seal: context.seal }));
}
