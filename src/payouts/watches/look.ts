/** Owns one look at what is watched: what InstantPay tells now, and the step that follows from it. Safe to run again. */

import { isPayoutDeskError } from '../../errors.ts';
import { judge } from '../access.ts';
import type { Deps } from '../deps.ts';
import { claimedAt, isFinalStatus, type TrackedLink } from '../links/link.ts';
import { checkWatched, type TransactionReport } from '../transactions/check.ts';
import { isFinalOutcome, type TransactionQuery } from '../transactions/transaction.ts';
import type { HeldWatch } from './port.ts';
import { factsOf } from './start.ts';
import {
  endedEntry,
  FAILING_MS,
  nextLookAtLink,
  nextLookAtTransaction,
  spreadOf,
  type WatchFacts,
  type WatchStep,
  type WatchSubject,
} from './watch.ts';

/** Looks at a claimed watch and stores what it led to; false when the lease was lost. Rejects when the store does not answer. */
export async function lookAt(deps: Deps, watch: HeldWatch): Promise<boolean> {
  const { subject } = watch;
  if (!subject) return deps.store.watches.settle(watch, unreadable(deps, watch));
  if (!(await keepPermitted(deps, watch, subject))) return false;
  const step =
    subject.kind === 'link'
      ? await lookAtLink(deps, watch, subject.linkId)
      : await lookAtTransaction(deps, watch, subject.query);
  const untils = watch.watchers.map(({ until }) => until);
  // Told in time that watching is over.
  const dueAt = Math.min(step.dueAt, ...untils.filter((until) => until > step.at));
  return deps.store.watches.settle(watch, { ...step, dueAt });
}

/** Ends the watch of everybody who has lost the right to look; false when nobody is left, and the watch is gone. */
async function keepPermitted(deps: Deps, watch: HeldWatch, subject: WatchSubject): Promise<boolean> {
  const { policy, directory } = deps;
  let left = watch.watchers.length;
  for (const watcher of watch.watchers) {
    const verdict = await judge(policy, directory, { userId: watcher.userId }, 'look');
    if (verdict.allowed || verdict.unsure) continue;
    const entry = endedEntry(watcher, subject, { at: deps.clock(), facts: watch.facts });
    await deps.store.watches.stop(subject, watcher.userId, [{ ...entry, outcome: verdict.outcome }]);
    left -= 1;
  }
  return left > 0;
}

function unreadable(deps: Deps, { facts, failing }: HeldWatch): WatchStep {
  const at = deps.clock();
  return { at, facts, failing, dueAt: at, news: 'unreadable', askedAt: undefined };
}

async function lookAtLink(deps: Deps, watch: HeldWatch, linkId: string): Promise<WatchStep> {
  const since = Math.max(...watch.watchers.map((watcher) => watcher.since));
  const tracked = await deps.gateway.track(linkId).catch((error: unknown) => {
    if (!isPayoutDeskError(error)) throw error;
    return undefined;
  });
  const at = deps.clock();
  const base = { at, dueAt: nextLookAtLink(at, since), askedAt: undefined };
  if (!tracked) {
    const failingSince = watch.failing?.since ?? at;
    // Often at first, as when the watch was young: an outage is mostly over within the hour, and news must not wait for it.
    return failed(watch, { ...base, dueAt: nextLookAtLink(at, Math.max(since, failingSince)) });
  }
  const { facts: before } = watch;
  const facts = factsOfLink(before, tracked, at);
  const hasReturned = before.state === 'PROCESSING' && facts.state === 'ISSUED';
  const news = isFinalStatus(tracked.status) ? 'final' : hasReturned ? 'returned' : undefined;
  return { ...base, facts, failing: undefined, news };
}

function factsOfLink(before: WatchFacts, tracked: TrackedLink, at: number): WatchFacts {
  const { status, amountPaise, environment } = tracked;
  // R7: a status that was never published says nothing, so the last one stands.
  const state = status === 'UNKNOWN' ? before.state : status;
  return {
    ...before,
    state,
    stateSince: state === before.state ? before.stateSince : at,
    seenAt: at,
    amountPaise: amountPaise ?? before.amountPaise,
    environment: environment ?? before.environment,
    // A link that is ISSUED again has no claim.
    claimedAt: status === 'ISSUED' ? undefined : (claimedAt(tracked) ?? before.claimedAt),
  };
}

async function lookAtTransaction(deps: Deps, watch: HeldWatch, query: TransactionQuery): Promise<WatchStep> {
  const report = await checkWatched(deps, query);
  const { answer, askedAt, kind, lastAttempt, nextAt } = report;
  const at = deps.clock();
  const dueAt = nextLookAtTransaction(at, nextAt, spreadOf(watch.key));
  const base = { at, dueAt, askedAt };
  // R12: nothing was asked, so nothing has failed.
  if (kind === 'closed') {
    return { ...base, askedAt: undefined, facts: watch.facts, failing: watch.failing, news: undefined };
  }
  const last = lastAttempt ?? answer;
  if (last?.query !== 'answered') return failed(watch, base);
  const facts = mergeFacts(watch.facts, report);
  const news = answer && isFinalOutcome(answer.outcome) ? 'final' : undefined;
  return { ...base, facts, failing: undefined, news };
}

function mergeFacts(before: WatchFacts, report: TransactionReport): WatchFacts {
  const now = factsOf(report);
  if (now.state === undefined) return before;
  return { ...now, stateSince: now.state === before.state ? before.stateSince : now.stateSince };
}

/** A failing look-up is no news; after a day of them it is, once. */
function failed({ facts, failing }: HeldWatch, base: Pick<WatchStep, 'at' | 'dueAt' | 'askedAt'>): WatchStep {
  const since = failing?.since ?? base.at;
  const isNews = failing?.told !== true && base.at - since >= FAILING_MS;
  return {
    ...base,
    facts,
    failing: { since, told: failing?.told === true || isNews },
    news: isNews ? 'failing' : undefined,
  };
}
