/** Owns settling an unknown outcome by tracking (R9), and taking a request up when it is due. */

import type { Deps } from '../deps.ts';
import { describeStatus } from '../links/link.ts';
import { allOf, aFewAtOnce } from '../a-few-at-once.ts';
import { reachOf } from './approvers.ts';
import { type Batch, pendingOf } from './batch.ts';
import { tickAll } from './decision.ts';
import { EXECUTED_AT_ONCE, executeCancel, trackOrProblem } from './execute.ts';
import { type CancelRequest, type In, isIn, isUnfinished } from './request.ts';
import { findBatch, findRequest, saveOrReload, saveStep, saveTogether } from './save.ts';
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

/** What time alone does to a batch that waits, as a whole: nudges its approvers, escalates, expires it. */
export async function age(deps: Deps, batchId: string): Promise<void> {
  const batch = await findBatch(deps, batchId);
  const now = deps.clock();
  const due = pendingOf(batch).find(({ wakeAt = Infinity }) => wakeAt <= now);
  if (due) await saveTogether(deps, tickAll(batch, now, await reachOf(deps, due, now)));
}

/** Does what is due for the decided requests of a batch, a few at once: executes or settles each. */
export async function advanceAll(deps: Deps, { requests }: Batch): Promise<void> {
  const decided = requests.filter((request) => isIn(request, 'approved', 'executing', 'unknown'));
  allOf(await aFewAtOnce(decided, EXECUTED_AT_ONCE, ({ id }) => advance(deps, id)));
}

/** Does what is due for a request by itself: nudges, escalates, expires, executes what was approved, settles what is unknown. */
export async function advance(deps: Deps, cancelRequestId: string): Promise<CancelRequest> {
  const request = await findRequest(deps, cancelRequestId);
  if (!isUnfinished(request) || (request.wakeAt ?? Infinity) > deps.clock()) return request;
  switch (request.status) {
    case 'pending':
      await age(deps, request.batchId);
      return findRequest(deps, request.id);
    case 'approved':
      return executeCancel(deps, request);
    case 'executing':
    case 'unknown':
      return settleUnknown(deps, request);
  }
}
