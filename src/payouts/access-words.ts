/** Owns what a person reads who may not do something: what was refused, why, and the next step. */

import type { Permission } from './policy.ts';
import type { PersonKind } from './directory.ts';

/** Slack did not return who the person is: nobody is let in. */
export const NOT_VERIFIED =
  'Your Slack account could not be verified. No action was taken. Try again in a minute.';

/** Only full members of the workspace are let in, whatever the policy says. */
export const NOT_A_MEMBER: Record<Exclude<PersonKind, 'member'>, string> = {
  guest: 'Workspace guests cannot use Payout Desk. Ask a full member of the workspace.',
  bot: 'Bots cannot use Payout Desk.',
  deactivated: 'Deactivated accounts cannot use Payout Desk.',
  stranger: 'Payout Desk is only for members of the workspace it is installed in.',
};

const REFUSED: Record<Permission, string> = {
  look: 'You do not have permission to view payout links.',
  operate: 'You do not have permission to send reminders or request cancellation.',
  approve: 'You do not have permission to decide on cancellation requests. An approver has to decide.',
  administer: 'This is for administrators only.',
};

/** Returns the refusal of a permission; `unreadable` says why a user group that may grant it could not be read. */
export function notPermitted(permission: Permission, unreadable?: string): string {
  const next = unreadable
    ? `${unreadable} Try again in a few minutes, or contact your administrator.`
    : 'To request access, contact your administrator.';
  return `${REFUSED[permission]} ${next}`;
}
