/** Owns the sentences that the rules of a cancellation say: to the person who is refused, and on the card as what went wrong. */

/** Also of a card whose request was removed by age. */
export const NOT_FOUND =
  'This cancellation request was not found. Requests that ended long ago are removed; see /payout audit for their history.';

export const EMERGENCY_OFF = 'Emergency approval is turned off. No action was taken.';

const NOT_REQUESTED = 'Cancellation not requested.';

/** The sentence for one of several links, of which the lead was said once for all. */
export function withoutLead(message: string): string {
  return message.startsWith(NOT_REQUESTED) ? message.slice(NOT_REQUESTED.length).trim() : message;
}

export const AMOUNT_UNREADABLE = `${NOT_REQUESTED} InstantPay’s amount for this link cannot be read. Contact your administrator.`;

/** `status` as `describeStatus` says it. */
export function onlyIssued(status: string): string {
  return `${NOT_REQUESTED} Only ISSUED links can be cancelled; this link is ${status}.`;
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

/** Why a request ended as rejected although its batch was approved: the approver unticked its link. */
export const LEFT_OUT = 'Left out by the approver.';

export const NO_LINKS = 'Name at least one link to cancel.';

/** `most`: links in one request. */
export function tooManyLinks(most: number): string {
  return `One request can name at most ${most} links. Submit the others in a second request.`;
}

/** Each line names a link and says why it cannot be cancelled now. */
export function notAllPossible(lines: readonly string[]): string {
  const links = lines.length === 1 ? '1 link' : `${lines.length} links`;
  return `Cancellation not requested: ${links} cannot be cancelled. Leave out what is listed and submit again. ${lines.join(' ')}`;
}

/** `by`: who asked, when their name is known. */
export function alreadyRequested(number: number, by?: string): string {
  return `Already requested${by === undefined ? '' : ` by ${by}`}: C-${number}.`;
}
