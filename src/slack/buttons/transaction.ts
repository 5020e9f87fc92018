/** Owns the buttons of a transaction's card. */

import { checkTransaction } from '../../payouts/transaction.ts';
import { decodeTransaction } from '../actions.ts';
import type { Call } from '../call.ts';
import { transactionCard } from '../views/transaction-card.ts';
import { mustDecode } from './values.ts';

/** Within the query rhythm this is the answer already known; InstantPay is not asked again for it. */
export async function shareTransaction(call: Call, value: string): Promise<void> {
  const query = mustDecode(decodeTransaction(value));
  const report = await checkTransaction(call.desk, call.actor, { ...query, time: undefined });
  await call.share(transactionCard(report, { now: call.desk.clock(), sharedBy: call.actor.userId }));
}
