/**
 * Owns running reminders for several links: the person is told by one direct message, which is edited to the outcome. A job
 * takes up what a crash left, and tells what Slack did not take.
 */

import pLimit from 'p-limit';
import type { Log } from '../log.ts';
import { isPayoutDeskError } from '../errors.ts';
import type { Actor, Deps } from '../payouts/deps.ts';
import { remindMany, startReminders } from '../payouts/links/remind-many.ts';
import type { HeldRun } from '../payouts/links/remind-port.ts';
import type { ReminderRun } from '../payouts/links/reminder-run.ts';
import { DAY_MS, MINUTE_MS } from '../payouts/time.ts';
import { renewing } from '../renewing.ts';
import { isMessageGone, isPlaceClosed } from './api/error-codes.ts';
import { SlackFailure } from './api/client.ts';
import type { Messenger } from './api/messenger.ts';
import { remindersMessage } from './views/reminder-run.ts';

export interface ReminderRuns {
  /**
   * Reminds the recipients of these links; `id` is the click's or the command's. Returns what became of each; undefined
   * when the click was delivered before, or another process goes on. Rejects with Forbidden, UsageError or Unavailable.
   */
  send(actor: Actor, linkIds: readonly string[], id: string): Promise<ReminderRun | undefined>;
  /** One round over what is unfinished. */
  run(): Promise<void>;
  /** Begins no further reminder; what is left is taken up by the next process. */
  stop(): void;
}

export interface ReminderRunParts {
  deps: Deps;
  messenger: Pick<Messenger, 'message' | 'update' | 'findOwn'>;
  log: Log;
  /** Longer than one attempt; it is renewed meanwhile. */
  leaseMs: number;
}

/** Edits of one message: a person reads it. */
const EDIT_EVERY_MS = 3_000;
const FIRST_WAIT_MS = 5_000;
const MAX_WAIT_MS = 5 * MINUTE_MS;
/** Then the person is not told any more; the audit has it. */
const TELLING_ATTEMPTS = 50;
/** After so many attempts it is posted although an earlier post is neither confirmed nor ruled out. */
const DOUBTFUL_ATTEMPTS = 4;
const A_RUN = 20;
const AT_ONCE = 2;
/** A delivery that comes again comes within an hour. */
const KEPT_MS = DAY_MS;

export function createReminderRuns(parts: ReminderRunParts): ReminderRuns {
  const { deps, log, leaseMs } = parts;
  const { clock } = deps;
  const store = deps.store.reminderRuns;
  const limit = pLimit(AT_ONCE);
  let isStopped = false;

  const work = async (run: HeldRun): Promise<'done' | 'stopped' | 'lost'> => {
    const show = () => tell(parts, run, false);
    const failed = (error: unknown) => log.warn({ error }, 'reminders not told');
    // Not awaited: reminders do not wait for Slack. One after the other, so that one message tells of all.
    let editing: Promise<unknown> = show().catch(failed);
    let editedAt = clock();
    const outcome = await remindMany(deps, run, {
      isStopping: () => isStopped,
      onProgress() {
        if (clock() - editedAt < EDIT_EVERY_MS) return;
        editedAt = clock();
        editing = editing.then(show).catch(failed);
      },
    });
    // An edit that arrives late must not take the place of the outcome.
    await editing;
    return outcome;
  };

  const carry = async (run: HeldRun): Promise<'done' | 'stopped' | 'lost'> => {
    const renew = () => store.renew(run, clock(), leaseMs);
    try {
      const outcome = await renewing(leaseMs / 4, renew, () => work(run));
      if (outcome === 'lost') log.warn({ count: run.attempts }, 'reminder run lost to another holder');
      if (outcome === 'stopped') await store.release(run, clock());
      if (outcome === 'done')
        await settle(run, await renewing(leaseMs / 4, renew, () => tell(parts, run, true)));
      return outcome;
    } catch (error) {
      if (isPayoutDeskError(error)) await store.release(run, clock() + waitMs(run.attempts)).catch(() => {});
      throw error;
    }
  };

  /** `failure`: Slack did not take the outcome, which is told later. */
  const settle = async (run: HeldRun, failure: SlackFailure | undefined): Promise<void> => {
    const isHopeless = failure && (isPlaceClosed(failure.code) || isMessageGone(failure.code));
    if (!failure || isHopeless || run.attempts >= TELLING_ATTEMPTS) await store.finish(run, clock());
    else await store.release(run, clock() + Math.max(waitMs(run.attempts), failure.retryAfterMs ?? 0));
  };

  return {
    async send(actor, linkIds, id) {
      const run = await startReminders(deps, actor, linkIds, { id, leaseMs });
      if (!run) return undefined;
      return (await carry(run)) === 'done' ? run : undefined;
    },
    async run() {
      const due = await store.due(clock(), A_RUN);
      const results = await Promise.allSettled(
        due.map((id) =>
          limit(async () => {
            const run = isStopped ? undefined : await store.claim(id, clock(), leaseMs);
            if (run) await carry(run);
          }),
        ),
      );
      await store.prune(clock() - KEPT_MS);
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    },
    stop() {
      isStopped = true;
    },
  };
}

/** Runs whose message may stand in Slack although its answer was lost. */
const inDoubt = new WeakSet<HeldRun>();

/** Posts or edits the direct message; returns why Slack did not take it, if so. */
async function tell(
  { deps, messenger, log }: ReminderRunParts,
  run: HeldRun,
  isDone: boolean,
): Promise<SlackFailure | undefined> {
  const message = remindersMessage(run, {
    now: deps.clock(),
    cooldownMs: deps.settings.reminderCooldownMs,
    isDone,
  });
  const mark = { kind: 'reminders', id: run.id } as const;
  try {
    if (!run.message && (run.attempts > 1 || inDoubt.has(run))) {
      // An earlier holder was cut off after Slack took it, or this one did not hear of it.
      const found = await messenger.findOwn(run.userId, run.startedAt, mark);
      if (found === undefined && run.attempts < DOUBTFUL_ATTEMPTS) throw new SlackFailure('not_looked_up');
      const [ts] = found ?? [];
      if (ts !== undefined) run.message = { channelId: run.userId, ts };
    }
    if (run.message) await messenger.update(run.message, message);
    else {
      run.message = await messenger.message(run.userId, message, { mark });
      await deps.store.reminderRuns.save(run);
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    if (!run.message && error.answerLost) inDoubt.add(run);
    log.warn({ code: error.code, count: run.attempts }, 'reminders not told');
    return error;
  }
}

const waitMs = (attempts: number): number =>
  Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 20), MAX_WAIT_MS);
