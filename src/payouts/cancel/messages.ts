/** Owns the outbox rows of a step: which Slack messages it adds, and to whom they go. */

import { isPayoutDeskError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { approversToNotify, deputiesToTell } from './approvers.ts';
import type { CardCopy } from './ports.ts';
import type { MessagePurpose, NewRequest, Question, Step, StepMessage } from './request.ts';

/** A direct message each to more people than this would be noise, and half an hour of Slack's rate limit. */
const APPROVERS_TOLD = 50;

/** Returns the rows of a step's messages, none of them posted yet; `request` is any one of its batch. */
export async function outboxRows(
  deps: Deps,
  request: NewRequest,
  messages: readonly StepMessage[],
): Promise<CardCopy[]> {
  const { approvalChannel, approversNotify } = deps.settings;
  const isDirect = approversNotify === 'dm' || approversNotify === 'both';
  const rows: CardCopy[] = [];
  // One ID for each purpose and place, so that a step that comes twice adds a message once.
  const add = (purpose: MessagePurpose, channelId: string, which = ''): void => {
    const { batchId } = request;
    rows.push(freshCopy(copyId(batchId, purpose, channelId) + which, batchId, purpose, channelId));
  };
  for (const message of messages) {
    switch (message) {
      case 'request':
        add('request', approvalChannel);
        if (isDirect) for (const userId of await approversToTell(deps, request)) add('approver', userId);
        break;
      case 'nudge':
        add('nudge', approvalChannel);
        if (isDirect) await addDirectNudges(deps, request, add);
        break;
      case 'deputies':
        add('deputies', approvalChannel);
        for (const userId of isDirect ? await deputiesToTell(deps, request, deps.clock()) : [])
          add('approver', userId);
        break;
      case 'administrators':
        add('administrators', approvalChannel);
        break;
      case 'emergency':
        add('emergency', approvalChannel);
        break;
      case 'outcome':
        // What was requested in private is answered in private, never in the channel where it was typed.
        add('outcome', request.requestedBy);
        break;
      case 'question':
        for (const { id } of request.questions.slice(-1)) {
          add('question', approvalChannel, ` ${id}`);
          add('question', request.requestedBy, ` ${id}`);
        }
        break;
    }
  }
  return rows;
}

/** Returns the rows that follow from where the requests were made: one for each shared card whose link has an outcome. */
export function sharedRows(steps: readonly Pick<Step, 'next' | 'messages'>[]): CardCopy[] {
  return steps.flatMap(({ next: { batchId, sharedIn }, messages }) =>
    sharedIn && messages.includes('outcome')
      ? [freshCopy(`${batchId} thread ${sharedIn.channelId}`, batchId, 'thread', sharedIn.channelId)]
      : [],
  );
}

/** Returns which question of the request this message is about. */
export function questionOf({ id }: CardCopy, questions: readonly Question[]): Question | undefined {
  return questions.find((question) => id.endsWith(` ${question.id}`));
}

/** Nudges those who were told of the request, also while Slack does not tell who is in a group; deputies of the others. */
async function addDirectNudges(
  deps: Deps,
  request: NewRequest,
  add: (purpose: MessagePurpose, channelId: string) => void,
): Promise<void> {
  const { away, deputies } = await approversToNotify(deps, request, deps.clock());
  const ofAway = new Set([...away].map((userId) => copyId(request.batchId, 'approver', userId)));
  const told = (await deps.store.cards.of(request.batchId)).filter(({ purpose }) => purpose === 'approver');
  for (const { id, channelId } of told) if (!ofAway.has(id)) add('nudge', channelId);
  const known = new Set(told.map(({ id }) => id));
  for (const userId of deputies)
    if (!known.has(copyId(request.batchId, 'approver', userId))) add('approver', userId);
}

/** Everybody who may approve, members of groups and deputies included, but never the requester nor who is away. */
async function approversToTell(deps: Deps, request: NewRequest): Promise<string[]> {
  const { users, groups, away } = await approversToNotify(deps, request, deps.clock());
  const people = new Set(users);
  for (const group of groups) {
    try {
      for (const member of await deps.directory.groupMembers(group))
        if (!away.has(member)) people.add(member);
    } catch (error) {
      // The card is in the channel anyway; the request must not fail for this.
      if (!isPayoutDeskError(error)) throw error;
    }
  }
  people.delete(request.requestedBy);
  return [...people].slice(0, APPROVERS_TOLD);
}

/** The place of a direct message is the person’s ID, also once it was posted. */
function copyId(batchId: string, purpose: MessagePurpose, place: string): string {
  return `${batchId} ${purpose} ${place}`;
}

/** A message that was not posted yet and is due at once. */
export function freshCopy(
  id: string,
  cancelRequestId: string,
  purpose: MessagePurpose,
  channelId: string,
): CardCopy {
  const unposted = { ts: undefined, shownVersion: 0, attempts: 0, nextAttemptAt: 0, problem: undefined };
  return { id, cancelRequestId, purpose, channelId, ...unposted };
}
