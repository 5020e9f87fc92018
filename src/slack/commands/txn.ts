/** Owns `/payout txn`. */

import { checkTransaction } from '../../payouts/transactions/check.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import { transactionCard } from '../views/transaction-card.ts';

export async function txn(context: Context, command: CommandOf<'txn'>): Promise<void> {
  const { externalRef, date, time, aeps } = command;
  const request = { externalRef, date, time, aeps, checkNow: false };
  const report = await checkTransaction(context.deps, context.actor, request);
  await context.answer(transactionCard(report, { now: context.deps.clock(), seal: context.seal }));
}
