/** Owns what a person is shown before they request a cancellation: each link as it is now, and why one cannot be cancelled. */

import { isPayoutDeskError } from '../../errors.ts';
import { aFewAtOnce, allOf } from '../a-few-at-once.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import { otherOpenLinks, type OtherLinks } from '../links/others.ts';
import { type LinkView, lookUp } from '../links/track.ts';
import { checkLink, LOOKED_UP_AT_ONCE } from './ask.ts';
import type { Batch } from './batch.ts';
import { findBatch } from './save.ts';

/** One link: it can be requested, it has an open request, or it cannot be cancelled, with the reason in one sentence. */
export type Considered =
  | { kind: 'possible'; linkId: string; view: LinkView }
  | { kind: 'requested'; linkId: string; batch: Batch }
  | { kind: 'impossible'; linkId: string; view: LinkView | undefined; problem: string };

/**
 * Returns each link, in the order in which they were named. Rejects with Forbidden unless the person is an operator, and
 * with Unavailable when InstantPay or the store does not answer. Changes nothing: a request judges everything again.
 */
export async function considerCancel(
  deps: Deps,
  actor: Actor,
  linkIds: readonly string[],
): Promise<Considered[]> {
  const named = [...new Set(linkIds)];
  await mayRequest(deps, actor, named.length === 1 ? named[0] : undefined);
  const unfinished = await deps.store.requests.unfinishedOf(named);
  const open = new Map(unfinished.map((request) => [request.linkId, request]));
  return allOf(
    await aFewAtOnce(named, LOOKED_UP_AT_ONCE, async (linkId): Promise<Considered> => {
      const request = open.get(linkId);
      if (!request) return consider(deps, linkId);
      return { kind: 'requested', linkId, batch: await findBatch(deps, request.batchId) };
    }),
  );
}

/** Returns the other open links of the recipient, which may be added to the request. Never rejects because of InstantPay. */
export async function considerOthers(deps: Deps, actor: Actor, linkId: string): Promise<OtherLinks> {
  await mayRequest(deps, actor, linkId);
  return otherOpenLinks(deps, { linkId });
}

async function mayRequest(deps: Deps, actor: Actor, linkId: string | undefined): Promise<void> {
  await requirePermission(deps, actor, 'operate', { subject: 'cancel.request', linkId });
}

async function consider(deps: Deps, linkId: string): Promise<Considered> {
  let view: LinkView | undefined;
  try {
    view = await lookUp(deps, linkId);
    checkLink(deps, view.tracked);
    return { kind: 'possible', linkId, view };
  } catch (error) {
    // What is wrong with the connection says nothing about the link.
    if (!isPayoutDeskError(error) || error.kind === 'unavailable') throw error;
    return { kind: 'impossible', linkId, view, problem: error.message };
  }
}
