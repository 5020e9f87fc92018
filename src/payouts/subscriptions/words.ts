/** Owns the refusals about schedules of digests. Read by people. */

export const NOT_A_CHANNEL =
  'Digests are posted in channels. Type /payout digest subscribe in the channel that should get one.';
export const TOO_MANY = (most: number): string =>
  `Not subscribed: this channel has ${most} digests already. Remove one first: /payout digest list.`;
export const TOO_MANY_IN_ALL = (most: number): string =>
  `Not subscribed: there are ${most} digests in this workspace already. Remove one first.`;
export const SAME_SUBSCRIPTION =
  'Not subscribed: this channel has exactly this digest already. /payout digest list shows it.';
export const NO_SUBSCRIPTION =
  'This digest is no longer subscribed. No action was taken. Type /payout digest list.';
export const CHANGED_MEANWHILE =
  'This digest was changed meanwhile. No action was taken. Type /payout digest list to see it now.';
export const OF_SETTINGS =
  'This digest is set by DIGEST_CHANNEL, DIGEST_CRON and the settings beside them. No action was taken. Pause it here, or ask who runs Payout Desk to change the settings.';
