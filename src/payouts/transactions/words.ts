/** Owns the sentences of a transaction check that is not made: the day or the time is wrong, or it is too early. */

import { formatWhen } from '../time.ts';

export const FUTURE_DAY = 'That day is in the future. Enter the day of the transaction, such as today.';

export const FUTURE_TIME = 'That time is in the future. Enter the time of the transaction.';

/** R12: the nightly window. */
export const CLOSED = 'InstantPay does not answer status checks between 23:30 and 00:30 IST.';

/** `until` is when InstantPay answers again. */
export function closedWindow(until: number, now: number): string {
  return `Not checked. ${CLOSED} Check again from ${formatWhen(until, now)}.`;
}

/** R12: how soon InstantPay knows a status. */
export const EARLIEST = 'InstantPay reports a status 30 minutes after the transaction at the earliest.';

export function tooEarly(possibleAt: number, now: number): string {
  return `Not checked. ${EARLIEST} Check again from ${formatWhen(possibleAt, now)} IST.`;
}
