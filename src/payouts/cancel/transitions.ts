/**
 * Owns what happens to a request after its approval, as pure steps: it starts, ends, is rescheduled, or its outcome is
 * unknown and gets looked up (R9). Only `startExecution` allows the one cancel call, and it can be stored only once.
 */

import type { Outcome } from './outcome.ts';
import {
  type ApprovedUnfinished,
  auditOf,
  type CancelRequest,
  change,
  type In,
  type Step,
} from './request.ts';
import { SYSTEM_ACTOR } from '../audit-entry.ts';
import type { LinkStatus } from '../links/link.ts';
import type { WriteAnswer } from '../gateway.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time.ts';
import { NOT_SENT_IN_TIME } from './words.ts';

type Finished = 'executed' | 'refused' | 'unresolved';

/** Between the look-ups of an unknown outcome: 5 s, 15 s, 1 min and 5 min after it was lost, then hourly for a day. */
const LOOK_UP_GAPS_MS = [5_000, 10_000, 45_000, 4 * MINUTE_MS];

/** A decision older than this is never executed. */
export const START_WITHIN_MS = 30 * MINUTE_MS;

/** Replicas' clocks differ by less. A decision further in the future means that a clock was set back, so its age is unknown. */
const CLOCKS_DIFFER_MS = 5 * MINUTE_MS;

/** Margin for what happens around the call while the lease runs. */
const LEASE_MARGIN_MS = 10_000;

/** True when the decision is too old for a call, or when its age is unknown. */
export function isTooLate({ decidedAt }: CancelRequest, now: number): boolean {
  if (decidedAt === undefined) return true;
  return now - decidedAt >= START_WITHIN_MS || decidedAt - now > CLOCKS_DIFFER_MS;
}

/** Returns the lease on `executing` in milliseconds: the call may take twice its time-out when the first attempt sent nothing. */
export function leaseMs(callTimeoutMs: number): number {
  return 2 * callTimeoutMs + LEASE_MARGIN_MS;
}

/**
 * Returns the instant from which the holder must not send: a call that leaves before it ends within the lease, before
 * others look the outcome up, and the decision is not too old. A process frozen after its claim finds that it passed.
 */
export function sendBefore({ executingAt = 0, decidedAt = 0 }: CancelRequest, callTimeoutMs: number): number {
  return Math.min(executingAt + callTimeoutMs + LEASE_MARGIN_MS, decidedAt + START_WITHIN_MS);
}

/** When the next look-up is due after so many, or undefined when a person has to take over. */
export function nextLookUp(checks: number, executingAt: number, now: number): number | undefined {
  const gap = LOOK_UP_GAPS_MS[checks];
  if (gap !== undefined) return now + gap;
  return now - executingAt >= DAY_MS ? undefined : now + HOUR_MS;
}

/** The replica that stores this step makes the call; the others wait for the lease, in milliseconds, to expire. */
export function startExecution(
  request: In<'approved'>,
  now: number,
  lease: number,
  holder: string,
): Step<'executing'> {
  const next = change(request, 'executing', {
    executingAt: now,
    holder,
    checks: 0,
    problem: undefined,
    wakeAt: now + lease,
  });
  return {
    next,
    audit: [auditOf(next, now, SYSTEM_ACTOR, 'cancel.started', { statusBefore: 'ISSUED' })],
    messages: [],
  };
}

/** The decision grew too old, and nothing was sent. */
export function abandon(
  request: In<ApprovedUnfinished>,
  now: number,
  problem = request.problem,
): Step<Finished> {
  return finish(request, now, {
    kind: 'too_late',
    linkStatus: undefined,
    message: problem ?? NOT_SENT_IN_TIME,
    ipayUuid: undefined,
    settledByTracking: false,
  });
}

/** Nothing was sent: back to approved and tried again soon, while the decision is not too old. */
export function reschedule(
  request: In<ApprovedUnfinished>,
  problem: string,
  now: number,
): Step<'approved' | Finished> {
  if (isTooLate(request, now)) return abandon(request, now, problem);
  const checks = request.checks + 1;
  const tooLateAt = (request.decidedAt ?? now) + START_WITHIN_MS;
  const next = change(request, 'approved', {
    executingAt: undefined,
    holder: undefined,
    checks,
    problem,
    wakeAt: Math.min(now + Math.min(checks * 15_000, 2 * MINUTE_MS), tooLateAt),
  });
  return {
    next,
    audit: [auditOf(next, now, SYSTEM_ACTOR, 'cancel.rescheduled', { detail: problem })],
    messages: [],
  };
}

/** The call may have left, and its outcome is unknown. */
export function markUnknown(
  request: In<'executing'>,
  problem: string,
  now: number,
  ipayUuid?: string,
): Step<'unknown'> {
  const next = change(request, 'unknown', {
    checks: 0,
    problem,
    ipayUuid: ipayUuid ?? request.ipayUuid,
    wakeAt: nextLookUp(0, request.executingAt ?? now, now),
  });
  return {
    next,
    audit: [auditOf(next, now, SYSTEM_ACTOR, 'cancel.outcome_unknown', { detail: problem, ipayUuid })],
    messages: ['outcome'],
  };
}

/** The store lost the claim, with which this replica has made a call: back to where that call left the request. */
export function restoreUnknown(
  request: In<'approved'>,
  called: In<'executing'>,
  problem: string,
  now: number,
): Step<'unknown'> {
  const { status, executingAt, holder } = called;
  return markUnknown({ ...request, status, executingAt, holder }, problem, now);
}

/** Looked up and still unknown; unresolved when the look-ups are used up. */
export function recheck(
  request: In<'unknown'>,
  seen: { linkStatus: LinkStatus | undefined; problem: string; ipayUuid: string | undefined },
  now: number,
): Step<'unknown' | Finished> {
  const checks = request.checks + 1;
  const wakeAt = nextLookUp(checks, request.executingAt ?? now, now);
  if (wakeAt === undefined) {
    return finish(request, now, {
      kind: 'still_unknown',
      linkStatus: seen.linkStatus,
      message: seen.problem,
      ipayUuid: seen.ipayUuid,
      settledByTracking: true,
    });
  }
  const next = change(request, 'unknown', { checks, problem: seen.problem, wakeAt });
  return {
    next,
    audit: [
      auditOf(next, now, SYSTEM_ACTOR, 'cancel.rechecked', {
        statusAfter: seen.linkStatus,
        ipayUuid: seen.ipayUuid,
        outcome: 'still_unknown',
      }),
    ],
    messages: [],
  };
}

/** The end. Only an outcome of kind `cancelled` says that the link was cancelled. */
export function finish(request: In<ApprovedUnfinished>, now: number, outcome: Outcome): Step<Finished> {
  const next = change(request, endOf(outcome), {
    outcome,
    problem: undefined,
    ipayUuid: outcome.ipayUuid ?? request.ipayUuid,
    wakeAt: undefined,
  });
  const row = {
    outcome: outcome.kind,
    detail: outcome.message,
    ipayUuid: outcome.ipayUuid,
    statusBefore: 'ISSUED',
    statusAfter: outcome.linkStatus,
    decisionMs: (request.decidedAt ?? now) - request.requestedAt,
  };
  return {
    next,
    audit: [auditOf(next, now, SYSTEM_ACTOR, `cancel.${next.status}`, row)],
    messages: ['outcome'],
  };
}

function endOf({ kind }: Outcome): Finished {
  switch (kind) {
    case 'cancelled':
      return 'executed';
    case 'still_unknown':
      return 'unresolved';
    case 'link_changed':
    case 'instantpay_refused':
    case 'recipient_won':
    case 'link_expired':
    case 'wrong_environment':
    case 'too_late':
      return 'refused';
  }
}

/** The end a link's tracked status proves after the call was sent, or undefined while it proves none (R9). */
export function provenEnd(
  linkStatus: LinkStatus,
  message: string,
  ipayUuid: string | undefined,
): Outcome | undefined {
  const seen = { linkStatus, message, ipayUuid, settledByTracking: true };
  switch (linkStatus) {
    case 'CANCELLED':
      return { kind: 'cancelled', ...seen };
    case 'PROCESSING':
    case 'CLAIMED':
      return { kind: 'recipient_won', ...seen };
    case 'EXPIRED':
      return { kind: 'link_expired', ...seen };
    case 'ISSUED':
    case 'UNKNOWN':
      return undefined;
  }
}

/** The outcome of InstantPay's certain no. */
export function refusalOf(answer: WriteAnswer, linkStatus: LinkStatus | undefined): Outcome {
  return {
    kind: 'instantpay_refused',
    linkStatus,
    message: answer.message,
    ipayUuid: answer.ipayUuid,
    settledByTracking: linkStatus !== undefined,
  };
}
