/**
 * Owns automatic reminders: at each step before its expiry the recipient of an ISSUED link is reminded once, by whichever
 * replica claims the step first. The claim is stored before the call, so what may have been sent is never repeated (R9).
 */

import { isPayoutDeskError } from '../../errors.ts';
import { SYSTEM_ACTOR } from '../audit-entry.ts';
import { aFewAtOnce, allOf } from '../a-few-at-once.ts';
import { bestEffort } from '../best-effort.ts';
import type { Deps } from '../deps.ts';
import { DAY_MS, MINUTE_MS } from '../time.ts';
import type { AutoStep } from './auto-remind-port.ts';
import { isQuiet, isRemindedByHand, stepAt } from './auto-remind-steps.ts';
import { environmentProblem } from './environment.ts';
import { canRemind, type PayoutLink } from './link.ts';
import type { WalkEnd } from './page.ts';
import { sendOnce } from './remind.ts';
import { reasonOf, walkLinks } from './walk.ts';

/** One replica walks the list; a little less than the job's rhythm, so that the next run finds it over. */
const WALK_EVERY_MS = 25 * MINUTE_MS;
const WALK_KEY = 'automatic reminders';
/** Bounds memory and calls of one run; the soonest to expire come first, the next run goes on. */
const CANDIDATES_AT_MOST = 20_000;
const SENT_AT_MOST = 300;
const LOOKED_UP_AT_ONCE = 100;
/** InstantPay is spared: each link is two calls. */
const AT_ONCE = 2;
/** Then InstantPay is away, and the next run tries again. */
const FAILURES_AT_MOST = 5;
/** What a digest of a month counts is kept that long. */
const KEPT_AFTER_EXPIRY_MS = 40 * DAY_MS;
/** No link lives as long as this (R20). */
const STOPS_KEPT_MS = 400 * DAY_MS;

export interface AutoRun {
  sent: number;
  /** May have been sent (R9). */
  notConfirmed: number;
  /** InstantPay declined, or nothing left the machine. */
  notSent: number;
  /** Why there may be more to remind, in one sentence. */
  problem: string | undefined;
}

type Candidate = AutoStep & Pick<PayoutLink, 'createdAt'>;

/**
 * One run. Undefined when there is nothing to do now: they are off, it is quiet, or another replica has walked the list.
 * `isStopping`: true once the process stops.
 */
export async function remindAutomatically(
  deps: Deps,
  isStopping: () => boolean,
): Promise<AutoRun | undefined> {
  const { store, clock, settings } = deps;
  const { automatic } = settings;
  const now = clock();
  if (automatic.beforeMs.length === 0 || isQuiet(automatic.quiet, now)) return undefined;
  if (!(await store.cooldowns.claim(WALK_KEY, now, WALK_EVERY_MS)).claimed) return undefined;
  await store.autoReminders.prune(now - KEPT_AFTER_EXPIRY_MS, now - STOPS_KEPT_MS);
  const { candidates, problem } = await findCandidates(deps);
  const run: Running = { sent: 0, notConfirmed: 0, notSent: 0, problem, begun: 0, failures: 0, isStopping };
  for (let from = 0; from < candidates.length && goesOn(run); from += LOOKED_UP_AT_ONCE) {
    const due = await dueOf(deps, candidates.slice(from, from + LOOKED_UP_AT_ONCE));
    allOf(await aFewAtOnce(due, AT_ONCE, (candidate) => attempt(deps, candidate, run)));
  }
  const { sent, notConfirmed, notSent } = run;
  return { sent, notConfirmed, notSent, problem: run.problem };
}

interface Running extends AutoRun {
  begun: number;
  failures: number;
  isStopping: () => boolean;
}

function goesOn({ begun, failures, isStopping }: Running): boolean {
  return begun < SENT_AT_MOST && failures < FAILURES_AT_MOST && !isStopping();
}

/** ISSUED links for which a step is due; of a list that is not whole, those that were read. */
async function findCandidates(deps: Deps): Promise<{ candidates: Candidate[]; problem: string | undefined }> {
  const { automatic } = deps.settings;
  const now = deps.clock();
  const found = new Map<string, Candidate>();
  let isFull = false;
  const end = await walkLinks(deps.gateway, { statuses: ['ISSUED'] }, (page) => {
    for (const linkId of page.mismatchedIds) found.delete(linkId);
    for (const { linkId, status, createdAt, expiresAt } of page.links) {
      // A later record of a link replaces an earlier one (R2).
      found.delete(linkId);
      const beforeMs = stepAt(automatic, { createdAt, expiresAt }, now);
      if (!canRemind(status) || beforeMs === undefined || expiresAt === undefined) continue;
      if (found.size >= CANDIDATES_AT_MOST) isFull = true;
      else found.set(linkId, { linkId, beforeMs, createdAt, expiresAt });
    }
    return 'next';
  }).catch((error: unknown): WalkEnd => {
    if (!isPayoutDeskError(error)) throw error;
    return { complete: false, reason: error.message, pagesRead: 0, recordsRead: 0 };
  });
  const candidates = [...found.values()].sort((one, other) => one.expiresAt - other.expiresAt);
  return { candidates, problem: reasonOf(end) ?? (isFull ? TOO_MANY : undefined) };
}

/** Without those whose step was claimed, whose automatic reminders are stopped, or who were reminded by hand. */
async function dueOf({ store, settings }: Deps, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const linkIds = candidates.map(({ linkId }) => linkId);
  const [{ claimed, stopped }, reminders] = await Promise.all([
    store.autoReminders.known(linkIds),
    store.reminderRuns.lastReminders(linkIds),
  ]);
  const last = new Map(reminders.map((reminder) => [reminder.linkId, reminder]));
  return candidates.filter(
    (candidate) =>
      !stopped.includes(candidate.linkId) &&
      !claimed.some((one) => one.linkId === candidate.linkId && one.beforeMs === candidate.beforeMs) &&
      !isRemindedByHand(last.get(candidate.linkId), candidate, settings.reminderCooldownMs),
  );
}

/** One link: looked at again, claimed, sent. A failure counts, and does not keep the others waiting. */
async function attempt(deps: Deps, candidate: Candidate, run: Running): Promise<void> {
  const { clock, gateway, settings } = deps;
  const isStillTime = (): boolean =>
    !isQuiet(settings.automatic.quiet, clock()) &&
    stepAt(settings.automatic, candidate, clock()) === candidate.beforeMs;
  if (!goesOn(run) || !isStillTime()) return;
  try {
    const tracked = await gateway.track(candidate.linkId);
    const wrongEnvironment = environmentProblem(deps, tracked.environment);
    if (wrongEnvironment) {
      Object.assign(run, { problem: wrongEnvironment, failures: FAILURES_AT_MOST });
      return;
    }
    if (canRemind(tracked.status))
      await send(deps, { candidate, tracked: { ...tracked, linkId: candidate.linkId }, isStillTime }, run);
    run.failures = 0;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    run.failures += 1;
    run.problem = error.message;
  }
}

interface Sending {
  candidate: Candidate;
  tracked: Parameters<typeof sendOnce>[1];
  isStillTime: () => boolean;
}

async function send(deps: Deps, { candidate, tracked, isStillTime }: Sending, run: Running): Promise<void> {
  const { autoReminders } = deps.store;
  const isWanted = async (): Promise<boolean> => {
    if (!goesOn(run) || !isStillTime() || !(await autoReminders.claim(candidate, deps.clock()))) return false;
    run.begun += 1;
    return true;
  };
  const sent = await sendOnce(deps, tracked, { actorId: SYSTEM_ACTOR, isWanted, isStillTime });
  switch (sent.kind) {
    case 'too_soon':
    case 'not_wanted':
      return;
    case 'done':
      run.sent += 1;
      return bestEffort(autoReminders.settle(candidate, 'sent', deps.clock()));
    case 'refused':
      run.notSent += 1;
      return bestEffort(autoReminders.settle(candidate, 'not_sent', deps.clock()));
    case 'not_sent':
      run.notSent += 1;
      return bestEffort(autoReminders.release(candidate));
    case 'verify':
    case 'unknown':
      run.notConfirmed += 1;
      return bestEffort(autoReminders.settle(candidate, 'unknown', deps.clock()));
  }
}

const TOO_MANY = `More than ${CANDIDATES_AT_MOST.toLocaleString('en-IN')} links wait for a reminder; the next run goes on.`;
