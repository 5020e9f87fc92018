/** Owns the scheduled digest: accounts for the due times that have come, then reads and posts them. */

import { sortDue } from '../payouts/digest/run.ts';
import { DAY_MS } from '../payouts/time.ts';
import { createCalendar } from './calendar.ts';
import { type DigestParts, iso, missedMessage } from './digest-parts.ts';
import { createDigestPoster } from './digest-post.ts';
import { createDigestReader } from './digest-read.ts';
import type { JobOutcome } from './schedule.ts';

/** A newer deployment has another schedule for the channel. */
export const SCHEDULE_REPLACED = 'digest schedule replaced by another replica';

export interface DigestJob {
  /** Accounts for the due times that have come, also while no replica ran. */
  due(): Promise<void>;
  /** Posts what the outbox holds. */
  post(): Promise<JobOutcome>;
  /** Accounts for what is due, reads and posts. */
  work(): Promise<JobOutcome>;
}

/** Of more missed due times the notice says "at least". */
const MOST_COUNTED = 50;

/**
 * The schedule's expression is in its own time zone; leases and times are milliseconds. Each step claims in the store, so
 * any number of replicas may run it. Its steps reject with StoreUnavailable; Slack's refusals are retried, not thrown.
 */
export function createDigestJob(parts: DigestParts): DigestJob {
  const due = createDueTimes(parts);
  const reader = createDigestReader(parts);
  const poster = createDigestPoster(parts);
  return {
    due,
    post: poster,
    async work() {
      await due();
      const read = await reader();
      const posted = await poster();
      return read === 'ok' ? posted : read;
    },
  };
}

function createDueTimes({ deps, digests, schedule, log, onOutcome }: DigestParts): () => Promise<void> {
  const calendar = createCalendar(schedule.cron, schedule.timezone);
  /** In memory, so that a run at which nothing is due needs no query. */
  let mark: number | undefined;
  let nextDueAt: number | undefined;
  const moveTo = (at: number | undefined): void => {
    mark = at;
    nextDueAt = at === undefined ? undefined : calendar.next(at);
  };

  return async () => {
    const now = deps.clock();
    // A mark far ahead is set again: a clock was wrong when it was set.
    if (mark === undefined || mark - now > DAY_MS) moveTo(await digests.adopt(schedule, now));
    if (mark === undefined || nextDueAt === undefined || now < nextDueAt) return;
    const dueTimes = calendar.between(mark, now, MOST_COUNTED);
    const { run, missed } = sortDue(dueTimes, now, schedule.graceMs);
    const lastMissed = missed.at(-1);
    const notice =
      lastMissed === undefined
        ? []
        : [
            missedMessage({ scheduleId: schedule.id, dueAt: lastMissed }, schedule.channelId, now, {
              reason: 'not_running',
              amount: missed.length,
              atLeast: dueTimes.length === MOST_COUNTED,
            }),
          ];
    const upTo = dueTimes.at(-1) ?? now;
    if (await digests.account(schedule, mark, upTo, { run, messages: notice })) {
      moveTo(upTo);
      if (lastMissed === undefined) return;
      onOutcome('skipped', missed.length);
      log.warn({ count: missed.length, dueAt: iso(lastMissed), status: 'skipped' }, 'digests skipped');
      return;
    }
    const before = mark;
    moveTo(await digests.mark(schedule));
    // What was due since our own mark is still due when the other replica's clock was wrong.
    if (mark !== undefined && mark - now > DAY_MS) moveTo(await digests.adopt(schedule, before));
    if (mark === undefined) {
      // A newer deployment has another schedule for this channel; what is due by ours is no longer due.
      mark = now;
      log.warn({ channelId: schedule.channelId }, SCHEDULE_REPLACED);
    }
  };
}
