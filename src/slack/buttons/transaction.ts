/** Owns the buttons of a transaction's card. */

import { checkTransaction, type TransactionReport } from '../../payouts/transactions/check.ts';
import { decodeTransaction } from '../block-kit/actions.ts';
import type { Call } from '../context.ts';
import { transactionCard } from '../views/transaction-card.ts';
import { mustDecode } from './values.ts';

function ask(call: Call, value: string, checkNow: boolean): Promise<TransactionReport> {
  const query = mustDecode(decodeTransaction(value, call.seal));
  return checkTransaction(call.desk, call.actor, { ...query, time: undefined, checkNow });
}

/** Within the query rhythm this is the answer already known; InstantPay is not asked again for it. */
export async function shareTransaction(call: Call, value: string): Promise<void> {
  const report = await ask(call, value, false);
  const options = { now: call.desk.clock(), seal: call.seal, sharedBy: call.actor.userId };
  await call.share(transactionCard(report, options));
}

/** Asks InstantPay although the outcome is final, or the 30 minutes cannot be checked (R12). */
export async function checkTransactionNow(call: Call, value: string): Promise<void> {
  const report = await ask(call, value, true);
  await call.replace(transactionCard(report, { now: call.desk.clock(), seal: call.seal }));
}
