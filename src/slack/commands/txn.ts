/** Owns `/payout txn`. */

import { checkTransaction, type TransactionReport } from '../../payouts/transactions/check.ts';
import { linkOfTransaction } from '../../payouts/transactions/link.ts';
import { isWatching } from '../../payouts/watches/start.ts';
import type { Message } from '../block-kit/blocks.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import { transactionCard } from '../views/transaction-card.ts';

export async function txn(context: Context, command: CommandOf<'txn'>): Promise<void> {
  const { externalRef, date, time, aeps } = command;
  const request = { externalRef, date, time, aeps, checkNow: false };
  await context.answer(
    await ownTransactionCard(context, await checkTransaction(context.deps, context.actor, request)),
  );
}

/** A transaction's card for one person. */
export async function ownTransactionCard(context: Context, report: TransactionReport): Promise<Message> {
  const { deps, actor, seal } = context;
  const { query } = report;
  const [watching, linkId] = await Promise.all([
    isWatching(deps, actor, { kind: 'transaction', query }),
    linkOfTransaction(deps, query),
  ]);
  return transactionCard(report, { now: deps.clock(), seal, watching, linkId });
}
