/**
 * Owns the messages that show an approval: posts each once, remembers where, and edits every copy until it shows the
 * request as it is. What Slack refuses stays due and is tried again by a job.
 */

import type { Log } from '../log.ts';
import type { Approval } from '../payouts/approval.ts';
import { freshCopy } from '../payouts/cancellation.ts';
import type { Desk } from '../payouts/desk.ts';
import type { CardCopy } from '../payouts/ports.ts';
import { HOUR_MS } from '../payouts/time.ts';
import type { Message } from './blocks.ts';
import { type Post, SlackFailure } from './post.ts';
import { isMessageGone, isPlaceClosed } from './slack-errors.ts';
import { approvalCard, emergencyNotice, reminderNotice, requesterNotice } from './views/approval-card.ts';

/** How long a copy being posted or edited is nobody else's business. */
const LEASE_MS = 30_000;
const MAX_WAIT_MS = HOUR_MS;
/** By this a posted copy is found again: invisible to people, kept by Slack with the message. */
const CARD_EVENT = 'payout_desk_card';
/** Slack's clock and ours may differ. */
const LOOK_EARLIER_MS = HOUR_MS;
/** A copy mended by a click is right; the same click may be delivered again and again meanwhile. */
const MENDED_FOR_MS = 10_000;
/** A version no request reaches; it fits a database's integer. */
const NEVER_BEHIND = 2 ** 31 - 1;

export interface ApprovalCards {
  /** Brings every copy up to date; returns Slack's word for why the request card could not be shown, if so. */
  sync(approvalId: string): Promise<string | undefined>;
  /** Takes note of a copy met by a click, so that it is edited like the others. */
  remember(approval: Approval, channelId: string, ts: string): Promise<void>;
  /** Where the request card stands, when it was posted. */
  place(approvalId: string): Promise<{ channelId: string; ts: string } | undefined>;
}

/** What a copy has to show now; undefined: nothing (yet). */
function render(copy: CardCopy, approval: Approval, now: number): Message | undefined {
  switch (copy.purpose) {
    case 'request':
      return approvalCard(approval, now);
    case 'outcome':
      // Whoever withdraws a request knows it.
      return ['pending', 'approved', 'executing', 'withdrawn'].includes(approval.status)
        ? undefined
        : requesterNotice(approval, now);
    case 'emergency':
      return approval.emergencyReason === undefined ? undefined : emergencyNotice(approval);
    case 'reminder':
      return approval.remindedAt === undefined || approval.status !== 'pending'
        ? undefined
        : reminderNotice(approval, now);
  }
}

export function createApprovalCards(desk: Desk, post: Post, log: Log): ApprovalCards {
  const { approvals, cards } = desk.store;
  /** When each copy was last mended by a click on this desk. */
  const mended = new Map<string, number>();

  /** Posts or edits one claimed copy and stores what came of it. */
  const show = async (
    copy: CardCopy,
    approval: Approval,
    requestTs: string | undefined,
  ): Promise<string | undefined> => {
    const done = {
      ...copy,
      shownVersion: approval.version,
      attempts: 0,
      nextAttemptAt: 0,
      problem: undefined,
    };
    const message = render(copy, approval, desk.clock());
    // A reminder and an announcement are said once; they do not change with the request.
    const saidAlready =
      copy.ts !== undefined && (copy.purpose === 'reminder' || copy.purpose === 'emergency');
    if (!message || saidAlready) {
      await cards.put(done);
      return undefined;
    }
    try {
      if (copy.ts) {
        await post.update({ channelId: copy.channelId, ts: copy.ts }, message);
        await cards.put(done);
      } else {
        const standing = copy.attempts > 1 ? await findPosted(copy, approval) : undefined;
        if (standing) {
          // An earlier attempt was cut off after Slack took it; what it shows may be older than the request.
          await cards.put({ ...copy, ts: standing, shownVersion: 0, nextAttemptAt: 0 });
          return undefined;
        }
        const thread =
          copy.purpose === 'reminder' && requestTs ? { threadTs: requestTs, broadcast: true } : {};
        const metadata = { event_type: CARD_EVENT, event_payload: { copy: copy.id } };
        const posted = await post.message(copy.channelId, message, { ...thread, metadata });
        await cards.put({ ...done, channelId: posted.channelId, ts: posted.ts });
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      return putOff(copy, approval, message, error.code);
    }
  };

  /** The message of an earlier attempt, when Slack shows it. */
  const findPosted = async (copy: CardCopy, approval: Approval): Promise<string | undefined> => {
    const found = await post.findOwn(copy.channelId, approval.requestedAt - LOOK_EARLIER_MS, {
      type: CARD_EVENT,
      is: (payload) => payload['copy'] === copy.id,
    });
    return found?.[0]?.ts;
  };

  const putOff = async (
    copy: CardCopy,
    approval: Approval,
    message: Message,
    code: string,
  ): Promise<string> => {
    const now = desk.clock();
    log.warn({ approvalId: approval.id, code, count: copy.attempts }, 'a card could not be shown');
    if (copy.ts && isMessageGone(code)) {
      await cards.put({ ...copy, shownVersion: NEVER_BEHIND, problem: code });
      return code;
    }
    // The requester is told by direct message where the place they asked in cannot be written to.
    if (copy.purpose === 'outcome' && !copy.ts && isPlaceClosed(code)) {
      try {
        const posted = await post.direct(approval.requestedBy, message);
        await cards.put({
          ...copy,
          ...posted,
          shownVersion: approval.version,
          attempts: 0,
          nextAttemptAt: 0,
          problem: undefined,
        });
        return code;
      } catch (error) {
        if (!(error instanceof SlackFailure)) throw error;
      }
    }
    const nextAttemptAt = now + Math.min(5_000 * 2 ** Math.min(copy.attempts - 1, 20), MAX_WAIT_MS);
    await cards.put({ ...copy, nextAttemptAt, problem: code });
    return code;
  };

  return {
    async sync(approvalId) {
      let problem: string | undefined;
      // The request may move on while a copy is being edited: go on until nothing that is due is behind.
      for (let rounds = 0; rounds < 10; rounds++) {
        const now = desk.clock();
        const behind = await cards.claim(approvalId, now, now + LEASE_MS);
        if (behind.length === 0) break;
        const approval = await approvals.find(approvalId);
        if (!approval) break;
        const requestTs = (await cards.of(approvalId)).find((copy) => copy.purpose === 'request')?.ts;
        for (const copy of behind) {
          const failed = await show(copy, approval, requestTs);
          if (copy.purpose === 'request') problem = failed;
        }
      }
      return problem;
    },
    async remember(approval, channelId, ts) {
      const known = await cards.of(approval.id);
      const copy = known.find((card) => card.channelId === channelId && card.ts === ts);
      // A copy whose buttons were just pressed may have missed an edit: show it again from the start.
      const next = copy ?? freshCopy(desk.newId(), approval.id, 'request', channelId);
      if (approval.status === 'pending' && copy) return;
      const key = `${approval.id} ${approval.version} ${ts}`;
      const now = desk.clock();
      if (now - (mended.get(key) ?? -Infinity) < MENDED_FOR_MS) return;
      for (const [other, at] of mended) if (now - at >= MENDED_FOR_MS) mended.delete(other);
      mended.set(key, now);
      try {
        await cards.put({ ...next, ts, shownVersion: 0, nextAttemptAt: 0 });
      } catch (error) {
        mended.delete(key);
        throw error;
      }
    },
    async place(approvalId) {
      const card = (await cards.of(approvalId)).find((copy) => copy.purpose === 'request' && copy.ts);
      return card?.ts ? { channelId: card.channelId, ts: card.ts } : undefined;
    },
  };
}
