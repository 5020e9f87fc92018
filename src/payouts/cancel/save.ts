/** Owns storing a request's steps: read, replace by version, and what stands when somebody else was faster. */

import { NotFound } from '../../errors.ts';
import type { CancelRequest, Step } from './request.ts';
import type { Deps } from '../deps.ts';

/** The request as it is stored now. */
export async function findRequest(deps: Deps, cancelRequestId: string): Promise<CancelRequest> {
  const request = await deps.store.requests.find(cancelRequestId);
  if (!request) throw new NotFound('This cancel request is not in the records of this desk.');
  return request;
}

/** The new state when it could be stored; undefined when somebody else changed the request first. */
export async function saveStep(
  deps: Deps,
  before: CancelRequest,
  step: Step,
): Promise<CancelRequest | undefined> {
  return (await deps.store.requests.save(before, step.next, step.audit)) ? step.next : undefined;
}

/**
 * Stores a step; when the request changed meanwhile (a lease ran out and another desk began to look the outcome
 * up), what is there now stands: its look-ups lead to the same truth.
 */
export async function saveOrReload(deps: Deps, before: CancelRequest, step: Step): Promise<CancelRequest> {
  return (await saveStep(deps, before, step)) ?? findRequest(deps, before.id);
}
