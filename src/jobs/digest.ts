/** Owns the scheduled digests: accounts for the due times that have come, then reads and posts them. */

import { type Calendar, createCalendar, isCron } from '../payouts/subscriptions/calendar.ts';
import { withSkipped } from '../payouts/subscriptions/skip.ts';
import { dueOf, MOST_COUNTED, type Subscription } from '../payouts/subscriptions/subscription.ts';
import { DAY_MS } from '../payouts/time.ts';
import { type DigestJobParts, iso, missedMessage } from './digest-parts.ts';
import { createDigestPoster } from './digest-post.ts';
import { createDigestReader } from './digest-read.ts';
import type { JobOutcome } from './schedule.ts';

/** A stored schedule that no calendar can be made of. */
export const SCHEDULE_UNREADABLE = 'digest schedule not readable';

export interface DigestJob {
  /** Accounts for the due times that have come, also while no replica ran. */
  due(): Promise<void>;
  /** Posts what the outbox holds. */
  post(): Promise<JobOutcome>;
  /** Accounts for what is due, reads and posts. */
  work(): Promise<JobOutcome>;
}

/** How soon a schedule is followed that another replica stored. Until then its due times wait; none is lost. */
const LEARN_EVERY_MS = 30_000;
/** Replicas' clocks differ by less: a mark further ahead was set by a wrong clock, and would suppress the digest. */
const MARK_AHEAD_MS = DAY_MS;
/** What ended is kept for a while, to look a digest up; after that it is pruned. */
const KEPT_MS = 90 * DAY_MS;
const PRUNE_EVERY_MS = DAY_MS;

/**
 * Each schedule's expression is in its own time zone; leases and times are milliseconds. Each step claims in the store, so
 * any number of replicas may run it. Its steps reject with StoreUnavailable; Slack's refusals are retried, not thrown.
 */
export function createDigestJob(parts: DigestJobParts): DigestJob {
  const due = createDueTimes(parts);
  const prune = createPruning(parts);
  const poster = createDigestPoster(parts);
  return {
    due,
    post: poster,
    async work() {
      await due();
      const read = await readAll(parts);
      const posted = await poster();
      await prune();
      return read === 'ok' ? posted : read;
    },
  };
}

/** One after the other: walks at once would only share what InstantPay gives. */
async function readAll(parts: DigestJobParts): Promise<JobOutcome> {
  const { deps, digests } = parts;
  let outcome: JobOutcome = 'ok';
  for (const id of await digests.dueSchedules(deps.clock())) {
    // As it is stored now: this replica may not have learned of its last change yet.
    const subscription = await deps.store.subscriptions.find(id);
    if (!subscription || subscription.paused) continue;
    const schedule = { ...subscription, graceMs: deps.settings.digestGraceMs };
    if ((await createDigestReader({ ...parts, schedule })()) === 'failed') outcome = 'failed';
  }
  return outcome;
}

function createPruning({ deps, digests }: DigestJobParts): () => Promise<void> {
  let prunedAt: number | undefined;
  return async () => {
    const now = deps.clock();
    if (prunedAt !== undefined && Math.abs(now - prunedAt) < PRUNE_EVERY_MS) return;
    prunedAt = now;
    await digests.prune(now - KEPT_MS);
  };
}

/** A schedule as this replica knows it, so that a run at which nothing is due needs no query. */
interface Known {
  subscription: Subscription;
  calendar: Calendar;
  nextDueAt: number | undefined;
}

function createDueTimes(parts: DigestJobParts): () => Promise<void> {
  const { deps } = parts;
  let known: ReadonlyMap<string, Known> = new Map();
  let learnedAt: number | undefined;
  let running: Promise<void> | undefined;

  const tick = async (): Promise<void> => {
    const now = deps.clock();
    // A clock that was put right makes what was learned by the wrong one worthless.
    const isAhead = [...known.values()].some(({ subscription }) => subscription.markAt - now > MARK_AHEAD_MS);
    if (learnedAt === undefined || isAhead || Math.abs(now - learnedAt) >= LEARN_EVERY_MS) {
      known = await learn(parts, known, now);
      learnedAt = now;
    }
    const due = [...known.values()].filter(({ nextDueAt }) => nextDueAt !== undefined && nextDueAt <= now);
    for (const one of due) {
      if (!(await account(parts, one, now))) learnedAt = undefined;
    }
  };
  // Two jobs of this process look for due times: one look serves both.
  return () =>
    (running ??= tick().finally(() => {
      running = undefined;
    }));
}

/** All schedules that are not paused, as they are stored now. */
async function learn(
  parts: DigestJobParts,
  before: ReadonlyMap<string, Known>,
  now: number,
): Promise<Map<string, Known>> {
  const { deps, digests, log } = parts;
  const known = new Map<string, Known>();
  for (const stored of await deps.store.subscriptions.all()) {
    if (stored.paused) continue;
    // Each expression takes a millisecond to read and to find its next time by.
    await deps.turn?.();
    if (!isCron(stored.cron)) {
      log.error({ channelId: stored.channelId }, SCHEDULE_UNREADABLE);
      continue;
    }
    const own = before.get(stored.id);
    let subscription = stored;
    if (stored.markAt - now > MARK_AHEAD_MS) {
      // What was due since our own mark is still due when another replica's clock was wrong.
      const ownMark = own?.subscription.markAt ?? now;
      const markAt = ownMark - now > MARK_AHEAD_MS ? now : ownMark;
      if (!(await digests.setMark(stored, markAt))) continue;
      subscription = { ...stored, markAt };
    }
    known.set(stored.id, knownOf(subscription, own));
  }
  return known;
}

function knownOf(subscription: Subscription, own: Known | undefined): Known {
  const { cron, timezone, markAt } = subscription;
  const isSame = own?.subscription.cron === cron && own.subscription.timezone === timezone;
  const calendar = isSame ? own.calendar : createCalendar(cron, timezone);
  return { subscription, calendar, nextDueAt: calendar.next(markAt) };
}

/** Returns false when this replica has to learn again: another one was faster, or the schedule was changed. */
async function account(parts: DigestJobParts, one: Known, now: number): Promise<boolean> {
  const { deps, digests, log, onOutcome } = parts;
  const { subscription, calendar } = one;
  const { id, channelId, timezone, markAt } = subscription;
  const { digestGraceMs: graceMs, digestSkip: skip } = deps.settings;
  const dueTimes = calendar.between(markAt, now, MOST_COUNTED);
  const { run, missed, skipped: off } = dueOf(dueTimes, now, { timezone, graceMs, skip });
  const lastMissed = missed.at(-1);
  const notice =
    lastMissed === undefined
      ? []
      : [
          missedMessage({ scheduleId: id, dueAt: lastMissed }, channelId, now, {
            reason: 'not_running',
            amount: missed.length,
            atLeast: dueTimes.length === MOST_COUNTED,
          }),
        ];
  const upTo = dueTimes.at(-1) ?? now;
  const skipped = withSkipped(subscription.skipped, off);
  if (!(await digests.account(subscription, upTo, { run, skipped, messages: notice }))) return false;
  one.subscription = { ...subscription, markAt: upTo, skipped: run === undefined ? skipped : [] };
  one.nextDueAt = calendar.next(upTo);
  if (lastMissed !== undefined) {
    onOutcome('skipped', missed.length);
    log.warn({ count: missed.length, dueAt: iso(lastMissed), status: 'skipped' }, 'digests skipped');
  }
  return true;
}
