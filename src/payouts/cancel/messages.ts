/** Owns which messages a cancel request needs, and to whom they go. */

import { isPayoutDeskError } from '../../errors.ts';
import type { NewRequest } from './request.ts';
import type { Deps } from '../deps.ts';
import type { CardCopy } from './ports.ts';

/** A direct message each to more people than this would be noise, and half an hour of Slack's rate limit. */
const APPROVERS_TOLD = 50;

/** The messages a request needs or may come to need: none of them posted yet. */
export async function copiesOf(deps: Deps, request: NewRequest): Promise<CardCopy[]> {
  const { approvalChannel, approversNotify } = deps.settings;
  const copy = (purpose: CardCopy['purpose'], place: string) =>
    freshCopy(deps.newId(), request.id, purpose, place);
  const told =
    approversNotify === 'dm' || approversNotify === 'both' ? await approversToTell(deps, request) : [];
  return [
    copy('request', approvalChannel),
    // What was asked in private is answered in private, never in the channel where it was typed.
    copy('outcome', request.requestedBy),
    copy('reminder', approvalChannel),
    copy('emergency', approvalChannel),
    ...told.flatMap((userId) => [copy('approver', userId), copy('reminder', userId)]),
  ];
}

/** Everybody who may approve, members of groups included, but never the requester. */
async function approversToTell({ policy, directory }: Deps, request: NewRequest): Promise<string[]> {
  const people = new Set(policy.approve.users);
  for (const group of policy.approve.groups) {
    try {
      for (const member of await directory.groupMembers(group)) people.add(member);
    } catch (error) {
      // The card stands in the channel all the same; the request must not fail for this.
      if (!isPayoutDeskError(error)) throw error;
    }
  }
  people.delete(request.requestedBy);
  return [...people].slice(0, APPROVERS_TOLD);
}

/** A copy that was not posted yet and is due at once. */
export function freshCopy(
  id: string,
  cancelRequestId: string,
  purpose: CardCopy['purpose'],
  channelId: string,
): CardCopy {
  const unposted = { ts: undefined, shownVersion: 0, attempts: 0, nextAttemptAt: 0, problem: undefined };
  return { id, cancelRequestId, purpose, channelId, ...unposted };
}
