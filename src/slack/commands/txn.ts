/** Owns `/payout txn`. */

import { checkTransaction } from '../../payouts/transactions/check.ts';
import type { Call } from '../context.ts';
import type { CommandOf } from '../parse/parse.ts';
import { transactionCard } from '../views/transaction-card.ts';

export async function txn(call: Call, command: CommandOf<'txn'>): Promise<void> {
  const { externalRef, date, time, aeps } = command;
  const request = { externalRef, date, time, aeps, checkNow: false };
  const report = await checkTransaction(call.desk, call.actor, request);
  await call.answer(transactionCard(report, { now: call.desk.clock(), seal: call.seal }));
}
