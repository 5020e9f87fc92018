/** Owns the pieces that messages about a cancellation request share: its facts, its buttons, its footer. */

import type { Button, KnownBlock, SectionBlock } from '@slack/web-api';
import { type Batch, pendingOf, totalPaise } from '../../payouts/cancel/batch.ts';
import type { CancelRequest } from '../../payouts/cancel/request.ts';
import { formatRupees } from '../../payouts/money.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { button, confirm, context, pairs, plain, section } from '../block-kit/blocks.ts';
import {
  asOf,
  clip,
  count,
  fallback,
  type FallbackText,
  type Mrkdwn,
  md,
  person,
  rupees,
  fallbackText,
} from '../block-kit/text.ts';
import { OFFER_ALL, type Offers } from './offers.ts';
import { dotted, environmentTag, requestId, fallbackWho, who } from './parts.ts';

/** Whom a posted card mentions and names. */
export interface Audience {
  /** Mentions of the approvers; undefined: nobody is notified by a mention. */
  approvers?: Mrkdwn | undefined;
  /** The requester's name in Slack: a mention would notify the one person who may not decide. */
  requester?: string | undefined;
  /** Replies in its thread reach all who decide; those to a direct message reach nobody. */
  hasThread?: boolean;
  /** What the reader of a private copy may do; default everything, since many read the others. */
  offers?: Offers;
}

/** Behind approvers whose approval no longer counts. */
export const NO_LONGER_APPROVER = md`no longer an approver`;

/** What the dialog of `Approve` says while more approvals are needed. */
export const ANOTHER_APPROVAL = 'Another approval is needed before the link is cancelled.';
const ANOTHER_APPROVAL_OF_SEVERAL = 'Another approval is needed before the selected links are cancelled.';

/** The request's number as people say it: C-1042. */
export function formatRequestNumber({ number }: Pick<Batch, 'number'>): Mrkdwn {
  return md`C-${number}`;
}

/** "Request C-1042", for footers and fallback texts. */
export function fallbackNumber(request: Pick<Batch, 'number'>): Mrkdwn {
  return md`Request ${formatRequestNumber(request)}`;
}

/** The link and the reason, for messages that follow the card. */
export function requestSummary({ requests }: Batch, reason = md`Reason`): SectionBlock[] {
  const [request] = requests;
  return pairs([
    requests.length === 1
      ? [md`Link`, plain([who(request.contact)], request.purpose, request.linkId)]
      : undefined,
    [reason, plain(request.reason)],
  ]);
}

/** InstantPay's request ID is shown only where its support may be asked (R19). */
export function needsSupport({ status, outcome }: CancelRequest): boolean {
  if (status === 'unknown' || status === 'unresolved') return true;
  return status === 'refused' && outcome?.kind === 'instantpay_refused';
}

/** The environment, the request's ID, and when this was shown: the one place of a message that says IST. */
export function requestFooter({ number, requests }: Batch, now: number): KnownBlock {
  const [request] = requests;
  return context(
    dotted(environmentTag(request.environment), fallbackNumber({ number }), asOf(now)),
    requests.length === 1 && needsSupport(request) ? requestId(request.ipayUuid) : undefined,
  );
}

/** InstantPay's or a person's words, in quotation marks. */
export function quoted(text: string | undefined): KnownBlock[] {
  return text ? [section(plain(`“${text}”`))] : [];
}

/** The button and its form. */
export const ASK_REQUESTER = 'Ask requester';

/** The button, its form and the announcement: one administrator approves without the others. */
export const EMERGENCY_APPROVAL = 'Emergency approval';

/**
 * `Approve` and `Reject`, and `Emergency approval` where it is turned on. Each asks first, naming the amount and the
 * link: `Approve` in a dialog, the others in their form.
 */
export function decisionButtons(batch: Batch, offers: Offers = OFFER_ALL): Button[] {
  const [request] = pendingOf(batch);
  const about = aboutBatch(batch);
  return [
    ...(offers('approve') ? decisionPair(batch) : []),
    ...(request?.emergencyAllowed && offers('administer')
      ? [
          button({
            label: EMERGENCY_APPROVAL,
            action: ACTION_IDS.approvalEmergency,
            value: batch.id,
            accessibilityLabel: `${EMERGENCY_APPROVAL}: ${about}`,
          }),
        ]
      : []),
  ];
}

/** `brief`: with a dialog of one line, since a list has twenty of them. */
export function decisionPair(batch: Batch, { brief = false } = {}): Button[] {
  const value = batch.id;
  const [request] = pendingOf(batch);
  if (!request) return [];
  const isAlone = batch.requests.length === 1;
  const about = aboutBatch(batch);
  const lines = [amountAndName(batch), ...(isAlone ? [`Link ${request.linkId}`] : [])];
  const last = request.approvals.length + 1 >= request.approvalsRequired;
  return [
    button({
      label: 'Approve',
      action: ACTION_IDS.approvalApprove,
      value,
      style: 'primary',
      accessibilityLabel: `Approve: ${about}`,
      confirm: confirm({
        title: brief ? 'Approve?' : 'Approve this cancellation?',
        lines: brief ? [clip(amountAndName(batch), BRIEF_LENGTH)] : [...lines, whatFollows(last, isAlone)],
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
  ];
}

/** `last`: this approval is enough. */
function whatFollows(last: boolean, isAlone: boolean): string {
  if (!last) return isAlone ? ANOTHER_APPROVAL : ANOTHER_APPROVAL_OF_SEVERAL;
  return isAlone
    ? 'The link is checked again and then cancelled. This cannot be undone.'
    : 'The selected links are checked again and then cancelled. This cannot be undone.';
}

/** Amount and the beginning of the name. */
const BRIEF_LENGTH = 40;

/** A dialog has 300 characters: the name must not push the link out of it. */
const NAME_LENGTH = 80;

/** The requester takes the request back while it is pending. */
export function withdrawButton(batch: Batch, { brief = false } = {}): Button {
  const [{ linkId }, ...others] = batch.requests;
  const isAlone = others.length === 0;
  return button({
    label: 'Withdraw',
    action: ACTION_IDS.approvalWithdraw,
    value: batch.id,
    accessibilityLabel: `Withdraw: ${aboutBatch(batch)}`,
    confirm: confirm({
      title: brief ? 'Withdraw?' : 'Withdraw this request?',
      lines: brief
        ? [clip(amountAndName(batch), BRIEF_LENGTH)]
        : [
            amountAndName(batch),
            isAlone ? `Link ${linkId}` : undefined,
            isAlone
              ? 'The link stays active. You can submit a new request.'
              : 'The links stay active. You can submit a new request.',
          ],
      yes: 'Withdraw',
      no: 'Keep it',
      style: 'danger',
    }),
  });
}

/** On each card, in any state: what the card has no room for. */
export function detailsButton({ id }: Pick<Batch, 'id'>): Button {
  return button({ label: 'Details', action: ACTION_IDS.approvalDetails, value: id });
}

/** Opens the form for a question; a request that is decided has nothing left to ask. */
export function askButton({ id }: Pick<Batch, 'id'>): Button {
  return button({ label: ASK_REQUESTER, action: ACTION_IDS.approvalAsk, value: id });
}

export function showButton({ id }: Batch): Button {
  return button({ label: 'Show request', action: ACTION_IDS.approvalShow, value: id });
}

/** The requester in a fallback text: by name where a mention would notify them. */
export function fallbackRequester({ requests }: Batch, { requester }: Audience = {}): FallbackText {
  return requester ? fallbackText(requester, 60) : person(requests[0].requestedBy);
}

/** Amount and recipient of the request in plain text, for titles; of several links their number and sum. */
export function amountAndName(batch: Batch): string {
  const [request, ...others] = batch.requests;
  return others.length === 0
    ? linkAmountAndName(request)
    : `${batch.requests.length} links, ${formatRupees(totalPaise(batch))} in total`;
}

/** Amount and recipient of one link. */
export function linkAmountAndName({ amountPaise, contact }: CancelRequest): string {
  return `${formatRupees(amountPaise)} to ${clip(who(contact), NAME_LENGTH)}`;
}

/** For screen readers, after the label of a button. */
function aboutBatch(batch: Batch): string {
  const [{ amountPaise, linkId }, ...others] = batch.requests;
  return others.length === 0 ? `${formatRupees(amountPaise)}, link ${linkId}` : amountAndName(batch);
}

/** "₹2,50,000.00 to Asha Rao" or "3 links, ₹1,20,000.00 in total": how every fallback text begins. */
export function fallbackAmount(batch: Batch): FallbackText {
  const [request, ...others] = batch.requests;
  return others.length === 0
    ? fallback`${rupees(request.amountPaise)} to ${fallbackWho(request.contact)}`
    : linksAndSum(batch);
}

/** "3 links, ₹1,20,000.00 in total". */
export function linksAndSum(batch: Batch): Mrkdwn {
  return md`${count(batch.requests.length, 'link')}, ${rupees(totalPaise(batch))} in total`;
}
