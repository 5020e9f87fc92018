/** Owns the buttons of an approval card. */

import { requireBreakGlass, showApproval } from '../../payouts/cancel/decide.ts';
import { encodeDecisionMetadata, isWaitingRow, type PrivateCopy } from '../block-kit/actions.ts';
import type { Call } from '../context.ts';
import { approvalCard } from '../views/approval-card.ts';
import { breakGlassModal, rejectReasonModal } from '../views/modals.ts';
import { decide } from './decide.ts';
import { approvalIdOf } from './values.ts';

export async function approve(call: Call, value: string, blockId: string): Promise<void> {
  await decide(call, approvalIdOf(value), 'approve', { from: privateCopy(call, blockId) });
}

export async function withdraw(call: Call, value: string, blockId: string): Promise<void> {
  await decide(call, approvalIdOf(value), 'withdraw', { from: privateCopy(call, blockId) });
}

/** What the click came from, when only this person sees it: no reconciler can reach it. */
function privateCopy(call: Call, blockId: string): PrivateCopy | undefined {
  if (isWaitingRow(blockId)) return 'list';
  return call.message?.ephemeral ? 'card' : undefined;
}

/** A rejection needs a reason, so it is asked for; what the decision is worth is judged when the form comes back. */
export async function openReject(call: Call, value: string, blockId: string): Promise<void> {
  const approval = await showApproval(call.desk, call.actor, approvalIdOf(value));
  await call.openView(rejectReasonModal(metadataOf(call, approval.id, blockId), approval));
}

/** So does an approval by one person alone. */
export async function openBreakGlass(call: Call, value: string, blockId: string): Promise<void> {
  const approval = await showApproval(call.desk, call.actor, approvalIdOf(value));
  await requireBreakGlass(call.desk, call.actor, approval.id);
  await call.openView(breakGlassModal(metadataOf(call, approval.id, blockId), approval));
}

function metadataOf(call: Call, approvalId: string, blockId: string): string {
  const { channelId, threadTs, responseUrl } = call;
  const from = privateCopy(call, blockId);
  return encodeDecisionMetadata({ approvalId, channelId, threadTs, responseUrl, from }, call.seal);
}

export async function showApprovalCard(call: Call, value: string): Promise<void> {
  const approval = await showApproval(call.desk, call.actor, approvalIdOf(value));
  await call.answer(approvalCard(approval, call.desk.clock()));
}
