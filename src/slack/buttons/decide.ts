/** Owns what follows a person's decision on a cancel request: carry it out, show it everywhere, tell who was late. */

import { isDeskError } from '../../errors.ts';
import type { Approval, Decision } from '../../payouts/cancel/request.ts';
import { decideCancel, waitingApprovals } from '../../payouts/cancel/decide.ts';
import { executeCancel } from '../../payouts/cancel/execute.ts';
import { findApproval } from '../../payouts/cancel/save.ts';
import type { PrivateCopy } from '../block-kit/actions.ts';
import type { Call } from '../context.ts';
import { approvalCard, decisionRefused } from '../views/approval-card.ts';
import { waitingList } from '../views/approval-list.ts';
import { decisionRecorded, failure } from '../views/notices.ts';

const RECORDED =
  'Your decision is recorded, but what follows from it met a problem. The desk goes on by itself, and the card will say what came of it.';

export interface DecideOptions {
  reason?: string | undefined;
  /** The private copy the decision was made on. */
  from?: PrivateCopy | undefined;
}

export async function decide(
  call: Call,
  approvalId: string,
  kind: Decision['kind'],
  { reason, from }: DecideOptions,
): Promise<void> {
  const { desk, cards } = call;
  // A late copy of a click has nothing to lose: it need not wait until the records hold that it was refused.
  const seen = await desk.store.approvals.find(approvalId);
  if (seen && seen.status !== 'pending') await call.acknowledge();
  const answered = await decideCancel(desk, call.actor, approvalId, kind, reason, call.pressedAt);
  await call.acknowledge();
  const { approval } = answered;
  if (!answered.ok) {
    await mend(call, approval);
    if (from && approval.status !== 'pending') return showInPlace(call, approvalId, from);
    await call.answer(
      decisionRefused(answered.why, approval, { now: desk.clock(), actorId: call.actor.userId }),
    );
    return;
  }
  call.log.info(
    { approvalId, linkId: approval.linkId, status: approval.status },
    'a cancel request was decided',
  );
  // The buttons go while the call is made; neither waits for the other, and both end before this does.
  const [, carriedOut] = await Promise.allSettled([
    Promise.all([cards.sync(approvalId), call.meanwhile.amend(decisionRecorded())]),
    approval.status === 'approved' ? executeCancel(desk, approval) : approval,
  ]);
  // From here on the decision stands, so nothing that fails may say that nothing was done.
  const [shown] = await Promise.allSettled([cards.sync(approvalId)]);
  const failed = [carriedOut, shown].find((result) => result.status === 'rejected');
  if (failed) {
    call.log.error({ approvalId, error: failed.reason }, 'what follows a decision could not be done at once');
    await call.answer(failure(RECORDED, { reference: call.reference }));
    return;
  }
  if (carriedOut.status === 'rejected') return;
  if (from) await showInPlace(call, approvalId, from);
}

/** Only the click's own response_url can change a private copy: it shows the request as it is, without live buttons. */
async function showInPlace(call: Call, approvalId: string, from: PrivateCopy): Promise<void> {
  const { desk, actor } = call;
  const approval = await findApproval(desk, approvalId);
  if (from === 'card') return call.replace(approvalCard(approval, desk.clock()));
  try {
    const waiting = await waitingApprovals(desk, actor);
    await call.replace(waitingList(waiting, actor.userId, desk.clock(), approval));
  } catch (error) {
    // The decision stands: whoever may not read the list any more still reads what came of it.
    if (!isDeskError(error)) throw error;
    await call.replace(approvalCard(approval, desk.clock()));
  }
}

/** A click on a card whose buttons should be gone: that copy missed an edit and gets it now. */
async function mend(call: Call, approval: Approval): Promise<void> {
  if (call.message && !call.message.ephemeral) {
    await call.cards.remember(approval, call.message.channelId, call.message.ts);
  }
  await call.cards.sync(approval.id);
}
