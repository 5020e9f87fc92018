/** Owns how a cancel request ends, and why a decision changes nothing. */

import type { LinkStatus } from '../links/link.ts';

export const OUTCOME_KINDS = [
  'cancelled',
  'link_changed',
  'instantpay_refused',
  'recipient_won',
  'link_expired',
  'wrong_environment',
  /** The decision grew too old before the call could leave; nothing was sent. */
  'too_late',
  'still_unknown',
] as const;

/** What was seen at the end, never what is hoped for. */
export interface Outcome {
  kind: (typeof OUTCOME_KINDS)[number];
  /** The link's status when last seen. */
  linkStatus: LinkStatus | undefined;
  /** The link's amount when it was no longer the one that was approved (R8). */
  amountPaise?: number | undefined;
  /** InstantPay's message, masked, or Payout Desk's own. */
  message: string;
  ipayUuid: string | undefined;
  /** True when the outcome was read by tracking, not from the cancel call's own answer (R9). */
  settledByTracking: boolean;
}

/** Why a decision changes nothing; all of them are normal answers. */
export const NO_DECISIONS = [
  'finished',
  'expired',
  'own_request',
  'already_approved',
  'not_requester',
  /** Slack did not tell whether the earlier approvers may still approve. */
  'approvers_unknown',
  'no_emergency',
  /** An approver, but not for a request of this sum. */
  'not_of_tier',
  /** A deputy, but of the requester alone. */
  'lent_by_requester',
  /** The right to decide was lent, and ended before the decision was stored. */
  'deputy_ended',
  /** The deputy's approval and that of the approver count once. */
  'counted_once',
  /** Every link was left out: that is a rejection, which needs a reason. */
  'nothing_left',
] as const;
export type NoDecision = (typeof NO_DECISIONS)[number];
