/** Owns executing what was approved: the one call to InstantPay, and saving what it answered. */

import { isPayoutDeskError } from '../../errors.ts';
import { aFewAtOnce, allOf } from '../a-few-at-once.ts';
import type { Deps } from '../deps.ts';
import { environmentProblem } from '../links/environment.ts';
import { canCancel, type TrackedLink, describeStatus } from '../links/link.ts';
import type { WriteAnswer } from '../gateway.ts';
import { DAY_MS } from '../time.ts';
import type { Batch } from './batch.ts';
import type { Outcome } from './outcome.ts';
import { type CancelRequest, type In, isIn, type Step } from './request.ts';
import { findRequest, noteTransition, saveOrReload, saveStep } from './save.ts';
import {
  abandon,
  finish,
  isTooLate,
  leaseMs,
  markUnknown,
  provenEnd,
  refusalOf,
  reschedule,
  restoreUnknown,
  sendBefore,
  startExecution,
} from './transitions.ts';
import {
  AMOUNT_MISSING,
  CLAIM_LOST,
  DELAYED,
  linkIs,
  otherEnvironment,
  START_NOT_CONFIRMED,
} from './words.ts';

/** Links of one batch that are cancelled at the same time. */
export const EXECUTED_AT_ONCE = 2;

/** Claimed by a holder, whose call may be on its way. */
type Held = In<'executing' | 'unknown'>;

/** Executes each approved request of a batch, a few at once; rejects with the first failure once all were tried. */
export async function executeAll(deps: Deps, { requests }: Batch): Promise<void> {
  const approved = requests.filter((request) => isIn(request, 'approved'));
  allOf(await aFewAtOnce(approved, EXECUTED_AT_ONCE, (request) => executeCancel(deps, request)));
}

/**
 * Executes an approved request: tracks the link again (R8), claims the one call by saving `executing`, calls once, and
 * saves what was seen. Returns the request as it is then; when another replica was faster, as that one left it. A
 * decision that is too old leads to no call, whatever happened meanwhile.
 */
export async function executeCancel(deps: Deps, request: CancelRequest): Promise<CancelRequest> {
  if (!isIn(request, 'approved')) return request;
  const called = deps.called.get(request.id);
  if (called) return saveOrReload(deps, request, restoreUnknown(request, called, CLAIM_LOST, deps.clock()));
  const startedAt = deps.clock();
  if (isTooLate(request, startedAt)) return saveOrReload(deps, request, abandon(request, startedAt));
  const link = await trackOrProblem(deps, request.linkId);
  const now = deps.clock();
  if ('problem' in link) return saveOrReload(deps, request, reschedule(request, link.problem, now));
  if (isTooLate(request, now)) return saveOrReload(deps, request, abandon(request, now));
  const changed = whyNot(deps, request, link);
  if (typeof changed === 'string') return saveOrReload(deps, request, reschedule(request, changed, now));
  if (changed) return saveOrReload(deps, request, finish(request, now, changed));
  const executing = await claim(deps, request, now);
  if (!executing) return findRequest(deps, request.id);
  return callOnce(deps, executing);
}

/** Why what was found is not what was approved: the end it leads to, or, when the amount is unreadable, a problem. */
function whyNot(deps: Deps, request: CancelRequest, link: TrackedLink): Outcome | string | undefined {
  const seen = {
    linkStatus: link.status,
    message: linkIs(describeStatus(link)),
    ipayUuid: link.ipayUuid,
    settledByTracking: true,
  };
  const wrongEnvironment = environmentProblem(deps, link.environment) ?? movedEnvironment(request, link);
  if (wrongEnvironment) return { ...seen, kind: 'wrong_environment', message: wrongEnvironment };
  if (!canCancel(link.status)) return { ...seen, kind: 'link_changed' };
  const { amountPaise } = link;
  if (amountPaise === undefined) return AMOUNT_MISSING;
  if (amountPaise !== request.amountPaise) return { ...seen, kind: 'link_changed', amountPaise };
  return undefined;
}

/** What was approved in one environment is not executed in another (R15). */
function movedEnvironment(request: CancelRequest, link: TrackedLink): string | undefined {
  const [asked, found] = [request.environment, link.environment];
  if (asked === undefined || found === undefined || asked === found) return undefined;
  return otherEnvironment(asked.toUpperCase(), found.toUpperCase());
}

/**
 * Stores `executing` by compare-and-swap; undefined when another replica was faster. A commit that was not confirmed
 * is made again: the random holder tells whether the stored claim is ours, so a lost answer costs no look-ups.
 */
async function claim(deps: Deps, request: In<'approved'>, now: number): Promise<Held | undefined> {
  const holder = deps.newId();
  const step = startExecution(request, now, leaseMs(deps.settings.callTimeoutMs), holder);
  try {
    return await saveStep(deps, request, step);
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
  }
  try {
    const stored = await saveStep(deps, request, step);
    if (stored) return stored;
    const there = await findRequest(deps, request.id);
    if (!isHeldBy(there, holder)) return undefined;
    noteTransition(deps, request.status, step);
    return there;
  } catch (error) {
    const release = (from: Held): Step => reschedule(from, START_NOT_CONFIRMED, deps.clock());
    deps.unsaved.set(request.id, { holder, version: step.next.version, step: release });
    throw error;
  }
}

/** Makes the one call, unless this process was frozen since its claim for so long that others may look the outcome up. */
async function callOnce(deps: Deps, executing: Held): Promise<CancelRequest> {
  const before = sendBefore(executing, deps.settings.callTimeoutMs);
  const now = deps.clock();
  if (executing.status !== 'executing' || now >= before || isTooLate(executing, now)) {
    return keepAnswer(deps, executing, (from) => reschedule(from, DELAYED, now));
  }
  rememberCall(deps, executing, now);
  const answer = await deps.gateway.cancel(executing.linkId, before);
  if (answer.kind === 'not_sent') deps.called.delete(executing.id);
  const after = await recordAnswer(deps, executing, answer);
  // A failover took the claim back: the next replica must not find it approved.
  return deps.called.has(after.id) ? executeCancel(deps, after) : after;
}

/** A failover may lose what the database confirmed, so this process remembers its own calls. */
function rememberCall(deps: Deps, executing: In<'executing'>, now: number): void {
  for (const [id, { executingAt = 0 }] of deps.called) {
    // Oldest first.
    if (now - executingAt < DAY_MS) break;
    deps.called.delete(id);
  }
  deps.called.set(executing.id, executing);
}

/** Saves what the one call answered. */
async function recordAnswer(
  deps: Deps,
  executing: In<'executing'>,
  answer: WriteAnswer,
): Promise<CancelRequest> {
  const now = deps.clock();
  switch (answer.kind) {
    case 'done':
      return keepAnswer(deps, executing, (from) =>
        finish(from, now, {
          kind: 'cancelled',
          linkStatus: 'CANCELLED',
          message: answer.message,
          ipayUuid: answer.ipayUuid,
          settledByTracking: false,
        }),
      );
    case 'not_sent':
      return keepAnswer(deps, executing, (from) => reschedule(from, answer.message, now));
    case 'unknown':
      return saveOrReload(deps, executing, markUnknown(executing, answer.message, now, answer.ipayUuid));
    // R23: a code alone says nothing about the money, so the link is looked at even after a plain no.
    case 'refused':
    case 'verify': {
      const link = await trackOrProblem(deps, executing.linkId);
      const after = deps.clock();
      if ('problem' in link || link.status === 'UNKNOWN') {
        if (answer.kind === 'refused')
          return keepAnswer(deps, executing, (from) => finish(from, after, refusalOf(answer, undefined)));
        return saveOrReload(deps, executing, markUnknown(executing, answer.message, after, answer.ipayUuid));
      }
      const proven = provenEnd(link.status, answer.message, answer.ipayUuid);
      const outcome = proven ?? refusalOf(answer, link.status);
      return keepAnswer(deps, executing, (from) => finish(from, after, outcome));
    }
  }
}

/**
 * Saves what the holder knows, also after its lease expired: it outranks a look-up. What cannot be saved now is kept in `unsaved`,
 * and the job stores it.
 */
async function keepAnswer(deps: Deps, executing: Held, step: (from: Held) => Step): Promise<CancelRequest> {
  const { id, holder = '', version } = executing;
  try {
    const stored = await saveStep(deps, executing, step(executing));
    if (stored) return stored;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
  }
  try {
    return await storeHeld(deps, id, holder, step);
  } catch (error) {
    if (isPayoutDeskError(error)) deps.unsaved.set(id, { holder, version, step });
    throw error;
  }
}

/** Saves the step while this holder's claim holds; returns the request as it is then. */
async function storeHeld(
  deps: Deps,
  cancelRequestId: string,
  holder: string,
  step: (from: Held) => Step,
): Promise<CancelRequest> {
  for (;;) {
    const from = await findRequest(deps, cancelRequestId);
    if (!isHeldBy(from, holder)) return from;
    const stored = await saveStep(deps, from, step(from));
    if (stored) return stored;
  }
}

function isHeldBy(request: CancelRequest, holder: string): request is Held {
  return isIn(request, 'executing', 'unknown') && request.holder === holder;
}

/** Stores what this process knows and could not store before; rejects with Unavailable while the store is away. */
export async function saveUnsaved(deps: Deps): Promise<void> {
  for (const [cancelRequestId, { holder, version, step }] of deps.unsaved) {
    const stored = await storeHeld(deps, cancelRequestId, holder, step);
    // A commit that was lost may still take effect while the version before it is stored.
    if (stored.version >= version) deps.unsaved.delete(cancelRequestId);
  }
}

export async function trackOrProblem(deps: Deps, linkId: string): Promise<TrackedLink | { problem: string }> {
  try {
    return await deps.gateway.track(linkId);
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return { problem: error.message };
  }
}
