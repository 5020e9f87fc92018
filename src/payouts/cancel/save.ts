/** Owns storing a request's steps: read, replace by version, and what stands when somebody else was faster. */

import { NotFound } from '../../errors.ts';
import type { Approval, Step } from './request.ts';
import type { Desk } from '../desk.ts';

/** The request as it is stored now. */
export async function findApproval(desk: Desk, approvalId: string): Promise<Approval> {
  const approval = await desk.store.approvals.find(approvalId);
  if (!approval) throw new NotFound('This cancel request is not in the records of this desk.');
  return approval;
}

/** The new state when it could be stored; undefined when somebody else changed the request first. */
export async function storeStep(desk: Desk, before: Approval, step: Step): Promise<Approval | undefined> {
  return (await desk.store.approvals.save(before, step.next, step.audit)) ? step.next : undefined;
}

/**
 * Stores a step; when the request changed meanwhile (a lease ran out and another desk began to look the outcome
 * up), what is there now stands: its look-ups lead to the same truth.
 */
export async function keepStep(desk: Desk, before: Approval, step: Step): Promise<Approval> {
  return (await storeStep(desk, before, step)) ?? findApproval(desk, before.id);
}
