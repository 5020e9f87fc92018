/** Owns what follows a person's decision on a cancel request: execute it, show it everywhere, tell who was late. */

import { isPayoutDeskError } from '../../errors.ts';
import { type Batch, isPending } from '../../payouts/cancel/batch.ts';
import { isIn } from '../../payouts/cancel/request.ts';
import type { Decision } from '../../payouts/cancel/decision.ts';
import { decideCancel, waitingRequests } from '../../payouts/cancel/decide.ts';
import { executeAll } from '../../payouts/cancel/execute.ts';
import { findBatch } from '../../payouts/cancel/save.ts';
import type { PrivateCopy } from '../block-kit/form-metadata.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import { decisionRefused } from '../views/approval-answers.ts';
import { approvalCard } from '../views/approval-card.ts';
import { waitingList } from '../views/approval-list.ts';
import { DECISION_SAVED, DECISION_SAVED_NEXT_FAILED, failure, notice } from '../views/notices.ts';

export interface DecideOptions {
  reason?: string | undefined;
  /** IDs of the links that an approver leaves out. */
  leaveOut?: readonly string[] | undefined;
  /** The private copy the decision was made on. */
  from?: PrivateCopy | undefined;
}

export async function decide(
  context: Context,
  cancelRequestId: string,
  kind: Decision['kind'],
  { reason, leaveOut, from }: DecideOptions,
): Promise<void> {
  const { deps, cards } = context;
  const answered = await decideCancel(deps, context.actor, cancelRequestId, kind, {
    reason,
    leaveOut,
    pressedAt: context.pressedAt,
    // A late click has nothing to lose: its ack need not wait until the refusal is audited.
    onLate: () => context.acknowledge(),
  });
  await context.acknowledge();
  const { batch } = answered;
  if (!answered.ok) {
    await repairCard(context, batch);
    if (from && !isPending(batch)) return showInPlace(context, cancelRequestId, from);
    await context.answer(
      decisionRefused(answered.why, batch, { now: deps.clock(), actorId: context.actor.userId }),
    );
    return;
  }
  // The decision is saved: whatever fails from here on must not say that nothing was done.
  const isApproved = batch.requests.some((request) => isIn(request, 'approved'));
  const execute = isApproved ? () => executeAll(deps, batch) : undefined;
  const [advanced] = await Promise.all([
    cards.advanceAndShow(batch, execute),
    Promise.allSettled([context.waiting.amend(notice(DECISION_SAVED))]),
  ]);
  if ('error' in advanced) {
    await context.answer(failure(DECISION_SAVED_NEXT_FAILED, { supportCode: context.supportCode }));
    return;
  }
  if (from) await showSaved(context, cancelRequestId, from);
}

/** The decision is saved: a store that fails now must not make it look as if nothing was done. */
async function showSaved(context: Context, cancelRequestId: string, from: PrivateCopy): Promise<void> {
  try {
    await showInPlace(context, cancelRequestId, from);
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    context.log.warn({ error, cancelRequestId }, 'private copy not updated');
    await context.answer(notice(DECISION_SAVED));
  }
}

/** Only the click's own response_url can change a private copy: it shows the request as it is, without live buttons. */
async function showInPlace(context: Context, cancelRequestId: string, from: PrivateCopy): Promise<void> {
  const { deps, actor } = context;
  const batch = await findBatch(deps, cancelRequestId);
  const offers = await offersOf(context);
  if (from === 'card') return context.replace(approvalCard(batch, deps.clock(), { offers }));
  try {
    const waiting = await waitingRequests(deps, actor);
    await context.replace(waitingList(waiting, { actorId: actor.userId, offers }, deps.clock(), batch));
  } catch (error) {
    // A person who may no longer read the list still reads what came of the decision.
    if (!isPayoutDeskError(error)) throw error;
    await context.replace(approvalCard(batch, deps.clock(), { offers }));
  }
}

/** A click on a card whose buttons should be gone: it missed an edit and gets it now. */
async function repairCard(context: Context, batch: Batch): Promise<void> {
  if (context.message && !context.message.ephemeral) {
    await context.cards.repair(batch, context.message.channelId, context.message.ts);
  }
  await context.cards.sync(batch.id);
}
