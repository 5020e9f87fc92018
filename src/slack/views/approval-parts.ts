/** Owns the pieces that messages about a cancellation request share: its facts, its buttons, its footer. */

import type { Button, KnownBlock, SectionBlock } from '@slack/web-api';
import type { CancelRequest } from '../../payouts/cancel/request.ts';
import { formatRupees } from '../../payouts/money.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { button, confirm, context, type Pair, pairs, plain, section } from '../block-kit/blocks.ts';
import {
  asOf,
  clip,
  fallback,
  type FallbackText,
  type Mrkdwn,
  md,
  person,
  rupees,
  fallbackText,
  when,
} from '../block-kit/text.ts';
import { approvalsLine, approvers } from './approval-words.ts';
import { atAndAgo, contactLines, dotted, environmentTag, requestId, fallbackWho, who } from './parts.ts';

/** Whom a posted card mentions and names. */
export interface Audience {
  /** Mentions of the approvers; undefined: nobody is notified by a mention. */
  approvers?: Mrkdwn | undefined;
  /** The requester's name in Slack: a mention would notify the one person who may not decide. */
  requester?: string | undefined;
}

/** Behind approvers whose approval no longer counts. */
export const NO_LONGER_APPROVER = md`no longer an approver`;

/** What the dialog of `Approve` says while more approvals are needed. */
export const ANOTHER_APPROVAL = 'Another approval is needed before the link is cancelled.';

/** What the request is about. */
export function requestFacts(
  request: CancelRequest,
  now: number,
  { requester }: Audience = {},
): (Pair | undefined)[] {
  const requestedAt = when(request.requestedAt, now);
  const expires = request.linkExpiresAt;
  return [
    [md`Recipient`, plain(...contactLines(request.contact))],
    [md`Purpose`, plain(request.purpose)],
    [expires !== undefined && expires <= now ? md`Link expired` : md`Link expires`, atAndAgo(expires, now)],
    [md`Link ID`, plain(request.linkId)],
    [
      md`Requested by`,
      requester ? plain([requester, requestedAt]) : md`${person(request.requestedBy)}, ${requestedAt}`,
    ],
    [md`Reason`, plain(request.reason)],
    request.approvalsRequired > 1 ? [md`Approvals`, approvalsLine(request)] : undefined,
    request.voidApprovals.length > 0
      ? [md`Not counted`, md`${approvers(request.voidApprovals)}: ${NO_LONGER_APPROVER}`]
      : undefined,
    request.emergencyReason ? [md`Emergency approval`, plain(request.emergencyReason)] : undefined,
  ];
}

/** The request's number as people say it: C-1042. */
export function formatRequestNumber({ number }: CancelRequest): Mrkdwn {
  return md`C-${number}`;
}

/** "Request C-1042", for footers and fallback texts. */
export function fallbackNumber(request: CancelRequest): Mrkdwn {
  return md`Request ${formatRequestNumber(request)}`;
}

/** The link and the reason, for messages that follow the card. */
export function requestSummary(request: CancelRequest, reason = md`Reason`): SectionBlock[] {
  return pairs([
    [md`Link`, plain([who(request.contact)], request.purpose, request.linkId)],
    [reason, plain(request.reason)],
  ]);
}

/** InstantPay's request ID is shown only where its support may be asked (R19). */
function needsSupport({ status, outcome }: CancelRequest): boolean {
  if (status === 'unknown' || status === 'unresolved') return true;
  return status === 'refused' && outcome?.kind === 'instantpay_refused';
}

/** The environment, the request's ID, and when this was shown: the one place of a message that says IST. */
export function requestFooter(request: CancelRequest, now: number): KnownBlock {
  return context(
    dotted(environmentTag(request.environment), fallbackNumber(request), asOf(now)),
    needsSupport(request) ? requestId(request.ipayUuid) : undefined,
  );
}

/** InstantPay's or a person's words, in quotation marks. */
export function quoted(text: string | undefined): KnownBlock[] {
  return text ? [section(plain(`“${text}”`))] : [];
}

/** The button, its form and the announcement: one administrator approves without the others. */
export const EMERGENCY_APPROVAL = 'Emergency approval';

/**
 * `Approve` and `Reject`, and `Emergency approval` where it is turned on. Each asks first, naming the amount and the
 * link: `Approve` in a dialog, the others in their form.
 */
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
      accessibilityLabel: `Approve: ${about}`,
      confirm: confirm({
        title: 'Approve this cancellation?',
        lines: [
          ...lines,
          last ? 'The link is checked again and then cancelled. This cannot be undone.' : ANOTHER_APPROVAL,
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
      accessibilityLabel: `Reject: ${about}`,
    }),
    ...(request.emergencyAllowed
      ? [
          button({
            label: EMERGENCY_APPROVAL,
            action: ACTION_IDS.approvalEmergency,
            value,
            accessibilityLabel: `${EMERGENCY_APPROVAL}: ${about}`,
          }),
        ]
      : []),
  ];
}

/** A dialog has 300 characters: the name must not push the link out of it. */
const NAME_LENGTH = 80;

/** The requester takes the request back while it is pending. */
export function withdrawButton(request: CancelRequest): Button {
  const amount = formatRupees(request.amountPaise);
  return button({
    label: 'Withdraw',
    action: ACTION_IDS.approvalWithdraw,
    value: request.id,
    accessibilityLabel: `Withdraw: ${amount}, link ${request.linkId}`,
    confirm: confirm({
      title: 'Withdraw this request?',
      lines: [
        amountAndName(request),
        `Link ${request.linkId}`,
        'The link stays active. You can submit a new request.',
      ],
      yes: 'Withdraw',
      no: 'Keep it',
      style: 'danger',
    }),
  });
}

export function showButton(request: CancelRequest): Button {
  return button({ label: 'Show request', action: ACTION_IDS.approvalShow, value: request.id });
}

/** The requester in a fallback text: by name where a mention would notify them. */
export function fallbackRequester(request: CancelRequest, { requester }: Audience = {}): FallbackText {
  return requester ? fallbackText(requester, 60) : person(request.requestedBy);
}

/** Amount and recipient of the request in plain text, for titles. */
export function amountAndName(request: CancelRequest): string {
  return `${formatRupees(request.amountPaise)} to ${clip(who(request.contact), NAME_LENGTH)}`;
}

/** "₹2,50,000.00 to Asha Rao": how every fallback text begins. */
export function fallbackAmount(request: CancelRequest): FallbackText {
  return fallback`${rupees(request.amountPaise)} to ${fallbackWho(request.contact)}`;
}
