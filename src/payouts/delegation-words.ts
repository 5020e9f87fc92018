/** Owns what a person reads who cannot lend the right to decide: what was refused, and the next step. */

export const NO_RIGHT_TO_LEND =
  'Only approvers can name a deputy. To request access, contact your administrator.';

export const LENT_RIGHT =
  'You stand in for an approver, and a right that was lent to you cannot be lent on. Ask the approver to name another deputy.';

export const DEPUTY_IS_SELF = 'You cannot be your own deputy. Name somebody else.';

export const DEPUTY_NOT_MEMBER =
  'Only full members of the workspace can be deputies. No action was taken. Name somebody else.';

export const DEPUTY_DAY_PAST = 'That day has passed. Enter today or a later day.';

export const DEPUTY_DAY_TOO_FAR =
  'A deputy can decide for at most 90 days. Enter an earlier day, or ask an administrator to change the approvers.';
