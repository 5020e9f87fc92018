/** Owns `/payout away` and `/payout back`: a deputy decides in place of an approver, and is told so. */

import { lend, takeBack, whoIsAway } from '../../payouts/delegation.ts';
import { SlackFailure } from '../api/client.ts';
import type { Message } from '../block-kit/blocks.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import { awayList, backAgain, deputyEnded, deputyNamed, youAreAway } from '../views/away.ts';

export async function away(context: Context, { lend: given }: CommandOf<'away'>): Promise<void> {
  const { deps, actor } = context;
  if (!given) {
    await context.answer(awayList(await whoIsAway(deps, actor), actor.userId, deps.clock()));
    return;
  }
  const { delegation, before, isNew } = await lend(deps, actor, given);
  const now = deps.clock();
  await context.answer(youAreAway(delegation, now, before));
  if (!isNew) return;
  if (before && before.deputyId !== delegation.deputyId)
    await tell(context, before.deputyId, deputyEnded(before, now));
  await tell(context, delegation.deputyId, deputyNamed(delegation, now));
  await showQueues(context, [delegation.deputyId, before?.deputyId]);
}

export async function back(context: Context): Promise<void> {
  const { deps, actor } = context;
  const ended = await takeBack(deps, actor);
  const now = deps.clock();
  await context.answer(backAgain(ended, now));
  if (!ended) return;
  await tell(context, ended.deputyId, deputyEnded(ended, now));
  await showQueues(context, [ended.deputyId]);
}

/** What waits for a deputy in App Home comes and goes with the right. */
async function showQueues({ homes }: Context, deputies: readonly (string | undefined)[]): Promise<void> {
  for (const deputyId of new Set(deputies)) if (deputyId !== undefined) await homes.refresh(deputyId);
}

/** Best effort: the right is lent whether Slack takes the message or not. */
async function tell(context: Context, userId: string, message: Message): Promise<void> {
  try {
    await context.messenger.message(userId, message);
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    context.log.warn({ code: error.code }, 'deputy not told');
  }
}
