/** Owns the buttons of an approval card. */

import { requireEmergency, showRequest } from '../../payouts/cancel/decide.ts';
import { encodeDecisionMetadata, type PrivateCopy } from '../block-kit/form-metadata.ts';
import { isWaitingRow } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { approvalCard } from '../views/approval-card.ts';
import { emergencyModal, rejectReasonModal } from '../views/modals.ts';
import { decide } from './decide.ts';
import { requestIdOf } from './values.ts';

export async function approve(context: Context, value: string, blockId: string): Promise<void> {
  await decide(context, requestIdOf(value), 'approve', { from: privateCopy(context, blockId) });
}

export async function withdraw(context: Context, value: string, blockId: string): Promise<void> {
  await decide(context, requestIdOf(value), 'withdraw', { from: privateCopy(context, blockId) });
}

/** The clicked copy, if only this person sees it: the reconciler cannot edit such a copy. */
function privateCopy(context: Context, blockId: string): PrivateCopy | undefined {
  if (isWaitingRow(blockId)) return 'list';
  return context.message?.ephemeral ? 'card' : undefined;
}

/** Opens the form for the reason; the decision is judged when it is submitted. */
export async function openReject(context: Context, value: string, blockId: string): Promise<void> {
  const request = await showRequest(context.deps, context.actor, requestIdOf(value));
  await context.openView(rejectReasonModal(metadataOf(context, request.id, blockId), request));
}

/** Opens the form for the reason of an emergency approval. */
export async function openEmergencyApproval(context: Context, value: string, blockId: string): Promise<void> {
  const request = await showRequest(context.deps, context.actor, requestIdOf(value));
  await requireEmergency(context.deps, context.actor, request.id);
  await context.openView(emergencyModal(metadataOf(context, request.id, blockId), request));
}

function metadataOf(context: Context, cancelRequestId: string, blockId: string): string {
  const { channelId, threadTs, responseUrl } = context;
  const from = privateCopy(context, blockId);
  return encodeDecisionMetadata({ cancelRequestId, channelId, threadTs, responseUrl, from }, context.seal);
}

export async function showApprovalCard(context: Context, value: string): Promise<void> {
  const request = await showRequest(context.deps, context.actor, requestIdOf(value));
  await context.answer(approvalCard(request, context.deps.clock()));
}
