/** Owns the buttons of a transaction's card. */

import { Refused } from '../../errors.ts';
import { requirePermission } from '../../payouts/access.ts';
import {
  checkTransaction,
  knownTransaction,
  type TransactionReport,
} from '../../payouts/transactions/check.ts';
import { closedWindow } from '../../payouts/transactions/words.ts';
import { askLater } from '../../payouts/watches/start.ts';
import { decodeTransaction } from '../block-kit/values.ts';
import { ownTransactionCard } from '../commands/txn.ts';
import type { Context } from '../context.ts';
import { supportText } from '../views/support-text.ts';
import { transactionCard } from '../views/transaction-card.ts';
import { transactionWatched } from '../views/watch.ts';
import { mustDecode } from './values.ts';

function ask(context: Context, value: string, checkNow: boolean): Promise<TransactionReport> {
  const query = mustDecode(decodeTransaction(value, context.seal));
  return checkTransaction(context.deps, context.actor, { ...query, time: undefined, checkNow });
}

/** Shares the stored answer while it is recent; InstantPay is not queried again for it. */
export async function shareTransaction(context: Context, value: string): Promise<void> {
  const report = await ask(context, value, false);
  const now = context.deps.clock();
  if (report.kind === 'closed') throw new Refused(closedWindow(report.nextAt, now));
  await context.share(transactionCard(report, { now, seal: context.seal, sharedBy: context.actor.userId }));
}

/** Queries InstantPay although the outcome is final, or the 30 minutes cannot be checked (R12). */
export async function checkTransactionNow(context: Context, value: string): Promise<void> {
  const report = await ask(context, value, true);
  await context.replace(await ownTransactionCard(context, report));
}

/** Puts the check off to the end of the nightly window (R12); pressed after it, the check is made at once. */
export async function askTransactionLater(context: Context, value: string): Promise<void> {
  const { deps, actor, seal } = context;
  const query = mustDecode(decodeTransaction(value, seal));
  const asked = await askLater(deps, actor, query);
  await context.answer(
    asked.kind === 'final'
      ? await ownTransactionCard(context, asked.report)
      : transactionWatched(query, { ...asked, kind: asked.kind, now: deps.clock(), seal, once: true }),
  );
}

/** What identifies it for InstantPay's support, from what is stored. */
export async function copyForSupport(context: Context, value: string): Promise<void> {
  const { deps, actor, seal } = context;
  await requirePermission(deps, actor, 'look', { subject: 'transaction.check' });
  const report = await knownTransaction(deps, mustDecode(decodeTransaction(value, seal)));
  await context.answer(supportText(report, deps.clock()));
}
