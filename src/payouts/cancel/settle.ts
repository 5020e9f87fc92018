/** Owns settling an unknown outcome by tracking (R9), and taking a request up when it is due. */

import type { Deps } from '../deps.ts';
import { describeStatus } from '../links/link.ts';
import { reachOf } from './approvers.ts';
import { tick } from './decision.ts';
import { executeCancel, trackOrProblem } from './execute.ts';
import { type CancelRequest, type In, isIn, isUnfinished } from './request.ts';
import { findRequest, saveOrReload, saveStep } from './save.ts';
import { finish, markUnknown, provenEnd, recheck } from './transitions.ts';
import { linkIs, NOT_REPORTED } from './words.ts';

/** Looks an unknown outcome up by tracking, never by calling again (R9). */
export async function settleUnknown(deps: Deps, request: CancelRequest): Promise<CancelRequest> {
  if (!isIn(request, 'executing', 'unknown')) return request;
  const unknown = request.status === 'executing' ? await takeOver(deps, request) : request;
  if (!unknown) return findRequest(deps, request.id);
  const link = await trackOrProblem(deps, unknown.linkId);
  const now = deps.clock();
  if ('problem' in link) {
    const seen = { linkStatus: undefined, problem: link.problem, ipayUuid: undefined };
    return saveOrReload(deps, unknown, recheck(unknown, seen, now));
  }
  const message = linkIs(describeStatus(link));
  const proven = provenEnd(link.status, message, link.ipayUuid);
  if (proven) return saveOrReload(deps, unknown, finish(unknown, now, proven));
  const seen = { linkStatus: link.status, problem: message, ipayUuid: link.ipayUuid };
  return saveOrReload(deps, unknown, recheck(unknown, seen, now));
}

/** The lease on the call expired and its holder stored no outcome; undefined when another replica was faster. */
async function takeOver(deps: Deps, request: In<'executing'>): Promise<In<'unknown'> | undefined> {
  const problem = NOT_REPORTED;
  return saveStep(deps, request, markUnknown(request, problem, deps.clock()));
}

/** Does what is due for a request by itself: nudges, escalates, expires, executes what was approved, settles what is unknown. */
export async function advance(deps: Deps, cancelRequestId: string): Promise<CancelRequest> {
  const request = await findRequest(deps, cancelRequestId);
  if (!isUnfinished(request) || (request.wakeAt ?? Infinity) > deps.clock()) return request;
  switch (request.status) {
    case 'pending': {
      const now = deps.clock();
      const step = tick(request, now, await reachOf(deps, request, now));
      return step ? saveOrReload(deps, request, step) : request;
    }
    case 'approved':
      return executeCancel(deps, request);
    case 'executing':
    case 'unknown':
      return settleUnknown(deps, request);
  }
}
