/** Owns what is said about the end of an approved request: whether the link was cancelled, why not, and the next step. */

import type { Outcome } from '../../payouts/cancel/outcome.ts';
import type { CancelRequest } from '../../payouts/cancel/request.ts';
import { linkIs } from '../../payouts/cancel/words.ts';
import { constant, joinMd, type Mrkdwn, md, rupees } from '../block-kit/text.ts';

interface OutcomeWords {
  sign: Mrkdwn;
  title: Mrkdwn;
  what: Mrkdwn;
  quoted: string | undefined;
  next: Mrkdwn;
}

/** How a request ended. Only `cancelled` says that the link was cancelled; `still_unknown` says neither. */
export const OUTCOME_TITLES: Record<Outcome['kind'], Mrkdwn> = {
  cancelled: md`Link cancelled`,
  link_changed: md`Not cancelled: the link has changed`,
  recipient_won: md`Not cancelled: the recipient had already started the claim`,
  link_expired: md`Not cancelled: the link has expired`,
  instantpay_refused: md`Not cancelled: InstantPay declined the cancellation`,
  wrong_environment: md`Not cancelled: wrong environment`,
  too_late: md`Not cancelled: not sent within 30 minutes`,
  still_unknown: md`Outcome not confirmed: manual check required`,
};

/** Why a request has its outcome, where the outcome's title does not say it. */
export const OUTCOME_REASONS = {
  confirmed: md`InstantPay confirmed the cancellation.`,
  seenCancelled: md`Payout Desk checked the link: it is CANCELLED.`,
  notCancellable: md`It can no longer be cancelled. Nothing was sent.`,
  amountChanged: (nowPaise: number, approvedPaise: number) =>
    md`The link’s amount is now ${rupees(nowPaise)}; ${rupees(approvedPaise)} was approved. Nothing was sent.`,
  tooLate: md`The cancellation could not be sent within 30 minutes of the approval. Nothing was sent; the request is closed.`,
};

/** Returns the words of the outcome. Only the kind `cancelled` says that the link was cancelled. */
export function outcomeWords(request: CancelRequest, newRequest: Mrkdwn): OutcomeWords {
  const { outcome } = request;
  if (!outcome) return { ...OUTCOMES.still_unknown(request, MISSING, newRequest), quoted: undefined };
  // Payout Desk's own sentence on the status is in `what` already.
  const isOwn = outcome.linkStatus !== undefined && outcome.message === linkIs(outcome.linkStatus);
  const words = OUTCOMES[outcome.kind](request, outcome, newRequest);
  return { ...words, quoted: isOwn ? undefined : outcome.message };
}

const MISSING = { linkStatus: undefined, settledByTracking: false };

type Seen = Pick<Outcome, 'linkStatus' | 'amountPaise' | 'settledByTracking'>;
type Tell = (request: CancelRequest, seen: Seen, newRequest: Mrkdwn) => Omit<OutcomeWords, 'quoted'>;

const OUTCOMES: Record<Outcome['kind'], Tell> = {
  cancelled: (_request, { settledByTracking }) => ({
    sign: md`✅`,
    title: OUTCOME_TITLES.cancelled,
    what: settledByTracking ? OUTCOME_REASONS.seenCancelled : OUTCOME_REASONS.confirmed,
    next: md`The recipient can no longer claim it. InstantPay does not report when held funds are released. Check the account statement.`,
  }),
  link_changed: ({ amountPaise }, seen) => ({
    sign: md`⚪`,
    title: OUTCOME_TITLES.link_changed,
    what:
      seen.amountPaise === undefined
        ? sentences(statusNow(seen), OUTCOME_REASONS.notCancellable)
        : OUTCOME_REASONS.amountChanged(seen.amountPaise, amountPaise),
    next: md`Check the link’s status before a new request.`,
  }),
  recipient_won: (_request, seen) => ({
    sign: md`⚪`,
    title: OUTCOME_TITLES.recipient_won,
    what: sentences(md`The claim started before the cancellation took effect.`, statusNow(seen)),
    next:
      seen.linkStatus === 'PROCESSING'
        ? md`Check the link’s status. If the payout fails, the link becomes ISSUED again; then submit a new request.`
        : md`If the payout was a mistake, contact the recipient.`,
  }),
  link_expired: () => ({
    sign: md`⚪`,
    title: OUTCOME_TITLES.link_expired,
    what: md`The link is EXPIRED and can no longer be claimed.`,
    next: md`No action needed.`,
  }),
  instantpay_refused: (_request, seen) => ({
    sign: md`🚫`,
    title: OUTCOME_TITLES.instantpay_refused,
    what: sentences(
      md`InstantPay declined the cancellation.`,
      statusNow(seen) ?? md`The link’s status could not be read.`,
    ),
    next: md`If InstantPay’s message does not help, contact InstantPay support with the InstantPay request ID.`,
  }),
  wrong_environment: () => ({
    sign: md`🚫`,
    title: OUTCOME_TITLES.wrong_environment,
    what: md`InstantPay responded from another environment. Nothing was sent.`,
    next: md`Contact your administrator.`,
  }),
  too_late: (_request, _seen, newRequest) => ({
    sign: md`⌛`,
    title: OUTCOME_TITLES.too_late,
    what: OUTCOME_REASONS.tooLate,
    next: newRequest,
  }),
  still_unknown: () => ({
    sign: md`🔴`,
    title: OUTCOME_TITLES.still_unknown,
    what: md`The outcome was not saved.`,
    next: md`Check the link’s status before a new request.`,
  }),
};

function statusNow({ linkStatus }: Seen): Mrkdwn | undefined {
  if (linkStatus === 'UNKNOWN') return md`Payout Desk does not recognise the link’s status.`;
  return linkStatus && statusIsNow(linkStatus);
}

export function statusIsNow(status: NonNullable<Outcome['linkStatus']>): Mrkdwn {
  return md`The link’s status is now ${linkStatusWord(status)}.`;
}

function sentences(...parts: (Mrkdwn | undefined)[]): Mrkdwn {
  return joinMd(
    parts.filter((part) => part !== undefined),
    ' ',
  );
}

/** A status that Payout Desk does not recognise is not shown as if it were one of InstantPay's. */
export function linkStatusWord(status: NonNullable<Outcome['linkStatus']>): Mrkdwn {
  return status === 'UNKNOWN' ? md`not recognised` : constant(status);
}
