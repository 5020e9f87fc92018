/** Owns the sentences that the rules of a cancellation say: to the person who is refused, and on the card as what went wrong. */

export const NOT_FOUND = 'This cancellation request was not found.';

export const EMERGENCY_OFF = 'Emergency approval is turned off. No action was taken.';

export const AMOUNT_UNREADABLE =
  'Cancellation not requested. InstantPay’s amount for this link cannot be read. Contact your administrator.';

/** `status` as `describeStatus` says it. */
export function onlyIssued(status: string): string {
  return `Cancellation not requested. Only ISSUED links can be cancelled; this link is ${status}.`;
}

/** `status` as `describeStatus` says it. */
export function linkIs(status: string): string {
  return `The link is ${status}.`;
}

export const AMOUNT_MISSING = 'InstantPay did not report the link’s amount.';

/** The process was frozen between its claim and the call. */
export const DELAYED = 'Payout Desk was delayed before the cancellation was sent. Nothing was sent.';

/** A failover of the database took the claim back. */
export const CLAIM_LOST =
  'The cancellation may have been sent; the database no longer shows that it was started.';

export const START_NOT_CONFIRMED = 'The database did not confirm the start in time. Nothing was sent.';

/** The lease of the replica that made the call expired. */
export const NOT_REPORTED = 'The process that started the cancellation has not reported its outcome.';

export const NOT_SENT_IN_TIME = 'The cancellation was not sent in time.';

/** Both are names of environments, such as LIVE. */
export function otherEnvironment(approved: string, found: string): string {
  return `Approved for ${approved}; InstantPay responded from ${found}.`;
}
