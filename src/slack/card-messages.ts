/** Owns what each message about a cancel request shows, and whom it notifies. */

import { approversToNotify, deputiesToTell } from '../payouts/cancel/approvers.ts';
import { type Batch, isPending, pendingOf } from '../payouts/cancel/batch.ts';
import { type CancelRequest, isIn } from '../payouts/cancel/request.ts';
import { questionOf } from '../payouts/cancel/messages.ts';
import { questionsOf } from '../payouts/cancel/question.ts';
import type { Deps } from '../payouts/deps.ts';
import type { CardCopy } from '../payouts/cancel/ports.ts';
import type { Message } from './block-kit/blocks.ts';
import type { CardWork } from './card-duplicates.ts';
import { joinMd, type Mrkdwn, person, userGroup } from './block-kit/text.ts';
import { approvalCard, approvalNudge, emergencyNotice, requesterNotice } from './views/approval-card.ts';
import { approvalEscalation } from './views/approval-escalation.ts';
import { questionNotice, questionPost, sharedOutcome } from './views/approval-thread.ts';
import type { Audience } from './views/approval-parts.ts';

/** A mention is some twelve characters; more would not fit one block. */
const MENTIONED = 100;

/** What a message has to show now; undefined: nothing, or nothing new. */
export async function cardMessage(
  work: Pick<CardWork, 'deps' | 'messenger'>,
  copy: CardCopy,
  batch: Batch,
): Promise<Message | undefined> {
  const { deps } = work;
  const now = deps.clock();
  const pending = isPending(batch);
  switch (copy.purpose) {
    case 'request':
      return approvalCard(batch, now, { ...(await audienceOf(deps, batch)), hasThread: true });
    case 'approver':
      // Nobody is called to a decision that was made before the message went out.
      if (!pending && copy.ts === undefined) return undefined;
      // Who administers may change while it stands: the emergency approval is offered on the channel's card alone.
      return approvalCard(batch, now, {
        requester: await requesterOf(deps, batch),
        offers: (permission) => permission !== 'administer',
      });
    case 'outcome':
      // One message for all links, once each one's outcome is there or not confirmed. An outcome was unknown until the
      // replica that made the call said that nothing was sent.
      return isMoving(batch) ? undefined : requesterNotice(batch, now);
    case 'thread': {
      const request = batch.requests.find(({ sharedIn }) => sharedIn !== undefined);
      return request && !isMoving({ requests: [request] }) ? sharedOutcome(request, now) : undefined;
    }
    case 'question':
      return questionMessage(work, copy, batch);
    case 'emergency':
      return emergencyNotice(batch, now, {
        requester: await deps.directory.name(batch.requests[0].requestedBy),
      });
    case 'nudge': {
      // Decided before it went out.
      if (!pending) return undefined;
      const direct = copy.channelId !== deps.settings.approvalChannel;
      return approvalNudge(
        batch,
        now,
        direct ? { requester: await requesterOf(deps, batch) } : await audienceOf(deps, batch),
      );
    }
    case 'deputies':
    case 'administrators': {
      if (!pending) return undefined;
      const called = await escalatedTo(deps, waitingOf(batch), copy.purpose);
      return approvalEscalation(batch, now, {
        to: copy.purpose,
        called,
        requester: await requesterOf(deps, batch),
      });
    }
  }
}

async function questionMessage(
  { deps, messenger }: Pick<CardWork, 'deps' | 'messenger'>,
  copy: CardCopy,
  batch: Batch,
): Promise<Message | undefined> {
  const question = questionOf(copy, questionsOf(batch));
  if (!question) return undefined;
  const now = deps.clock();
  if (copy.channelId === deps.settings.approvalChannel) return questionPost(batch, question, now);
  const card = (await deps.store.cards.of(batch.id)).find(({ purpose }) => purpose === 'request');
  const cardLink = card?.ts && (await messenger.permalink({ channelId: card.channelId, ts: card.ts }));
  return questionNotice(batch, question, { now, cardLink: cardLink || undefined });
}

/** A link waits for its decision or its call. */
function isMoving({ requests }: Pick<Batch, 'requests'>): boolean {
  return requests.some((request) => isIn(request, 'pending', 'approved', 'executing'));
}

async function audienceOf(deps: Deps, batch: Batch): Promise<Audience> {
  // Who decides matters only as long as there is something to decide; so does not waking the requester.
  if (!isPending(batch)) return {};
  const [approvers, requester] = await Promise.all([approversOf(deps, batch), requesterOf(deps, batch)]);
  return { approvers, requester };
}

async function requesterOf(deps: Deps, batch: Batch): Promise<string | undefined> {
  return isPending(batch) ? deps.directory.name(batch.requests[0].requestedBy) : undefined;
}

/** Those that wait agree in who decides on them. */
function waitingOf(batch: Batch): CancelRequest {
  return pendingOf(batch)[0] ?? batch.requests[0];
}

/** Mentions of the approvers, as APPROVERS_NOTIFY says; never of the requester, who may not decide. */
async function approversOf(deps: Deps, batch: Batch): Promise<Mrkdwn | undefined> {
  const { settings } = deps;
  const { users, groups } = await approversToNotify(deps, waitingOf(batch), deps.clock());
  if (settings.approversNotify === 'none') return undefined;
  // Members of a group that Slack does not tell got no direct message, so their group is mentioned instead.
  const isDirect = settings.approversNotify === 'dm';
  const called = isDirect ? await unreadable(deps, groups) : groups;
  return mentionsOf(isDirect ? [] : users, called);
}

function mentionsOf(users: readonly string[], groups: readonly string[]): Mrkdwn | undefined {
  const mentions = [...groups.map(userGroup), ...users.map(person)].slice(0, MENTIONED);
  return mentions.length === 0 ? undefined : joinMd(mentions, ' ');
}

/** Mentions of those who are told that nobody decided: deputies who got no card by direct message, administrators always. */
async function escalatedTo(
  deps: Deps,
  request: CancelRequest,
  to: 'deputies' | 'administrators',
): Promise<Mrkdwn | undefined> {
  const { approversNotify } = deps.settings;
  if (approversNotify === 'none') return undefined;
  if (to === 'deputies')
    return approversNotify === 'dm'
      ? undefined
      : mentionsOf(await deputiesToTell(deps, request, deps.clock()), []);
  const { users, groups } = deps.policy.administer;
  return mentionsOf([...users], groups);
}

async function unreadable({ directory }: Deps, groups: readonly string[]): Promise<string[]> {
  const read = await Promise.allSettled(groups.map((group) => directory.groupMembers(group)));
  return groups.filter((_group, index) => read[index]?.status === 'rejected');
}
