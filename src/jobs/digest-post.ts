/** Owns posting the outbox of digests: each message once, found again after a crash, until Slack took it or it expired. */

import type { MessageClaim } from '../payouts/digest/port.ts';
import { type DigestMessageKind, nextAttemptAt, POST_AGAIN, POST_REFUSED } from '../payouts/digest/run.ts';
import type { Message } from '../slack/block-kit/blocks.ts';
import { pauseClosed } from '../payouts/subscriptions/pause-closed.ts';
import type { ClosedReason } from '../payouts/subscriptions/subscription.ts';
import { SlackFailure } from '../slack/api/client.ts';
import { isContentRefused, isMessageGone, isPlaceClosed, isTokenRefused } from '../slack/api/error-codes.ts';
import { perhapsAgain } from '../slack/views/digest-message.ts';
import { closedNotices } from '../slack/views/subscriptions.ts';
import { iso, missedMessage, type PostParts } from './digest-parts.ts';
import type { JobOutcome } from './schedule.ts';
import { messageOf } from './stuck-notice.ts';

const AT_ONCE = 50;
/** After so many attempts a message is posted although an earlier post is neither confirmed nor ruled out. */
const DOUBTFUL_ATTEMPTS = 4;

/** The message stands in the channel; nothing is posted again. */
export const ALREADY_POSTED = 'digest already posted by an earlier attempt';

/** The replica was frozen for longer than its lease. */
export const CLAIM_LOST_AFTER_POST = 'digest claim lost after posting';

const markOf = ({ id }: MessageClaim) => ({ kind: 'digest', id }) as const;

/** The stored content cannot be read as a message. */
const UNREADABLE = 'unreadable_record';

/** Only an administrator can fix it: the channel, or the token. */
const needsPerson = (code: string): boolean => isPlaceClosed(code) || isTokenRefused(code);

const isRefusal = (code = ''): boolean => isContentRefused(code) || needsPerson(code) || code === UNREADABLE;

/** Posts what is due; "failed" when Slack did not take a message. */
export function createDigestPoster(parts: PostParts): () => Promise<JobOutcome> {
  const { deps, digests } = parts;
  return async () => {
    let outcome: JobOutcome = 'ok';
    for (const id of await digests.dueMessages(deps.clock(), AT_ONCE)) {
      if ((await postOne(parts, id)) === 'failed') outcome = 'failed';
    }
    await removeStrays(parts);
    return outcome;
  };
}

async function postOne(parts: PostParts, id: string): Promise<JobOutcome> {
  const { deps, digests, messenger, leaseMs } = parts;
  const claim = await digests.claimMessage(id, deps.clock(), leaseMs);
  if (!claim) return 'ok';
  const { maybePostedAt } = claim;
  const earlier = maybePostedAt === undefined ? undefined : await find(parts, claim, maybePostedAt);
  if (typeof earlier === 'object') return done(parts, claim, earlier.ts, ALREADY_POSTED);
  const content = await contentOf(parts, claim);
  if (content === 'over') return over(parts, claim);
  if (!isMessage(content)) return abandon(parts, claim, earlier === 'unknown', UNREADABLE);
  // A look-up may fail for a moment; one that keeps failing must not hold the message back for ever.
  if (earlier === 'unknown' && claim.attempt < DOUBTFUL_ATTEMPTS && deps.clock() <= claim.expiresAt)
    return failed(parts, claim, 'not_looked_up', { maybePosted: true });
  if (deps.clock() > claim.expiresAt) return abandon(parts, claim, earlier === 'unknown', claim.problem);
  // Compares the fencing token once more: a replica that lost the claim meanwhile posts nothing.
  if (!(await digests.posting(claim, deps.clock(), leaseMs))) return 'ok';
  try {
    const { ts } = await messenger.message(
      claim.channelId,
      earlier === 'unknown' ? perhapsAgain(content) : content,
      { mark: markOf(claim) },
    );
    return await done(parts, claim, ts, 'digest posted');
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    return failed(parts, claim, error.code, {
      maybePosted: error.answerLost,
      retryAfterMs: error.retryAfterMs,
    });
  }
}

/** What is posted; `over` when there is nothing left to tell. */
function contentOf({ deps }: PostParts, { kind, content }: MessageClaim): unknown {
  return kind === 'stuck' ? messageOf(deps, content) : content;
}

async function over({ deps, digests, log }: PostParts, claim: MessageClaim): Promise<JobOutcome> {
  if (await digests.abandon(claim, deps.clock(), undefined))
    log.info(about(claim, 'overtaken'), 'no link is stuck any more');
  return 'ok';
}

/** The message of an earlier attempt, undefined when there is none; `unknown` when Slack does not show the channel. */
async function find(
  { messenger }: PostParts,
  claim: MessageClaim,
  postedAt: number,
): Promise<{ ts: string } | 'unknown' | undefined> {
  const found = await messenger.findOwn(claim.channelId, postedAt, markOf(claim));
  if (found === undefined) return 'unknown';
  const [ts] = found;
  return ts === undefined ? undefined : { ts };
}

async function done(parts: PostParts, claim: MessageClaim, ts: string, message: string): Promise<JobOutcome> {
  const { deps, digests, log, onOutcome } = parts;
  if (!(await digests.posted(claim, ts, deps.clock()))) {
    // Frozen for longer than the lease: the row says which message stays.
    await digests.addStray(claim.id, ts);
    log.warn(about(claim, 'overtaken'), CLAIM_LOST_AFTER_POST);
    return 'ok';
  }
  if (claim.kind === 'digest') onOutcome('complete', 1);
  log.info(about(claim, STATUS[claim.kind]), message);
  return 'ok';
}

async function failed(
  parts: PostParts,
  claim: MessageClaim,
  code: string,
  { maybePosted, retryAfterMs }: { maybePosted: boolean; retryAfterMs?: number | undefined },
): Promise<JobOutcome> {
  const { deps, digests, random, log, onOutcome } = parts;
  if (isContentRefused(code)) return abandon(parts, claim, false, code);
  if (await pausedFor(parts, claim, code)) return 'failed';
  const now = deps.clock();
  const refused = needsPerson(code);
  const nextAt = nextAttemptAt(claim.attempt, refused ? POST_REFUSED : POST_AGAIN, {
    now,
    until: claim.expiresAt,
    random,
    retryAfterMs,
  });
  // After its expiry the next claim gives it up, having looked whether it was posted after all.
  const waiting = { problem: code, maybePosted };
  if (!(await digests.postLater(claim, nextAt ?? claim.expiresAt + 1, waiting))) return 'ok';
  const isNews = refused && claim.problem !== code;
  if (isNews && claim.kind === 'digest') onOutcome('failed', 1);
  log[isNews ? 'error' : 'warn']({ ...about(claim, 'waiting'), code }, 'digest not posted');
  return 'failed';
}

/** Whether the schedules of this channel pause: Slack takes no message there, and administrators can resume them. */
async function pausedFor(parts: PostParts, claim: MessageClaim, code: string): Promise<boolean> {
  const why = CLOSED[code];
  if (why === undefined || claim.kind === 'paused') return false;
  const { deps, log, onOutcome } = parts;
  const { channelId } = claim;
  if ((await pauseClosed(deps, { channelId, why, notices: closedNotices })) === 0) return false;
  if (claim.kind === 'digest') onOutcome('failed', 1);
  log.error({ ...about(claim, 'paused'), channelId, code }, 'digest paused');
  return true;
}

/** What Slack answers where only the channel can be the reason. */
const CLOSED: Readonly<Record<string, ClosedReason>> = {
  is_archived: 'channel_archived',
  channel_not_found: 'channel_gone',
  not_in_channel: 'not_in_channel',
};

async function abandon(
  { deps, digests, log, onOutcome }: PostParts,
  claim: MessageClaim,
  perhapsPosted: boolean,
  code: string | undefined,
): Promise<JobOutcome> {
  const now = deps.clock();
  const reason = isRefusal(code) ? 'refused' : 'not_posted';
  const notice =
    claim.kind === 'digest'
      ? missedMessage(claim, claim.channelId, now, { reason, perhapsPosted })
      : undefined;
  if (!(await digests.abandon(claim, now, notice))) return 'ok';
  // A refusal that needs an administrator was counted when it first came.
  if (claim.kind === 'digest' && !needsPerson(claim.problem ?? '')) onOutcome('failed', 1);
  // How a run ended supersedes its note of an incomplete list.
  log[claim.kind === 'incomplete' ? 'info' : 'error'](
    { ...about(claim, 'failed'), code },
    'digest message given up',
  );
  return 'failed';
}

/** Removes what was posted after the claim was lost, once it is known which message stays. */
async function removeStrays({ digests, messenger, log }: PostParts): Promise<void> {
  for (const stray of await digests.strays(AT_ONCE)) {
    try {
      if (!stray.kept) await messenger.remove({ channelId: stray.channelId, ts: stray.ts });
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      log.warn({ channelId: stray.channelId, code: error.code }, 'stray digest not removed');
      if (!isMessageGone(error.code) && !needsPerson(error.code)) continue;
    }
    await digests.removeStray(stray);
  }
}

const STATUS: Record<DigestMessageKind, string> = {
  digest: 'complete',
  incomplete: 'incomplete',
  missed: 'missed',
  stuck: 'stuck',
  paused: 'paused',
};

const about = ({ kind, dueAt, attempt }: MessageClaim, status: string) => ({
  kind,
  dueAt: iso(dueAt),
  attempt,
  status,
});

function isMessage(content: unknown): content is Message {
  return (
    typeof content === 'object' &&
    content !== null &&
    'text' in content &&
    typeof content.text === 'string' &&
    'blocks' in content &&
    Array.isArray(content.blocks)
  );
}
