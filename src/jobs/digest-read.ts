/** Owns reading the list for a due digest: until it is complete, or past its deadline. */

import { purposeFilter } from '../payouts/digest/purpose.ts';
import { composeDigest, type Digest } from '../payouts/digest/digest.ts';
import { dayIn, totalsOf } from '../payouts/digest/files.ts';
import type { OutboxMessage, ReadClaim } from '../payouts/digest/port.ts';
import {
  nextAttemptAt,
  noticeUntil,
  postUntil,
  type DigestRun,
  READ_AGAIN,
  readUntil,
} from '../payouts/digest/run.ts';
import { renewing } from '../renewing.ts';
import { skippedWords } from '../slack/views/schedule-words.ts';
import { digestMessage, type DigestOptions } from '../slack/views/digest-message.ts';
import { endingWith, listing } from './digest-lists.ts';
import { type DigestParts, iso, missedMessage } from './digest-parts.ts';
import type { JobOutcome } from './schedule.ts';

/** Another replica read the list meanwhile. */
export const CLAIM_LOST = 'digest claim lost, result dropped';

/** Reads what is due; "failed" when a list could not be read completely. */
export function createDigestReader(parts: DigestParts): () => Promise<JobOutcome> {
  const { deps, digests, files, schedule, leaseMs, random, log, onOutcome } = parts;

  const read = async (run: DigestRun): Promise<JobOutcome> => {
    const claim = await digests.claimRead(run, deps.clock(), leaseMs);
    if (!claim) return 'ok';
    const until = readUntil(run.dueAt, schedule.graceMs);
    if (deps.clock() > until) {
      const reason = claim.problem === undefined ? 'not_running' : 'unreadable';
      await abandon(claim, missedMessage(run, schedule.channelId, deps.clock(), { reason }), reason);
      return 'failed';
    }
    const digest = await renewing(
      leaseMs / 4,
      () => digests.renewRead(claim, deps.clock(), leaseMs),
      () => compose(parts, run),
    );
    return digest.complete ? queue(claim, digest) : reschedule(claim, digest, until);
  };

  const queue = async (claim: ReadClaim, digest: Digest): Promise<JobOutcome> => {
    const now = deps.clock();
    const message = await messageOf(parts, claim, 'digest', digest, {
      file: true,
      expiresAt: postUntil(claim.dueAt, schedule.graceMs, now),
    });
    // Before the run ends, so that a crash in between loses no day: the next holder records it again.
    await files.record(claim, totalsOf(dayIn(schedule.timezone, claim.dueAt), digest.statuses));
    const tells = { at: digest.at, links: digest.stuck.tellings };
    if (await digests.finishRead(claim, now, { ...message, tells }, digest.told))
      log.info(about(claim, 'read'), 'digest read');
    else log.warn(about(claim, 'overtaken'), CLAIM_LOST);
    return 'ok';
  };

  const reschedule = async (claim: ReadClaim, digest: Digest, until: number): Promise<JobOutcome> => {
    const now = deps.clock();
    const at = nextAttemptAt(claim.attempt, READ_AGAIN, { now, until, random });
    const reason = digest.reason ?? 'unknown';
    if (claim.problem === undefined) onOutcome('incomplete', 1);
    if (at === undefined) {
      const last = await messageOf(parts, claim, 'missed', digest, { missedDueAt: claim.dueAt });
      await abandon(claim, last, reason);
      return 'failed';
    }
    const note = await messageOf(parts, claim, 'incomplete', digest, {
      retry: { at, until },
      expiresAt: until,
    });
    if (await digests.retryRead(claim, at, reason, note)) {
      log.warn({ ...about(claim, 'incomplete'), reason }, 'digest incomplete');
    } else {
      log.warn(about(claim, 'overtaken'), CLAIM_LOST);
    }
    return 'failed';
  };

  const abandon = async (claim: ReadClaim, notice: OutboxMessage, reason: string): Promise<void> => {
    if (!(await digests.finishRead(claim, deps.clock(), notice))) return;
    onOutcome('failed', 1);
    log.error({ ...about(claim, 'failed'), reason }, 'digest missed');
  };

  return async () => {
    let outcome: JobOutcome = 'ok';
    for (const run of await digests.dueReads(schedule.id, deps.clock())) {
      if ((await read(run)) === 'failed') outcome = 'failed';
    }
    return outcome;
  };
}

/** The walk writes the list to a file as well, for the thread. */
async function compose({ deps, digests, lists, schedule }: DigestParts, run: DigestRun): Promise<Digest> {
  const { statuses, purpose } = schedule;
  const list = lists.begin(run, purposeFilter(purpose));
  const previous = await digests.told(schedule.id);
  return endingWith(
    list,
    () => composeDigest(listing(deps, list), { statuses, purpose, previous }),
    ({ complete }) => complete,
  );
}

const about = ({ dueAt, attempt }: ReadClaim, status: string) => ({ dueAt: iso(dueAt), attempt, status });

type Shown = Omit<DigestOptions, 'now' | 'audit' | 'skipped'> & { expiresAt?: number };

async function messageOf(
  { deps, schedule }: DigestParts,
  { scheduleId, dueAt, skipped }: ReadClaim,
  kind: OutboxMessage['kind'],
  digest: Digest,
  { expiresAt, ...options }: Shown,
): Promise<OutboxMessage> {
  const now = deps.clock();
  return {
    scheduleId,
    dueAt,
    kind,
    channelId: schedule.channelId,
    content: digestMessage(digest, {
      ...options,
      now,
      skipped: skippedWords(skipped, schedule.timezone),
      audit: await deps.store.audit.anchor(),
    }),
    expiresAt: expiresAt ?? noticeUntil(now),
  };
}
