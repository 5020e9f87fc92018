/** Owns the refusals about schedules of digests. Read by people. */

export const NOT_A_CHANNEL =
  'Digests are posted in channels. Type /payout digest subscribe in the channel that should get one.';
export const TOO_MANY = (most: number): string =>
  `Not subscribed: this channel has ${most} digests already. Type /payout digest list and remove one first.`;
export const TOO_MANY_IN_ALL = (most: number): string =>
  `Not subscribed: there are ${most} digests in this workspace already. Type /payout digest list in a channel that has one, and remove it first.`;
export const SAME_SUBSCRIPTION =
  'Not subscribed: this channel already has this digest. Type /payout digest list to see it.';
export const NO_SUBSCRIPTION =
  'This digest is no longer subscribed. No action was taken. Type /payout digest list.';
export const CHANGED_MEANWHILE =
  'This digest was changed meanwhile. No action was taken. Type /payout digest list to see it now.';
export const OF_SETTINGS =
  'This digest comes from the settings of Payout Desk and cannot be changed here. No action was taken. Contact the person who runs Payout Desk.';
