/** Owns the pieces that messages about a cancel request share: its facts, its buttons, its footer. */

import type { Button, KnownBlock } from '@slack/web-api';
import type { Approval } from '../../payouts/cancel/request.ts';
import { formatRupees } from '../../payouts/money.ts';
import { ACTIONS } from '../block-kit/actions.ts';
import { button, confirm, context, type Pair, plain, section } from '../block-kit/blocks.ts';
import { at, type Mrkdwn, md, person, rupees, say, type Spoken, spokenText } from '../block-kit/text.ts';
import { voteLine, voters } from './approval-words.ts';
import { atAndAgo, contactLines, environmentTag, spokenWho, who } from './parts.ts';

/** Who a posted card speaks to and of. */
export interface Audience {
  /** Mentions of those who may decide; undefined: nobody is notified by a mention. */
  approvers?: Mrkdwn | undefined;
  /** The requester's name as Slack tells it, shown without notifying the one person who may not decide. */
  requester?: string | undefined;
}

/** What the request is about. */
export function requestFacts(
  approval: Approval,
  now: number,
  { requester }: Audience = {},
): (Pair | undefined)[] {
  const asked = at(approval.requestedAt);
  const expires = approval.linkExpiresAt;
  return [
    [md`Recipient`, plain(...contactLines(approval.contact))],
    [md`Purpose`, plain(approval.purpose)],
    [expires !== undefined && expires <= now ? md`Link expired` : md`Link expires`, atAndAgo(expires, now)],
    [md`Link ID`, plain(approval.linkId)],
    [md`Requested by`, requester ? plain([requester, asked]) : md`${person(approval.requestedBy)}, ${asked}`],
    [md`Reason`, plain(approval.reason)],
    approval.approvalsRequired > 1 ? [md`Approvals`, voteLine(approval)] : undefined,
    approval.voidVotes.length > 0
      ? [md`Not counted`, md`${voters(approval.voidVotes)}: no longer an approver`]
      : undefined,
    approval.emergencyReason ? [md`Break glass`, plain(approval.emergencyReason)] : undefined,
  ];
}

/** Where, and the ids that support asks for (R19). */
export function requestFooter(approval: Approval): KnownBlock {
  const { ipayUuid } = approval;
  const ids = [ipayUuid && `InstantPay request ${ipayUuid}`, `Cancel request ${approval.id}`];
  return context(environmentTag(approval.environment), plain(ids.map((id) => id || undefined)));
}

/** InstantPay's or a person's words, as words. */
export function quoted(text: string | undefined): KnownBlock[] {
  return text ? [section(plain(`“${text}”`))] : [];
}

/** `Approve` and `Reject`, and `Break glass` where the desk has it; wherever they stand they ask first, with the amount and the link: `Approve` in a dialog, the others in their form. */
export function decisionButtons(approval: Approval): Button[] {
  const value = approval.id;
  const amount = formatRupees(approval.amountPaise);
  const about = `${amount}, link ${approval.linkId}`;
  const lines = [amountAndName(approval), `Link ${approval.linkId}`];
  const last = approval.votes.length + 1 >= approval.approvalsRequired;
  return [
    button({
      label: 'Approve',
      action: ACTIONS.approvalApprove,
      value,
      style: 'primary',
      spoken: `Approve: ${about}`,
      confirm: confirm({
        title: 'Approve this cancel?',
        lines: [
          ...lines,
          last
            ? 'The link is checked once more and then cancelled. This cannot be undone.'
            : 'One more approver is needed before it is cancelled.',
        ],
        yes: 'Approve',
        no: 'Not now',
        style: 'primary',
      }),
    }),
    button({
      label: 'Reject',
      action: ACTIONS.approvalReject,
      value,
      style: 'danger',
      spoken: `Reject: ${about}`,
    }),
    ...(approval.emergencyAllowed
      ? [
          button({
            label: 'Break glass',
            action: ACTIONS.approvalBreakGlass,
            value,
            spoken: `Break glass: approve alone, ${about}`,
          }),
        ]
      : []),
  ];
}

// A dialog has 300 characters; the name must not push the link out of it.
const clipName = (name: string): string => (name.length > 80 ? `${name.slice(0, 79)}…` : name);

/** The requester's own way out while nobody has decided. */
export function withdrawButton(approval: Approval): Button {
  const amount = formatRupees(approval.amountPaise);
  return button({
    label: 'Withdraw',
    action: ACTIONS.approvalWithdraw,
    value: approval.id,
    spoken: `Withdraw: ${amount}, link ${approval.linkId}`,
    confirm: confirm({
      title: 'Withdraw your request?',
      lines: [`${amount}, link ${approval.linkId}`, 'The link stays as it is; you can ask again.'],
      yes: 'Withdraw',
      no: 'Keep it',
      style: 'danger',
    }),
  });
}

export function showButton(approval: Approval): Button {
  return button({ label: 'Show request', action: ACTIONS.approvalShow, value: approval.id });
}

/** The requester in a summary, by name where a mention would notify them. */
export function spokenRequester(approval: Approval, { requester }: Audience = {}): Spoken {
  return requester ? spokenText(requester, 60) : person(approval.requestedBy);
}

/** Amount and recipient of the request in plain text, for titles. */
export function amountAndName(approval: Approval): string {
  return `${formatRupees(approval.amountPaise)} to ${clipName(who(approval.contact))}`;
}

/** A short line of text on the request, for lists of them. */
export function spokenRequest(approval: Approval): Spoken {
  return say`${rupees(approval.amountPaise)} to ${spokenWho(approval.contact)}, link ${spokenText(approval.linkId, 30)}`;
}
