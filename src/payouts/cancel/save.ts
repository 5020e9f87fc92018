/** Owns how a request's steps are saved: compare-and-swap on `version`, and reading again after a conflict. */

import { NotFound } from '../../errors.ts';
import { outboxRows, sharedRows } from './messages.ts';
import type { Batch } from './batch.ts';
import type { BatchStep, CancelRequest, In, RequestStatus, Step } from './request.ts';
import type { Delegation } from '../delegation-port.ts';
import type { Deps } from '../deps.ts';
import { NOT_FOUND } from './words.ts';

/** The request as it is stored now. */
export async function findRequest(deps: Deps, cancelRequestId: string): Promise<CancelRequest> {
  const request = await deps.store.requests.find(cancelRequestId);
  if (!request) throw new NotFound(NOT_FOUND);
  return request;
}

/** The batch as it is stored now. */
export async function findBatch(deps: Deps, batchId: string): Promise<Batch> {
  const batch = await deps.store.requests.findBatch(batchId);
  if (!batch) throw new NotFound(NOT_FOUND);
  return batch;
}

/** Saves a step by compare-and-swap on `version`; undefined when another replica changed the request first. */
export async function saveStep<S extends RequestStatus>(
  deps: Deps,
  before: CancelRequest,
  step: Step<S>,
): Promise<In<S> | undefined> {
  return (await saveTogether(deps, [{ before, step }])) ? step.next : undefined;
}

/**
 * Saves steps of one batch in one transaction; false, and none of them: another replica changed one first, or a right that
 * was lent ended meanwhile.
 */
export async function saveTogether(
  deps: Deps,
  steps: readonly BatchStep[],
  lent: readonly Delegation[] = [],
): Promise<boolean> {
  const [first] = steps;
  if (!first) return true;
  const told = new Set(steps.flatMap(({ step }) => step.messages));
  const messages = [
    ...(await outboxRows(deps, first.step.next, [...told])),
    ...sharedRows(steps.map(({ step }) => step)),
  ];
  const changes = steps.map(({ before, step }) => ({ before, after: step.next, audit: step.audit }));
  const holding = lent.length > 0 ? { delegations: lent, now: deps.clock() } : undefined;
  if (!(await deps.store.requests.save(changes, messages, holding))) return false;
  for (const { before, step } of steps) noteTransition(deps, before.status, step);
  return true;
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
