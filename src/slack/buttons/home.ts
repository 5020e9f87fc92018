/** Owns the buttons of App Home: refresh, select all, and approving what is selected with one confirmation. */

import pLimit from 'p-limit';
import { Forbidden, isPayoutDeskError } from '../../errors.ts';
import { requirePermission } from '../../payouts/access.ts';
import { type Approved, approveSelected, readSelection } from '../../payouts/cancel/approve-selected.ts';
import { executeAll } from '../../payouts/cancel/execute.ts';
import { DAY_MS } from '../../payouts/time.ts';
import { decodeSelectionMetadata, encodeSelectionMetadata } from '../block-kit/form-metadata.ts';
import type { Context } from '../context.ts';
import { FORM_NOT_VALID } from './values.ts';
import { approvedSummary, approveSelectedModal } from '../views/approve-selected.ts';

/** Requests executed at once; each asks InstantPay twice. */
const EXECUTED_AT_ONCE = 2;

/** App Home is published again after each click in it. */
export async function refreshHome(): Promise<void> {}

/** Slack keeps which boxes are selected and sends it with `Approve selected`. */
export async function selectRequest(): Promise<void> {}

export async function selectAllRequests({ deps, actor, homes }: Context): Promise<void> {
  await requirePermission(deps, actor, 'approve', { subject: 'cancel.approve' });
  await homes.selectAll(actor.userId);
}

/** A dialog's text is fixed before anything is selected, so a form names count and total. */
export async function openApproveSelected(context: Context): Promise<void> {
  const selection = await readSelection(context.deps, context.actor, context.selectedRequests ?? []);
  const ids = selection.ready.map(({ id }) => id);
  const metadata = encodeSelectionMetadata({ channelId: context.channelId, ids }, context.seal);
  await context.openView(approveSelectedModal(metadata, selection));
}

export async function approveSelectedRequests(
  context: Context,
  _values: unknown,
  metadata: string,
): Promise<void> {
  const { deps, actor, pressedAt } = context;
  const form = decodeSelectionMetadata(metadata, context.seal);
  if (!form) throw new Forbidden(`${FORM_NOT_VALID} Select the button again.`);
  const results = await approveSelected(deps, actor, form.ids, pressedAt);
  await context.acknowledge();
  // The decisions are saved: neither an answer nor a link that fails may keep the others from going on.
  const settled = await Promise.allSettled([answer(context, results), execute(context, results)]);
  for (const result of settled) {
    if (result.status === 'rejected')
      context.log.error({ error: result.reason }, 'after approving several requests');
  }
}

async function answer(context: Context, results: readonly Approved[]): Promise<void> {
  if (await isFirst(context)) await context.answer(approvedSummary(results, context.deps.clock()));
}

/** Slack may deliver a form twice; each copy comes to the same end, and one of them says so. */
async function isFirst({ deps, deliveryId, log }: Context): Promise<boolean> {
  if (deliveryId === undefined) return true;
  try {
    const { claimed } = await deps.store.cooldowns.claim(`home.summary ${deliveryId}`, deps.clock(), DAY_MS);
    return claimed;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    log.warn({ error }, 'summary not claimed');
    return true;
  }
}

async function execute({ deps, cards }: Context, results: readonly Approved[]): Promise<void> {
  const limit = pLimit(EXECUTED_AT_ONCE);
  const approved = results.flatMap((result) =>
    result.kind === 'approved' && result.isNew ? [result.batch] : [],
  );
  await Promise.all(
    approved.map((batch) => limit(() => cards.advanceAndShow(batch, () => executeAll(deps, batch)))),
  );
}
