/** Owns carrying out what was approved: the one call, what it answered, and looking up what nobody knows (R9). */

import { isDeskError } from '../../errors.ts';
import { type Approval, age, isUnfinished, type Outcome, type Step } from './request.ts';
import type { Desk } from '../desk.ts';
import {
  begin,
  end,
  giveUp,
  isTooLate,
  keepLooking,
  leaseMs,
  lose,
  provenEnd,
  putOff,
  recall,
  refusalOf,
  sendBefore,
} from './transitions.ts';
import { canCancel, type TrackedLink } from '../links/link.ts';
import { describeStatus, environmentProblem } from '../links/find.ts';
import type { WriteAnswer } from '../ports.ts';
import { findApproval, keepStep, storeStep } from './save.ts';
import { DAY_MS } from '../time.ts';

const HELD_UP = 'Payout Desk was held up before the call. Nothing was sent.';
const CLAIM_LOST = 'The call may have left, and the database does not hold its start any more.';
const NOT_CONFIRMED = 'The database did not confirm the start in time. Nothing was sent.';

/**
 * Carries an approved request out: tracks the link again (R8), claims the one call by storing `executing`, calls
 * once, and stores what was seen. Returns the request as it is afterwards; when another replica was faster, its state.
 * A decision that is too old leads to no call, whatever happened meanwhile.
 */
export async function executeCancel(desk: Desk, approval: Approval): Promise<Approval> {
  if (approval.status !== 'approved') return approval;
  const called = desk.called.get(approval.id);
  if (called) return keepStep(desk, approval, recall(approval, called, CLAIM_LOST, desk.clock()));
  const startedAt = desk.clock();
  if (isTooLate(approval, startedAt)) return keepStep(desk, approval, giveUp(approval, startedAt));
  const link = await trackOrProblem(desk, approval.linkId);
  const now = desk.clock();
  if ('problem' in link) return keepStep(desk, approval, putOff(approval, link.problem, now));
  if (isTooLate(approval, now)) return keepStep(desk, approval, giveUp(approval, now));
  const changed = whyNot(desk, approval, link);
  if (typeof changed === 'string') return keepStep(desk, approval, putOff(approval, changed, now));
  if (changed) return keepStep(desk, approval, end(approval, now, changed));
  const executing = await claim(desk, approval, now);
  if (!executing) return findApproval(desk, approval.id);
  return callOnce(desk, executing);
}

/** Why what was found is not what was approved: the end it leads to, or, when the amount is unreadable, a problem. */
function whyNot(desk: Desk, approval: Approval, link: TrackedLink): Outcome | string | undefined {
  const seen = {
    linkStatus: link.status,
    message: `The link is ${describeStatus(link)}.`,
    ipayUuid: link.ipayUuid,
    settledByTracking: true,
  };
  const wrongEnvironment = environmentProblem(desk, link.environment) ?? movedEnvironment(approval, link);
  if (wrongEnvironment) return { ...seen, kind: 'wrong_environment', message: wrongEnvironment };
  if (!canCancel(link.status)) return { ...seen, kind: 'link_changed' };
  const { amountPaise } = link;
  if (amountPaise === undefined) return 'InstantPay did not state the link’s amount.';
  if (amountPaise !== approval.amountPaise) return { ...seen, kind: 'link_changed', amountPaise };
  return undefined;
}

/** What was approved in one environment is not carried out in another (R15). */
function movedEnvironment(approval: Approval, link: TrackedLink): string | undefined {
  const [asked, found] = [approval.environment, link.environment];
  if (asked === undefined || found === undefined || asked === found) return undefined;
  return `Approved for ${asked.toUpperCase()}; InstantPay responded from ${found.toUpperCase()}.`;
}

/**
 * Stores `executing` by compare-and-swap; undefined when another replica was faster. A commit that was not confirmed
 * is made again: the random holder tells whether the one that stands is ours, so a lost answer costs no look-ups.
 */
async function claim(desk: Desk, approval: Approval, now: number): Promise<Approval | undefined> {
  const holder = desk.newId();
  const step = begin(approval, now, leaseMs(desk.settings.callTimeoutMs), holder);
  try {
    return await storeStep(desk, approval, step);
  } catch (error) {
    if (!isDeskError(error)) throw error;
  }
  try {
    const stored = await storeStep(desk, approval, step);
    if (stored) return stored;
    const there = await findApproval(desk, approval.id);
    return isHeldBy(there, holder) ? there : undefined;
  } catch (error) {
    const release = (from: Approval): Step => putOff(from, NOT_CONFIRMED, desk.clock());
    desk.owed.set(approval.id, { holder, version: step.next.version, step: release });
    throw error;
  }
}

/** Makes the one call, unless this process was frozen since its claim for so long that others may look the outcome up. */
async function callOnce(desk: Desk, executing: Approval): Promise<Approval> {
  const before = sendBefore(executing, desk.settings.callTimeoutMs);
  const now = desk.clock();
  if (executing.status !== 'executing' || now >= before || isTooLate(executing, now)) {
    return keepAnswer(desk, executing, (from) => putOff(from, HELD_UP, now));
  }
  rememberCall(desk, executing, now);
  const answer = await desk.gateway.cancel(executing.linkId, before);
  if (answer.kind === 'not_sent') desk.called.delete(executing.id);
  const after = await recordAnswer(desk, executing, answer);
  // A failover took the claim back: the next replica must not find it approved.
  return desk.called.has(after.id) ? executeCancel(desk, after) : after;
}

/** A database that fails over may lose what it confirmed, so this process knows by itself what it has called for. */
function rememberCall(desk: Desk, executing: Approval, now: number): void {
  for (const [id, { executingAt = 0 }] of desk.called) {
    // The oldest stands first.
    if (now - executingAt < DAY_MS) break;
    desk.called.delete(id);
  }
  desk.called.set(executing.id, executing);
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
    case 'not_sent':
      return keepAnswer(desk, executing, (from) => putOff(from, answer.message, now));
    case 'unknown':
      return keepStep(desk, executing, lose(executing, answer.message, now, answer.ipayUuid));
    // R23: a code alone says nothing about the money, so the link is looked at even after a plain no.
    case 'refused':
    case 'verify': {
      const link = await trackOrProblem(desk, executing.linkId);
      const after = desk.clock();
      if ('problem' in link || link.status === 'UNKNOWN') {
        if (answer.kind === 'refused')
          return keepAnswer(desk, executing, (from) => end(from, after, refusalOf(answer, undefined)));
        return keepStep(desk, executing, lose(executing, answer.message, after, answer.ipayUuid));
      }
      const proven = provenEnd(link.status, answer.message, answer.ipayUuid);
      const outcome = proven ?? refusalOf(answer, link.status);
      return keepAnswer(desk, executing, (from) => end(from, after, outcome));
    }
  }
}

/**
 * Saves what the holder knows, also after its lease expired: it outranks a look-up. What cannot be stored now is owed,
 * and the job stores it.
 */
async function keepAnswer(
  desk: Desk,
  executing: Approval,
  step: (from: Approval) => Step,
): Promise<Approval> {
  const { id, holder = '', version } = executing;
  try {
    const stored = await storeStep(desk, executing, step(executing));
    if (stored) return stored;
  } catch (error) {
    if (!isDeskError(error)) throw error;
  }
  try {
    return await storeHeld(desk, id, holder, step);
  } catch (error) {
    if (isDeskError(error)) desk.owed.set(id, { holder, version, step });
    throw error;
  }
}

/** Stores the step while the claim of this holder stands; returns the request as it is then. */
async function storeHeld(
  desk: Desk,
  approvalId: string,
  holder: string,
  step: (from: Approval) => Step,
): Promise<Approval> {
  for (;;) {
    const from = await findApproval(desk, approvalId);
    if (!isHeldBy(from, holder)) return from;
    const stored = await storeStep(desk, from, step(from));
    if (stored) return stored;
  }
}

function isHeldBy(approval: Approval, holder: string): boolean {
  return (approval.status === 'executing' || approval.status === 'unknown') && approval.holder === holder;
}

/** Stores what this process knows and could not store before; rejects with Unavailable while the store is away. */
export async function settleOwed(desk: Desk): Promise<void> {
  for (const [approvalId, { holder, version, step }] of desk.owed) {
    const stored = await storeHeld(desk, approvalId, holder, step);
    // A commit that was lost may still take effect while the version before it stands.
    if (stored.version >= version) desk.owed.delete(approvalId);
  }
}

/** Looks an unknown outcome up by tracking, never by calling again (R9). */
export async function settleCancel(desk: Desk, approval: Approval): Promise<Approval> {
  let unknown = approval;
  if (approval.status === 'executing') {
    const problem = 'The replica that started the cancellation has not reported its outcome.';
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
