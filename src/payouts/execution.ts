/**
 * Owns what happens to a request after its approval, as pure steps: it starts, ends, is put off, or its outcome is
 * not known and gets looked up (R9). Only `begin` allows the one cancel call, and it can be stored only once.
 */

import { type Approval, auditOf, change, type Outcome, type Step } from './approval.ts';
import type { LinkStatus } from './link.ts';
import type { WriteAnswer } from './ports.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';

/** Between the look-ups of an unknown outcome: 5 s, 15 s, 1 min and 5 min after it was lost, then hourly for a day. */
const LOOK_UP_GAPS_MS = [5_000, 10_000, 45_000, 4 * MINUTE_MS];

/** How long an approved request waits for InstantPay to be reachable before it is given up. */
export const START_WITHIN_MS = 30 * MINUTE_MS;

/** When the next look-up is due after so many, or undefined when a person has to take over. */
export function nextLookUp(checks: number, executingAt: number, now: number): number | undefined {
  const gap = LOOK_UP_GAPS_MS[checks];
  if (gap !== undefined) return now + gap;
  return now - executingAt >= DAY_MS ? undefined : now + HOUR_MS;
}

/** approved -> executing. Whoever stores this step makes the call; `leaseMs` is how long the others wait. */
export function begin(approval: Approval, now: number, leaseMs: number): Step {
  const next = change(approval, {
    status: 'executing',
    executingAt: now,
    checks: 0,
    problem: undefined,
    wakeAt: now + leaseMs,
  });
  return { next, audit: [auditOf(next, now, 'desk', 'cancel sent', { statusBefore: 'ISSUED' })] };
}

/** approved or executing -> approved: nothing was sent; try again soon, or give up after START_WITHIN_MS. */
export function putOff(approval: Approval, problem: string, now: number): Step {
  const checks = approval.checks + 1;
  if (now - (approval.decidedAt ?? now) >= START_WITHIN_MS) {
    return end(approval, now, {
      kind: 'unreachable',
      linkStatus: undefined,
      message: problem,
      ipayUuid: undefined,
      settledByTracking: false,
    });
  }
  const next = change(approval, {
    status: 'approved',
    executingAt: undefined,
    checks,
    problem,
    wakeAt: now + Math.min(checks * 15_000, 2 * MINUTE_MS),
  });
  return { next, audit: [auditOf(next, now, 'desk', 'cancel put off', { reason: problem })] };
}

/** executing -> unknown: the call left and nobody knows what became of it. */
export function lose(approval: Approval, problem: string, now: number, ipayUuid?: string): Step {
  const next = change(approval, {
    status: 'unknown',
    checks: 0,
    problem,
    ipayUuid: ipayUuid ?? approval.ipayUuid,
    wakeAt: nextLookUp(0, approval.executingAt ?? now, now),
  });
  return {
    next,
    audit: [auditOf(next, now, 'desk', 'cancel outcome unknown', { reason: problem, ipayUuid })],
  };
}

/** unknown -> unknown: looked, and still not clear; or unresolved when the look-ups are used up. */
export function keepLooking(
  approval: Approval,
  seen: { linkStatus: LinkStatus | undefined; problem: string; ipayUuid: string | undefined },
  now: number,
): Step {
  const checks = approval.checks + 1;
  const wakeAt = nextLookUp(checks, approval.executingAt ?? now, now);
  if (wakeAt === undefined) {
    return end(approval, now, {
      kind: 'still_unknown',
      linkStatus: seen.linkStatus,
      message: seen.problem,
      ipayUuid: seen.ipayUuid,
      settledByTracking: true,
    });
  }
  const next = change(approval, { checks, problem: seen.problem, wakeAt });
  return {
    next,
    audit: [
      auditOf(next, now, 'desk', 'cancel looked up', {
        statusAfter: seen.linkStatus,
        ipayUuid: seen.ipayUuid,
        outcome: 'still unknown',
      }),
    ],
  };
}

/** Any unfinished state -> its end. Only an outcome of kind `cancelled` says that the link was cancelled. */
export function end(approval: Approval, now: number, outcome: Outcome): Step {
  const status =
    outcome.kind === 'cancelled' ? 'executed' : outcome.kind === 'still_unknown' ? 'unresolved' : 'refused';
  const next = change(approval, {
    status,
    outcome,
    problem: undefined,
    ipayUuid: outcome.ipayUuid ?? approval.ipayUuid,
    wakeAt: undefined,
  });
  const row = {
    outcome: outcome.kind,
    reason: outcome.message,
    ipayUuid: outcome.ipayUuid,
    statusBefore: 'ISSUED',
    statusAfter: outcome.linkStatus,
    decisionMs: (approval.decidedAt ?? now) - approval.requestedAt,
  };
  return { next, audit: [auditOf(next, now, 'desk', `cancel ${status}`, row)] };
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
