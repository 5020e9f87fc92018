/** Owns approving several requests with one confirmation: each is a decision of its own, with its own audit row. */

import { isPayoutDeskError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import { isSelectable } from '../home/queue.ts';
import { type Batch, isPending } from './batch.ts';
import { decideCancel } from './decide.ts';
import type { NoDecision } from './outcome.ts';
import { NOT_FOUND } from './words.ts';

/** App Home shows fewer. */
const SELECTED_AT_MOST = 50;

/** Why a request is not approved with the others. */
export type NotTogether = NoDecision | 'needs_more_approvals';

export interface Selection {
  /** Approved when the person confirms. */
  ready: Batch[];
  left: { batch: Batch; why: NotTogether }[];
}

/** What the person selected as it is now; what does not exist is left out. Rejects with Forbidden for who may not approve. */
export async function readSelection(deps: Deps, actor: Actor, ids: readonly string[]): Promise<Selection> {
  await requirePermission(deps, actor, 'approve', { subject: 'cancel.approve' });
  const found = await Promise.all(selected(ids).map((id) => deps.store.requests.findBatch(id)));
  const selection: Selection = { ready: [], left: [] };
  for (const batch of found) {
    if (!batch) continue;
    const why = whyNot(batch, actor, deps.clock());
    if (why) selection.left.push({ batch, why });
    else selection.ready.push(batch);
  }
  return selection;
}

function selected(ids: readonly string[]): string[] {
  return [...new Set(ids)].slice(0, SELECTED_AT_MOST);
}

function whyNot(batch: Batch, { userId }: Actor, now: number): NotTogether | undefined {
  const [request] = batch.requests;
  if (!isPending(batch)) return 'finished';
  if (request.expiresAt <= now) return 'expired';
  if (request.requestedBy === userId) return 'own_request';
  return isSelectable(batch) ? undefined : 'needs_more_approvals';
}

/**
 * `isNew`: decided by this very call; else the person's approval counted before, as when Slack delivers it twice.
 * `failed`: it is not known to be saved; `message` says why.
 */
export type Approved =
  | { kind: 'approved'; batch: Batch; isNew: boolean }
  | { kind: 'refused'; batch: Batch; why: NotTogether }
  | { kind: 'failed'; batch: Batch | undefined; message: string };

/**
 * Approves each by its own rule, one after the other; one that fails stops no other. Rejects with Forbidden for who may
 * not approve at all.
 */
export async function approveSelected(
  deps: Deps,
  actor: Actor,
  ids: readonly string[],
  pressedAt: number,
): Promise<Approved[]> {
  await requirePermission(deps, actor, 'approve', { subject: 'cancel.approve' });
  const results: Approved[] = [];
  for (const id of selected(ids)) results.push(await approveOne(deps, actor, id, pressedAt));
  return results;
}

async function approveOne(deps: Deps, actor: Actor, id: string, pressedAt: number): Promise<Approved> {
  let batch: Batch | undefined;
  try {
    batch = await deps.store.requests.findBatch(id);
    if (!batch) return { kind: 'failed', batch, message: NOT_FOUND };
    // The number of approvals is fixed when a request is made, so it cannot change before the decision.
    if (isPending(batch) && !isSelectable(batch))
      return { kind: 'refused', batch, why: 'needs_more_approvals' };
    const answered = await decideCancel(deps, actor, id, 'approve', { pressedAt });
    if (answered.ok) return { kind: 'approved', batch: answered.batch, isNew: true };
    const { batch: found, why } = answered;
    return isApprovedBy(found, actor)
      ? { kind: 'approved', batch: found, isNew: false }
      : { kind: 'refused', batch: found, why };
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return { kind: 'failed', batch, message: error.message };
  }
}

function isApprovedBy({ requests }: Batch, actor: Actor): boolean {
  return requests.some(({ approvals }) => approvals.some(({ userId }) => userId === actor.userId));
}
