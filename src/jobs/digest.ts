/** Owns the scheduled digest: each due time is claimed once, posted once, retried when incomplete, caught up when missed. */

import type { Log } from '../log.ts';
import type { Desk } from '../payouts/desk.ts';
import { composeDigest } from '../payouts/digest.ts';
import type { KnownStatus } from '../payouts/link.ts';
import type { DigestRun } from '../payouts/ports.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../payouts/time.ts';
import { type Post, SlackFailure } from '../slack/post.ts';
import { digestMessage, skippedNotice } from '../slack/views/digest-message.ts';
import { createCalendar } from './calendar.ts';

export interface DigestSchedule {
  id: string;
  channelId: string;
  cron: string;
  timezone: string;
  statuses: readonly KnownStatus[];
  graceMs: number;
}

/** How long a desk may work on a digest before another takes it for dead. */
const LEASE_MS = 10 * MINUTE_MS;
const RETRY_MS = 10 * MINUTE_MS;
/** After Slack refused or lost a post. */
const REPOST_MS = MINUTE_MS;
/** Slack's clock and ours may differ. */
const LOOK_EARLIER_MS = HOUR_MS;
const ATTEMPTS = 4;
/** How far back missed due times are looked for. */
const LOOK_BACK_MS = 31 * DAY_MS;
const MOST_MISSED = 100;

export interface DigestJob {
  /** A due time has come. */
  run(dueAt: number): Promise<void>;
  /** Takes up runs whose retry is due or whose desk died. */
  retry(): Promise<void>;
  /** At start and every minute: makes up the latest due time missed within the grace, and says which older ones are skipped. */
  catchUp(): Promise<void>;
}

export function createDigestJob(desk: Desk, post: Post, schedule: DigestSchedule, log: Log): DigestJob {
  const { digests } = desk.store;
  const calendar = createCalendar(schedule.cron, schedule.timezone);

  /** Whether the attempt before posted its digest; `unknown` when Slack does not show the channel to the desk. */
  const lookForPost = async (run: DigestRun): Promise<'complete' | 'incomplete' | 'none' | 'unknown'> => {
    const key = keyOf(run);
    const posts = await post.findOwn(schedule.channelId, run.dueAt - LOOK_EARLIER_MS, {
      type: markOf(run, false).event_type,
      is: (payload) => payload['run'] === key,
    });
    if (posts === undefined) return 'unknown';
    if (posts.length === 0) return 'none';
    return posts.some(({ payload }) => payload['complete'] === true) ? 'complete' : 'incomplete';
  };

  const attemptRun = async (run: DigestRun): Promise<void> => {
    const now = desk.clock();
    const claim = await digests.claim(run, now, now + LEASE_MS);
    if (!claim) return;
    const { attempt } = claim;
    const about = { dueAt: new Date(run.dueAt).toISOString(), attempt };
    const before = claim.maybePosted ? await lookForPost(run) : 'none';
    if (before === 'complete') {
      await digests.finish(run, now, undefined);
      log.info({ ...about, status: 'complete' }, 'a digest had been posted before the desk was cut off');
      return;
    }
    const digest = await composeDigest(desk, schedule.statuses);
    const last = attempt >= ATTEMPTS;
    const retryAt = digest.complete || last ? undefined : desk.clock() + RETRY_MS;
    const message = digestMessage(digest, {
      now: desk.clock(),
      retryAt,
      perhapsAgain: before === 'unknown',
      audit: await desk.store.audit.anchor(),
    });
    await digests.posting(run, desk.clock());
    try {
      await post.message(schedule.channelId, message, { metadata: markOf(run, digest.complete) });
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      const words = last ? 'a digest could not be posted and is given up' : 'a digest could not be posted';
      log[last ? 'error' : 'warn']({ ...about, code: error.code }, words);
      if (last) await digests.finish(run, desk.clock(), undefined);
      else await digests.retryLater(run, desk.clock() + REPOST_MS, error.answerLost);
      return;
    }
    if (retryAt === undefined) {
      await digests.finish(run, desk.clock(), digest.complete ? summarise(digest) : undefined);
    } else {
      await digests.retryLater(run, retryAt);
    }
    log.info(
      { ...about, status: digest.complete ? 'complete' : 'incomplete', reason: digest.reason },
      'digest posted',
    );
  };

  return {
    run: (dueAt) => attemptRun({ scheduleId: schedule.id, dueAt }),
    async retry() {
      for (const run of await digests.unfinished(desk.clock())) {
        if (run.scheduleId !== schedule.id) continue;
        if (desk.clock() - run.dueAt <= Math.max(schedule.graceMs, LEASE_MS + RETRY_MS * ATTEMPTS)) {
          await attemptRun(run);
        } else {
          // The desk was away for longer than the digest is worth; it is said, like every other one that was missed.
          await digests.finish(run, desk.clock(), undefined);
          await post.message(schedule.channelId, skippedNotice(1, run.dueAt));
        }
      }
    },
    async catchUp() {
      const now = desk.clock();
      const latest = await digests.latest(schedule.id);
      if (latest === undefined) {
        // The first start: nothing can have been missed. The mark says from when on something can.
        const mark = { scheduleId: schedule.id, dueAt: now - 1 };
        if ((await digests.claim(mark, now, now + LEASE_MS)) !== undefined)
          await digests.finish(mark, now, undefined);
        return;
      }
      const missed = calendar.between(Math.max(latest, now - LOOK_BACK_MS), now, MOST_MISSED);
      const last = missed.at(-1);
      if (last === undefined) return;
      const madeUp = now - last < schedule.graceMs ? last : undefined;
      const skipped = missed.filter((dueAt) => dueAt !== madeUp);
      const lastSkipped = skipped.at(-1);
      if (lastSkipped !== undefined) {
        const run = { scheduleId: schedule.id, dueAt: lastSkipped };
        if ((await digests.claim(run, now, now + LEASE_MS)) !== undefined) {
          log.warn(
            { count: skipped.length },
            'digests were missed for longer than the grace and are skipped',
          );
          await digests.finish(run, now, undefined);
          // Only a notice: the digest that can still be made up must not wait for it.
          await post
            .message(schedule.channelId, skippedNotice(skipped.length, lastSkipped))
            .catch((error: unknown) => log.warn({ error }, 'that digests were skipped could not be said'));
        }
      }
      if (madeUp !== undefined) await attemptRun({ scheduleId: schedule.id, dueAt: madeUp });
    },
  };
}

/** How a posted digest is found again: invisible to people, kept by Slack with the message. */
function markOf(run: DigestRun, complete: boolean) {
  return { event_type: 'payout_desk_digest', event_payload: { run: keyOf(run), complete } };
}

const keyOf = (run: DigestRun): string => `${run.scheduleId} ${new Date(run.dueAt).toISOString()}`;

/** What the next digest is compared with: numbers alone. */
function summarise(digest: Awaited<ReturnType<typeof composeDigest>>): unknown {
  return digest.statuses.map(({ status, count, totalPaise }) => ({
    status,
    count,
    totalPaise: String(totalPaise),
  }));
}
