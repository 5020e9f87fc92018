/** Owns `/payout watch`, `unwatch` and `watches`. */

import { myWatches, stopWatching, watchLink, watchTransaction } from '../../payouts/watches/start.ts';
import type { TransactionQuery } from '../../payouts/transactions/transaction.ts';
import type { WatchSubject } from '../../payouts/watches/watch.ts';
import type { Context } from '../context.ts';
import { linkOffersOf } from '../offers-of.ts';
import type { CommandOf } from '../parse/command.ts';
import { linkCard } from '../views/link-card.ts';
import { transactionCard } from '../views/transaction-card.ts';
import { linkWatched, transactionWatched, watchList, WATCHING, watchNotice } from '../views/watch.ts';
import { findOne } from './find-one.ts';

export async function watch(context: Context, { target }: CommandOf<'watch'>): Promise<void> {
  if (target.kind === 'transaction') return watchTransactionOf(context, target.query, target.time);
  const linkId = await findOne(context, target.link, 'watch');
  if (linkId) await watchLinkOf(context, linkId);
}

/** What is final already is shown at once, and not watched. */
export async function watchLinkOf(context: Context, linkId: string): Promise<void> {
  const { deps, actor } = context;
  const watched = await watchLink(deps, actor, linkId);
  const { kind, view } = watched;
  const now = deps.clock();
  await context.answer(
    kind === 'final'
      ? linkCard(view, { now, offers: await linkOffersOf(context), lead: WATCHING.isFinal })
      : linkWatched(view, { kind, now, until: watched.until }),
  );
}

export async function watchTransactionOf(
  context: Context,
  query: TransactionQuery,
  time?: string,
): Promise<void> {
  const { deps, actor, seal } = context;
  const watched = await watchTransaction(deps, actor, query, time);
  const now = deps.clock();
  await context.answer(
    watched.kind === 'final'
      ? transactionCard(watched.report, { now, seal, lead: WATCHING.isFinal })
      : transactionWatched(query, { ...watched, kind: watched.kind, now, seal, once: false }),
  );
}

export async function unwatch(context: Context, { target }: CommandOf<'unwatch'>): Promise<void> {
  if (!target) return watches(context);
  if (target.kind === 'transaction')
    return stopWatchingOf(context, { kind: 'transaction', query: target.query });
  const linkId = await findOne(context, target.link, 'unwatch');
  if (linkId) await stopWatchingOf(context, { kind: 'link', linkId });
}

export async function stopWatchingOf(context: Context, subject: WatchSubject): Promise<void> {
  const stopped = await stopWatching(context.deps, context.actor, subject);
  await context.answer(watchNotice(stopped ? WATCHING.stopped : WATCHING.notWatched));
}

export async function watches(context: Context): Promise<void> {
  const { deps, actor, seal } = context;
  const watched = await myWatches(deps, actor);
  await context.answer(watchList(watched, { now: deps.clock(), seal }));
}
