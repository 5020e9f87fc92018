/**
 * Owns the work on one leased copy of an approval: posts or edits it and stores what came of it, if the lease still
 * held. Whoever lost it leaves one message standing: that of the holder after them.
 */

import type { Log } from '../log.ts';
import type { CancelRequest } from '../payouts/cancel/request.ts';
import type { Deps } from '../payouts/deps.ts';
import type { CardCopy, CardResult, HeldCopy } from '../payouts/cancel/ports.ts';
import { HOUR_MS } from '../payouts/time.ts';
import type { Message } from './block-kit/blocks.ts';
import { cardMessage } from './card-messages.ts';
import { type Messenger, type Posted, SlackFailure } from './api/messenger.ts';
import { isMessageGone, isPlaceClosed } from './api/error-codes.ts';

const FIRST_WAIT_MS = 5_000;
const MAX_WAIT_MS = HOUR_MS;
/** A version no request reaches; it fits a database's integer. */
const NEVER_BEHIND = 2 ** 31 - 1;

/** The copy shows this version of its request. */
function shown(copy: CardCopy, request: CancelRequest): CardResult {
  const { channelId, ts } = copy;
  return { channelId, ts, shownVersion: request.version, attempts: 0, nextAttemptAt: 0, problem: undefined };
}

const markOf = ({ id }: CardCopy) => ({ kind: 'card', id }) as const;

/** A direct message: the person’s user ID until it was posted, then the conversation’s. */
const isDirect = ({ channelId }: CardCopy): boolean => /^[UWD]/.test(channelId);

/** Backoff, and never earlier than Slack asks for (Retry-After). */
function waitMs(attempts: number, retryAfterMs = 0): number {
  const backoffMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 20), MAX_WAIT_MS);
  return Math.max(backoffMs, retryAfterMs);
}

export function createCopyWork(deps: Deps, messenger: Messenger, log: Log, leaseMs: number) {
  const { cards } = deps.store;

  /** Returns the copy's messages that Slack shows; undefined when Slack does not show the channel. */
  const findPosted = async (copy: CardCopy, request: CancelRequest): Promise<string[] | undefined> => {
    return await messenger.findOwn(copy.channelId, request.requestedAt, markOf(copy));
  };

  const remove = async (copy: CardCopy, at: Posted): Promise<void> => {
    const about = { kind: copy.purpose };
    try {
      await messenger.remove(at);
      log.info(about, 'duplicate card removed');
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      if (!isMessageGone(error.code)) log.warn({ ...about, code: error.code }, 'duplicate card not removed');
    }
  };

  /** Every message of the copy but the one that stands for it. */
  const removeOthers = async (copy: CardCopy, request: CancelRequest, stands: string): Promise<void> => {
    for (const ts of (await findPosted(copy, request)) ?? []) {
      if (ts !== stands) await remove(copy, { channelId: copy.channelId, ts });
    }
  };

  /** The lease went to somebody else while this replica was at work, frozen or cut off from the database. */
  const lost = async (copy: HeldCopy, request: CancelRequest, posted?: Posted): Promise<void> => {
    log.warn({ kind: copy.purpose }, 'card lease lost');
    if (copy.ts !== undefined) {
      // What was edited late may be older than what the next holder showed.
      await cards.met({ ...copy, ts: copy.ts }, deps.clock());
      return;
    }
    const now = (await cards.of(request.id)).find(({ id }) => id === copy.id);
    if (posted && now?.ts === posted.ts) return;
    if (now?.ts !== undefined) {
      if (posted) await remove(copy, posted);
      await removeOthers(copy, request, now.ts);
      return;
    }
    // Where the next holder can find it, it takes this one or removes it; where not, it posts its own.
    if (posted && (await findPosted(copy, request)) === undefined) await remove(copy, posted);
  };

  /** Stores what came of the work by compare-and-swap on the lease's token. */
  const settle = async (
    copy: HeldCopy,
    request: CancelRequest,
    result: CardResult,
    posted?: Posted,
  ): Promise<void> => {
    if (!(await cards.settle(copy, result))) return lost(copy, request, posted);
    // The holder before, or a post whose answer was lost, may have come later than anybody could look for it.
    if (copy.takenOver && result.ts !== undefined) await removeOthers(copy, request, result.ts);
  };

  const postCopy = async (
    copy: HeldCopy,
    request: CancelRequest,
    message: Message,
    mainCard: CardCopy | undefined,
  ): Promise<void> => {
    const [standing] = (copy.attempts > 1 ? await findPosted(copy, request) : undefined) ?? [];
    if (standing !== undefined) {
      // An earlier attempt was cut off after Slack took it; what it shows may be older than the request.
      const { channelId, attempts } = copy;
      const found = { channelId, ts: standing, shownVersion: 0, attempts, nextAttemptAt: 0 };
      return settle(copy, request, { ...found, problem: undefined });
    }
    if (!(await cards.renew(copy, deps.clock(), leaseMs))) return lost(copy, request);
    const inThread = copy.purpose === 'nudge' && mainCard?.channelId === copy.channelId;
    const thread = inThread && mainCard.ts ? { threadTs: mainCard.ts, broadcast: true } : {};
    const posted = await messenger.message(copy.channelId, message, { ...thread, mark: markOf(copy) });
    await settle(copy, request, { ...shown(copy, request), ...posted }, posted);
  };

  const reschedule = async (copy: HeldCopy, request: CancelRequest, failure: SlackFailure): Promise<void> => {
    const { code, retryAfterMs } = failure;
    const { channelId, ts, shownVersion, attempts } = copy;
    log.warn({ kind: copy.purpose, code, count: attempts }, 'card update failed');
    const failed = { channelId, ts, shownVersion, attempts, nextAttemptAt: 0, problem: code };
    // An approver who takes no direct messages is one of several; the card in the channel stands.
    const isUncalled = isDirect(copy) && copy.purpose !== 'outcome' && isPlaceClosed(code);
    if ((ts !== undefined && isMessageGone(code)) || isUncalled) {
      return settle(copy, request, { ...failed, shownVersion: NEVER_BEHIND });
    }
    await settle(copy, request, {
      ...failed,
      // Slack may take it later than anybody looks for it.
      mayComeLate: ts === undefined && failure.answerLost,
      nextAttemptAt: deps.clock() + waitMs(attempts, retryAfterMs),
    });
  };

  return {
    /** Posts or edits a leased copy; returns why Slack did not take it, if so. */
    async show(
      copy: HeldCopy,
      request: CancelRequest,
      mainCard: CardCopy | undefined,
    ): Promise<SlackFailure | undefined> {
      const message = await cardMessage(deps, copy, request);
      // A nudge and an announcement are posted once; they do not change with the request.
      const saidAlready = copy.ts !== undefined && (copy.purpose === 'nudge' || copy.purpose === 'emergency');
      if (!message || saidAlready) {
        await settle(copy, request, shown(copy, request));
        return undefined;
      }
      try {
        if (copy.ts === undefined) await postCopy(copy, request, message, mainCard);
        else {
          await messenger.update({ channelId: copy.channelId, ts: copy.ts }, message);
          await settle(copy, request, shown(copy, request));
        }
        return undefined;
      } catch (error) {
        if (!(error instanceof SlackFailure)) throw error;
        await reschedule(copy, request, error);
        return error;
      }
    },
  };
}
