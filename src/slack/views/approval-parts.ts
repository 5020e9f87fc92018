/** Owns the pieces that messages about a cancel request share: its facts, its buttons, its footer. */

import type { Button, KnownBlock } from '@slack/web-api';
import type { CancelRequest } from '../../payouts/cancel/request.ts';
import { formatRupees } from '../../payouts/money.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { button, confirm, context, type Pair, plain, section } from '../block-kit/blocks.ts';
import {
  at,
  type Mrkdwn,
  md,
  person,
  rupees,
  fallback,
  type FallbackText,
  spokenText,
} from '../block-kit/text.ts';
import { voteLine, voters } from './approval-words.ts';
import { atAndAgo, contactLines, dotted, environmentTag, spokenWho, who } from './parts.ts';

/** Who a posted card speaks to and of. */
export interface Audience {
  /** Mentions of those who may decide; undefined: nobody is notified by a mention. */
  approvers?: Mrkdwn | undefined;
  /** The requester's name as Slack tells it, shown without notifying the one person who may not decide. */
  requester?: string | undefined;
}

/** What the request is about. */
export function requestFacts(
  request: CancelRequest,
  now: number,
  { requester }: Audience = {},
): (Pair | undefined)[] {
  const asked = at(request.requestedAt);
  const expires = request.linkExpiresAt;
  return [
    [md`Recipient`, plain(...contactLines(request.contact))],
    [md`Purpose`, plain(request.purpose)],
    [expires !== undefined && expires <= now ? md`Link expired` : md`Link expires`, atAndAgo(expires, now)],
    [md`Link ID`, plain(request.linkId)],
    [md`Requested by`, requester ? plain([requester, asked]) : md`${person(request.requestedBy)}, ${asked}`],
    [md`Reason`, plain(request.reason)],
    request.approvalsRequired > 1 ? [md`Approvals`, voteLine(request)] : undefined,
    request.voidApprovals.length > 0
      ? [md`Not counted`, md`${voters(request.voidApprovals)}: no longer an approver`]
      : undefined,
    request.emergencyReason ? [md`Break glass`, plain(request.emergencyReason)] : undefined,
  ];
}

/** The request's number as people say it: C-1042. */
export function formatRequestNumber({ number }: CancelRequest): Mrkdwn {
  return md`C-${number}`;
}

/** Which request, where, and the ID that InstantPay's support asks for (R19). */
export function requestFooter(request: CancelRequest): KnownBlock {
  const { ipayUuid } = request;
  return context(
    dotted(md`Request ${formatRequestNumber(request)}`, environmentTag(request.environment)),
    plain([ipayUuid && `InstantPay request ${ipayUuid}`]),
  );
}

/** InstantPay's or a person's words, as words. */
export function quoted(text: string | undefined): KnownBlock[] {
  return text ? [section(plain(`“${text}”`))] : [];
}

/** `Approve` and `Reject`, and `Break glass` where the desk has it; wherever they stand they ask first, with the amount and the link: `Approve` in a dialog, the others in their form. */
export function decisionButtons(request: CancelRequest): Button[] {
  const value = request.id;
  const amount = formatRupees(request.amountPaise);
  const about = `${amount}, link ${request.linkId}`;
  const lines = [amountAndName(request), `Link ${request.linkId}`];
  const last = request.approvals.length + 1 >= request.approvalsRequired;
  return [
    button({
      label: 'Approve',
      action: ACTION_IDS.approvalApprove,
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
      action: ACTION_IDS.approvalReject,
      value,
      style: 'danger',
      spoken: `Reject: ${about}`,
    }),
    ...(request.emergencyAllowed
      ? [
          button({
            label: 'Break glass',
            action: ACTION_IDS.approvalEmergency,
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
export function withdrawButton(request: CancelRequest): Button {
  const amount = formatRupees(request.amountPaise);
  return button({
    label: 'Withdraw',
    action: ACTION_IDS.approvalWithdraw,
    value: request.id,
    spoken: `Withdraw: ${amount}, link ${request.linkId}`,
    confirm: confirm({
      title: 'Withdraw your request?',
      lines: [`${amount}, link ${request.linkId}`, 'The link stays as it is; you can ask again.'],
      yes: 'Withdraw',
      no: 'Keep it',
      style: 'danger',
    }),
  });
}

export function showButton(request: CancelRequest): Button {
  return button({ label: 'Show request', action: ACTION_IDS.approvalShow, value: request.id });
}

/** The requester in a summary, by name where a mention would notify them. */
export function spokenRequester(request: CancelRequest, { requester }: Audience = {}): FallbackText {
  return requester ? spokenText(requester, 60) : person(request.requestedBy);
}

/** Amount and recipient of the request in plain text, for titles. */
export function amountAndName(request: CancelRequest): string {
  return `${formatRupees(request.amountPaise)} to ${clipName(who(request.contact))}`;
}

/** A short line of text on the request, for lists of them. */
export function spokenRequest(request: CancelRequest): FallbackText {
  return fallback`${rupees(request.amountPaise)} to ${spokenWho(request.contact)}, link ${spokenText(request.linkId, 30)}`;
}
