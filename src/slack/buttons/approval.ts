/** Owns the buttons of an approval card. */

import { Forbidden } from '../../errors.ts';
import { requestToDecide, requireEmergency, showRequest } from '../../payouts/cancel/decide.ts';
import { findBatch } from '../../payouts/cancel/save.ts';
import { encodeDecisionMetadata, type PrivateCopy } from '../block-kit/form-metadata.ts';
import { isWaitingRow } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import { approvalCard } from '../views/approval-card.ts';
import { emergencyModal, rejectReasonModal } from '../views/modals.ts';
import { decide } from './decide.ts';
import { BUTTON_NOT_VALID, requestIdOf } from './values.ts';

export async function approve(context: Context, value: string, blockId: string): Promise<void> {
  const batchId = requestIdOf(value);
  const leaveOut = await notSelected(context, batchId);
  await decide(context, batchId, 'approve', { leaveOut, from: privateCopy(context, blockId) });
}

/** Slack keeps which boxes are selected and sends it with the decision. */
export async function selectLinks(): Promise<void> {}

/** The links of the request whose boxes are not selected; undefined when the message has no boxes. */
async function notSelected(context: Context, batchId: string): Promise<string[] | undefined> {
  const { selectedLinks } = context;
  if (!selectedLinks) return undefined;
  const { requests } = await findBatch(context.deps, batchId);
  const linkIds = requests.map(({ linkId }) => linkId);
  if (selectedLinks.some((linkId) => !linkIds.includes(linkId))) throw new Forbidden(BUTTON_NOT_VALID);
  return linkIds.filter((linkId) => !selectedLinks.includes(linkId));
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
  const batch = await requestToDecide(context.deps, context.actor, requestIdOf(value));
  await context.openView(rejectReasonModal(metadataOf(context, batch.id, blockId), batch));
}

/** Opens the form for the reason of an emergency approval. */
export async function openEmergencyApproval(context: Context, value: string, blockId: string): Promise<void> {
  const batch = await showRequest(context.deps, context.actor, requestIdOf(value));
  await requireEmergency(context.deps, context.actor, batch.id);
  const leaveOut = await notSelected(context, batch.id);
  await context.openView(emergencyModal(metadataOf(context, batch.id, blockId, leaveOut), batch, leaveOut));
}

/** What a form about a request carries: where it was opened, and the private copy to replace. */
export function metadataOf(
  context: Context,
  cancelRequestId: string,
  blockId: string,
  leaveOut?: readonly string[],
): string {
  const { channelId, threadTs, responseUrl } = context;
  const from = privateCopy(context, blockId);
  const metadata = { cancelRequestId, channelId, threadTs, responseUrl, from };
  const left = leaveOut && leaveOut.length > 0 ? { leaveOut } : {};
  return encodeDecisionMetadata({ ...metadata, ...left }, context.seal);
}

export async function showApprovalCard(context: Context, value: string): Promise<void> {
  const batch = await showRequest(context.deps, context.actor, requestIdOf(value));
  await context.answer(approvalCard(batch, context.deps.clock(), { offers: await offersOf(context) }));
}
