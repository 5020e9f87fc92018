/** Owns how a request's steps are saved: compare-and-swap on `version`, and reading again after a conflict. */

import { NotFound } from '../../errors.ts';
import { outboxRows } from './messages.ts';
import type { CancelRequest, In, RequestStatus, Step } from './request.ts';
import type { Deps } from '../deps.ts';
import { NOT_FOUND } from './words.ts';

/** The request as it is stored now. */
export async function findRequest(deps: Deps, cancelRequestId: string): Promise<CancelRequest> {
  const request = await deps.store.requests.find(cancelRequestId);
  if (!request) throw new NotFound(NOT_FOUND);
  return request;
}

/** Saves a step by compare-and-swap on `version`; undefined when another replica changed the request first. */
export async function saveStep<S extends RequestStatus>(
  deps: Deps,
  before: CancelRequest,
  step: Step<S>,
): Promise<In<S> | undefined> {
  const messages = await outboxRows(deps, step.next, step.messages);
  if (!(await deps.store.requests.save(before, step.next, step.audit, messages))) return undefined;
  noteTransition(deps, before.status, step);
  return step.next;
}

/** Tells the log of a stored step. */
export function noteTransition(deps: Deps, from: RequestStatus, { next, audit }: Step): void {
  const [row] = audit;
  if (row) deps.onTransition({ request: next, from, action: row.action, actorId: row.actorId });
}

/** Saves by compare-and-swap; on conflict returns the stored request, whose look-ups lead to the same truth. */
export async function saveOrReload(deps: Deps, before: CancelRequest, step: Step): Promise<CancelRequest> {
  return (await saveStep(deps, before, step)) ?? findRequest(deps, before.id);
}
