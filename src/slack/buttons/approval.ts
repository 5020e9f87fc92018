/** Owns the buttons of an approval card. */

import { requireBreakGlass, showApproval } from '../../payouts/cancellation.ts';
import { encodeDecisionMetadata } from '../actions.ts';
import type { Call } from '../call.ts';
import { approvalCard } from '../views/approval-card.ts';
import { breakGlassModal, rejectReasonModal } from '../views/modals.ts';
import { decide } from './decide.ts';
import { approvalIdOf } from './values.ts';

export async function approve(call: Call, value: string): Promise<void> {
  await decide(call, approvalIdOf(value), 'approve');
}

export async function withdraw(call: Call, value: string): Promise<void> {
  await decide(call, approvalIdOf(value), 'withdraw');
}

/** A rejection needs a reason, so it is asked for; what the decision is worth is judged when the form comes back. */
export async function openReject(call: Call, value: string): Promise<void> {
  const approval = await showApproval(call.desk, call.actor, approvalIdOf(value));
  await call.openView(rejectReasonModal(metadataOf(call, approval.id), approval));
}

/** So does an approval by one person alone. */
export async function openBreakGlass(call: Call, value: string): Promise<void> {
  const approval = await showApproval(call.desk, call.actor, approvalIdOf(value));
  await requireBreakGlass(call.desk, call.actor, approval.id);
  await call.openView(breakGlassModal(metadataOf(call, approval.id), approval));
}

function metadataOf(call: Call, approvalId: string): string {
  const { channelId, threadTs, responseUrl } = call;
  return encodeDecisionMetadata({ approvalId, channelId, threadTs, responseUrl }, call.seal);
}

export async function showApprovalCard(call: Call, value: string): Promise<void> {
  const approval = await showApproval(call.desk, call.actor, approvalIdOf(value));
  await call.answer(approvalCard(approval, call.desk.clock()));
}
