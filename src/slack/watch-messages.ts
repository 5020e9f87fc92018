/** Owns telling watchers by direct message: each row of the outbox once, found again after a crash or a lost answer. */

import { aFewAtOnce, allOf } from '../payouts/a-few-at-once.ts';
import { judge } from '../payouts/access.ts';
import { offers, rightsOf } from '../payouts/rights.ts';
import type { Deps } from '../payouts/deps.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../payouts/time.ts';
import { knownTransaction } from '../payouts/transactions/check.ts';
import { linkOfTransaction } from '../payouts/transactions/link.ts';
import type { HeldMessage } from '../payouts/watches/port.ts';
import { isWatching } from '../payouts/watches/start.ts';
import { endedEntry } from '../payouts/watches/watch.ts';
import type { Log } from '../log.ts';
import { SlackFailure } from './api/client.ts';
import { isMessageGone, isPlaceClosed } from './api/error-codes.ts';
import type { Messenger } from './api/messenger.ts';
import type { Message } from './block-kit/blocks.ts';
import type { Seal } from './block-kit/seal.ts';
import { transactionCard } from './views/transaction-card.ts';
import { isOfLink, linkNews, transactionLead, unreadableNews } from './views/watch-news.ts';

export interface WatchMessageParts {
  deps: Deps;
  messenger: Pick<Messenger, 'message' | 'findOwn' | 'remove'>;
  seal: Seal;
  log: Log;
  /** Longer than one call to Slack. */
  leaseMs: number;
}

const A_RUN = 50;
const AT_ONCE = 2;
const FIRST_WAIT_MS = 5_000;
const MAX_WAIT_MS = HOUR_MS;
/** Later than that it is no news. */
const TOLD_WITHIN_MS = 7 * DAY_MS;
/** After so many attempts it is posted although an earlier post is neither confirmed nor ruled out. */
const DOUBTFUL_ATTEMPTS = 4;
/** A holder that lost its lease finds out within an hour which message stands. */
const KEPT_MS = DAY_MS;

/** One round over what is to be told; `failed` when Slack did not take a message. */
export function createWatchMessages(parts: WatchMessageParts): { run(): Promise<'ok' | 'failed'> } {
  const { deps, leaseMs } = parts;
  const { watches } = deps.store;
  return {
    async run() {
      const due = await watches.dueMessages(deps.clock(), A_RUN);
      const results = await aFewAtOnce(due, AT_ONCE, async (id) => {
        const message = await watches.claimMessage(id, deps.clock(), leaseMs);
        return message ? tell(parts, message) : 'ok';
      });
      await watches.prune(deps.clock() - KEPT_MS);
      return allOf(results).includes('failed') ? 'failed' : 'ok';
    },
  };
}

async function tell(parts: WatchMessageParts, message: HeldMessage): Promise<'ok' | 'failed'> {
  const { deps, messenger, leaseMs } = parts;
  const { watches } = deps.store;
  const { userId, maybePostedAt } = message;
  const may = await mayRead(deps, message);
  if (may === 'unsure') return later(parts, message, { maybePosted: maybePostedAt !== undefined });
  if (may === 'no') {
    await watches.finish(message, undefined, deps.clock());
    return 'ok';
  }
  const earlier = maybePostedAt === undefined ? [] : await find(parts, message, maybePostedAt);
  const [standing] = earlier ?? [];
  if (standing !== undefined) {
    await watches.finish(message, standing, deps.clock());
    return 'ok';
  }
  if (!earlier && message.attempts < DOUBTFUL_ATTEMPTS) return later(parts, message, { maybePosted: true });
  const composed = await compose(parts, message);
  // Compares the fencing token once more: who lost the lease meanwhile posts nothing.
  if (!(await watches.posting(message, deps.clock(), leaseMs))) return 'ok';
  let ts: string;
  try {
    ({ ts } = await messenger.message(userId, composed, { mark: markOf(message) }));
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    return refused(parts, message, error);
  }
  await settle(parts, message, ts);
  return 'ok';
}

const markOf = ({ id }: HeldMessage) => ({ kind: 'watch', id }) as const;

/** The message of an earlier attempt, none, or undefined when Slack does not show the conversation. */
function find({ messenger }: WatchMessageParts, message: HeldMessage, since: number) {
  return messenger.findOwn(message.userId, since, markOf(message));
}

/** Posted: unless another holder was first, whose message stands; then this one goes. */
async function settle(
  { deps, messenger, log }: WatchMessageParts,
  message: HeldMessage,
  ts: string,
): Promise<void> {
  const standing = await deps.store.watches.finish(message, ts, deps.clock());
  if (standing === ts) return;
  try {
    await messenger.remove({ channelId: message.userId, ts });
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    log.warn({ code: error.code }, 'second message of a watch not removed');
  }
}

/** Who lost the right to look is not told, and their watch ends. */
async function mayRead(
  deps: Deps,
  { userId, subject, facts }: HeldMessage,
): Promise<'yes' | 'no' | 'unsure'> {
  const verdict = await judge(deps.policy, deps.directory, { userId }, 'look');
  if (verdict.allowed) return 'yes';
  if (verdict.unsure) return 'unsure';
  if (subject) {
    const entry = endedEntry({ userId }, subject, { at: deps.clock(), facts });
    await deps.store.watches.stop(subject, userId, [{ ...entry, outcome: verdict.outcome }]);
  }
  return 'no';
}

async function compose({ deps, seal }: WatchMessageParts, told: HeldMessage): Promise<Message> {
  const now = deps.clock();
  const { subject, userId } = told;
  if (isOfLink(told)) {
    const rights = await rightsOf(deps, { userId });
    return linkNews(told, { now, offers: (permission) => offers(rights, permission) });
  }
  if (subject?.kind !== 'transaction') return unreadableNews(now);
  const { query } = subject;
  const [report, linkId, watching] = await Promise.all([
    knownTransaction(deps, query),
    linkOfTransaction(deps, query),
    isWatching(deps, { userId }, subject),
  ]);
  return transactionCard(report, { now, seal, linkId, watching, lead: transactionLead(told, now) });
}

async function refused(
  parts: WatchMessageParts,
  message: HeldMessage,
  failure: SlackFailure,
): Promise<'failed'> {
  const { deps, log } = parts;
  const { code, answerLost, retryAfterMs } = failure;
  log.warn({ code, count: message.attempts }, 'watcher not told');
  const isTooLate = deps.clock() > message.at + TOLD_WITHIN_MS;
  if (isPlaceClosed(code) || isMessageGone(code) || isTooLate) {
    await deps.store.watches.finish(message, undefined, deps.clock());
    return 'failed';
  }
  return later(parts, message, { maybePosted: answerLost, retryAfterMs });
}

async function later(
  { deps }: WatchMessageParts,
  message: HeldMessage,
  { maybePosted, retryAfterMs = 0 }: { maybePosted: boolean; retryAfterMs?: number | undefined },
): Promise<'failed'> {
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(message.attempts - 1, 20), MAX_WAIT_MS);
  const nextAt = deps.clock() + Math.max(waitMs, Math.min(retryAfterMs, 10 * MINUTE_MS));
  await deps.store.watches.tellLater(message, nextAt, maybePosted);
  return 'failed';
}
