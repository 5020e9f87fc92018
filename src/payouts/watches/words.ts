/** Owns the sentences of a watch that is not begun. */

export const tooManyWatches = (most: number): string =>
  `Not watched. One person watches at most ${most} links and transactions. Stop some with /payout watches.`;

export const ALL_FULL =
  'Not watched. Payout Desk watches as much as it can at the moment. Try again tomorrow.';
