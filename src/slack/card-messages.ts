/** Owns what each copy of a cancel request shows, and whom a posted one notifies. */

import type { Approval } from '../payouts/cancel/request.ts';
import type { Desk } from '../payouts/desk.ts';
import type { CardCopy } from '../payouts/ports.ts';
import type { Message } from './block-kit/blocks.ts';
import { joinMd, type Mrkdwn, person, userGroup } from './block-kit/text.ts';
import { approvalCard, emergencyNotice, reminderNotice, requesterNotice } from './views/approval-card.ts';
import type { Audience } from './views/approval-parts.ts';

/** A mention is some twelve characters; more would not fit one block. */
const MENTIONED = 100;

/** What a copy has to show now; undefined: nothing (yet). */
export async function cardMessage(
  desk: Desk,
  copy: CardCopy,
  approval: Approval,
): Promise<Message | undefined> {
  const now = desk.clock();
  const pending = approval.status === 'pending';
  switch (copy.purpose) {
    case 'request':
      return approvalCard(approval, now, await audienceOf(desk, approval));
    case 'approver':
      // Nobody is called to a decision that was made before the message went out.
      if (!pending && copy.ts === undefined) return undefined;
      return approvalCard(approval, now, { requester: await requesterOf(desk, approval) });
    case 'outcome':
      // Whoever withdraws a request knows it.
      return ['pending', 'approved', 'executing', 'withdrawn'].includes(approval.status)
        ? undefined
        : requesterNotice(approval, now);
    case 'emergency':
      return approval.emergencyReason === undefined
        ? undefined
        : emergencyNotice(approval, { requester: await desk.directory.name(approval.requestedBy) });
    case 'reminder': {
      if (approval.remindedAt === undefined || !pending) return undefined;
      const direct = copy.channelId !== desk.settings.approvalChannel;
      return reminderNotice(
        approval,
        now,
        direct ? { requester: await requesterOf(desk, approval) } : await audienceOf(desk, approval),
      );
    }
  }
}

async function audienceOf(desk: Desk, approval: Approval): Promise<Audience> {
  // Who decides matters only as long as there is something to decide; so does not waking the requester.
  if (approval.status !== 'pending') return {};
  const [approvers, requester] = await Promise.all([
    approversOf(desk, approval),
    requesterOf(desk, approval),
  ]);
  return { approvers, requester };
}

async function requesterOf(desk: Desk, { requestedBy, status }: Approval): Promise<string | undefined> {
  return status === 'pending' ? desk.directory.name(requestedBy) : undefined;
}

/** Mentions of the approvers, as APPROVERS_NOTIFY says; never of the requester, who may not decide. */
async function approversOf(desk: Desk, approval: Approval): Promise<Mrkdwn | undefined> {
  const { policy, settings } = desk;
  const { users, groups } = policy.approve;
  if (settings.approversNotify === 'none') return undefined;
  // Members of a group that Slack does not tell got no direct message, so their group is mentioned instead.
  const isDirect = settings.approversNotify === 'dm';
  const called = isDirect ? await unreadable(desk, groups) : groups;
  const people = isDirect ? [] : [...users].filter((userId) => userId !== approval.requestedBy);
  const mentions = [...called.map(userGroup), ...people.map(person)].slice(0, MENTIONED);
  return mentions.length === 0 ? undefined : joinMd(mentions, ' ');
}

async function unreadable({ directory }: Desk, groups: readonly string[]): Promise<string[]> {
  const read = await Promise.allSettled(groups.map((group) => directory.groupMembers(group)));
  return groups.filter((_group, index) => read[index]?.status === 'rejected');
}
