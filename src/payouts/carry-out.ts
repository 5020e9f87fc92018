/** Owns carrying out what was approved: the one call, what it answered, and looking up what nobody knows (R9). */

import { isDeskError } from '../errors.ts';
import { type Approval, age, isUnfinished, type Step } from './approval.ts';
import type { Desk } from './desk.ts';
import { begin, end, keepLooking, lose, provenEnd, putOff, refusalOf } from './execution.ts';
import { canCancel, type TrackedLink } from './link.ts';
import { describeStatus, environmentProblem } from './links.ts';
import type { WriteAnswer } from './ports.ts';
import { findApproval, keepStep, storeStep } from './steps.ts';

/**
 * How long others wait before they look up what became of the call: it may take twice its time-out, when the first
 * attempt certainly sent nothing.
 */
const LEASE_TIMEOUTS = 2;
const LEASE_MARGIN_MS = 10_000;

/**
 * Carries an approved request out: tracks the link again (R8), claims the one call by storing `executing`, calls
 * once, and stores what was seen. Returns the request as it is afterwards; when another desk was faster, its state.
 */
export async function executeCancel(desk: Desk, approval: Approval): Promise<Approval> {
  if (approval.status !== 'approved') return approval;
  const link = await trackOrProblem(desk, approval.linkId);
  const now = desk.clock();
  if ('problem' in link) return keepStep(desk, approval, putOff(approval, link.problem, now));
  const seen = {
    linkStatus: link.status,
    message: `The link is ${describeStatus(link)}.`,
    ipayUuid: link.ipayUuid,
    settledByTracking: true,
  };
  const wrongEnvironment = environmentProblem(desk, link.environment);
  if (wrongEnvironment) {
    const outcome = { ...seen, kind: 'wrong_environment' as const, message: wrongEnvironment };
    return keepStep(desk, approval, end(approval, now, outcome));
  }
  if (!canCancel(link.status)) {
    return keepStep(desk, approval, end(approval, now, { ...seen, kind: 'link_changed' }));
  }
  const executing = await storeStep(
    desk,
    approval,
    begin(approval, now, LEASE_TIMEOUTS * desk.settings.callTimeoutMs + LEASE_MARGIN_MS),
  );
  if (!executing) return findApproval(desk, approval.id);
  return recordAnswer(desk, executing, await desk.gateway.cancel(approval.linkId));
}

/** Stores what the one call answered. */
async function recordAnswer(desk: Desk, executing: Approval, answer: WriteAnswer): Promise<Approval> {
  const now = desk.clock();
  switch (answer.kind) {
    case 'done':
      return keepAnswer(desk, executing, (from) =>
        end(from, now, {
          kind: 'cancelled',
          linkStatus: 'CANCELLED',
          message: answer.message,
          ipayUuid: answer.ipayUuid,
          settledByTracking: false,
        }),
      );
    case 'refused':
      return keepAnswer(desk, executing, (from) => end(from, now, refusalOf(answer, undefined)));
    case 'not_sent':
      return keepAnswer(desk, executing, (from) => putOff(from, answer.message, now));
    case 'unknown':
      return keepStep(desk, executing, lose(executing, answer.message, now, answer.ipayUuid));
    case 'verify': {
      const link = await trackOrProblem(desk, executing.linkId);
      const after = desk.clock();
      if ('problem' in link || link.status === 'UNKNOWN') {
        return keepStep(desk, executing, lose(executing, answer.message, after, answer.ipayUuid));
      }
      const proven = provenEnd(link.status, answer.message, answer.ipayUuid);
      const outcome = proven ?? refusalOf(answer, link.status);
      return keepAnswer(desk, executing, (from) => end(from, after, outcome));
    }
  }
}

/**
 * Stores what the call's own answer proves, also when another desk took this one for dead meanwhile and began to look
 * the outcome up: the answer is better than its look-ups.
 */
async function keepAnswer(
  desk: Desk,
  executing: Approval,
  step: (from: Approval) => Step,
): Promise<Approval> {
  let from = executing;
  for (;;) {
    const stored = await storeStep(desk, from, step(from));
    if (stored) return stored;
    from = await findApproval(desk, executing.id);
    if (from.status !== 'unknown') return from;
  }
}

/** Looks an unknown outcome up by tracking, never by calling again (R9). */
export async function settleCancel(desk: Desk, approval: Approval): Promise<Approval> {
  let unknown = approval;
  if (approval.status === 'executing') {
    const problem = 'No desk has said what came of the cancel.';
    const step = lose(approval, problem, desk.clock());
    const lost = await storeStep(desk, approval, step);
    if (!lost) return findApproval(desk, approval.id);
    unknown = lost;
  }
  if (unknown.status !== 'unknown') return unknown;
  const link = await trackOrProblem(desk, unknown.linkId);
  const now = desk.clock();
  if ('problem' in link) {
    const seen = { linkStatus: undefined, problem: link.problem, ipayUuid: undefined };
    return keepStep(desk, unknown, keepLooking(unknown, seen, now));
  }
  const message = `The link is ${describeStatus(link)}.`;
  const proven = provenEnd(link.status, message, link.ipayUuid);
  if (proven) return keepStep(desk, unknown, end(unknown, now, proven));
  const seen = { linkStatus: link.status, problem: message, ipayUuid: link.ipayUuid };
  return keepStep(desk, unknown, keepLooking(unknown, seen, now));
}

/** Does what is due for a request by itself: reminds, lapses, executes what was approved, settles what is unknown. */
export async function attend(desk: Desk, approvalId: string): Promise<Approval> {
  const approval = await findApproval(desk, approvalId);
  if (!isUnfinished(approval) || (approval.wakeAt ?? Infinity) > desk.clock()) return approval;
  switch (approval.status) {
    case 'pending': {
      const step = age(approval, desk.clock());
      return step ? keepStep(desk, approval, step) : approval;
    }
    case 'approved':
      return executeCancel(desk, approval);
    default:
      return settleCancel(desk, approval);
  }
}

async function trackOrProblem(desk: Desk, linkId: string): Promise<TrackedLink | { problem: string }> {
  try {
    return await desk.gateway.track(linkId);
  } catch (error) {
    if (!isDeskError(error)) throw error;
    return { problem: error.message };
  }
}
