/**
 * Owns the four-eyes rule as a state machine: `decide(approval, event, now)` gives the next state or says why not.
 * Pure: who the person is and what they may do was found out before.
 *
 *   pending -> approved -> executing -> executed | refused | unknown -> executed | refused | unresolved
 *   pending -> rejected | lapsed | withdrawn
 */

import type { Contact, Environment, LinkStatus } from './link.ts';

export type ApprovalStatus =
  | 'pending'
  | 'approved'
  | 'executing'
  | 'unknown'
  | 'executed'
  | 'refused'
  | 'unresolved'
  | 'rejected'
  | 'lapsed'
  | 'withdrawn';

/** States in which a link may not be asked for again: the request still moves. */
export const UNFINISHED: readonly ApprovalStatus[] = ['pending', 'approved', 'executing', 'unknown'];

/** What the desk saw at the end; never what it hopes. */
export interface Outcome {
  kind:
    | 'cancelled'
    | 'link_changed'
    | 'instantpay_refused'
    | 'recipient_won'
    | 'link_expired'
    | 'wrong_environment'
    | 'unreachable'
    | 'still_unknown';
  /** The link's status when last seen. */
  linkStatus: LinkStatus | undefined;
  /** InstantPay's words, masked, or the desk's sentence. */
  message: string;
  ipayUuid: string | undefined;
  /** True when the outcome was read by tracking, not from the cancel call's own answer (R9). */
  settledByTracking: boolean;
}

export interface Approval {
  id: string;
  /** Grows by one with every change; the store refuses a change made from an older version. */
  version: number;
  status: ApprovalStatus;
  linkId: string;
  amountPaise: number;
  contact: Contact;
  purpose: string | undefined;
  linkExpiresAt: number | undefined;
  environment: Environment | undefined;
  requestedBy: string;
  /** The Slack channel the request was made in: the requester is told there. */
  requestedIn: string;
  reason: string;
  requestedAt: number;
  lapsesAt: number;
  /** When approvers are reminded, and when they were. */
  remindAt: number;
  remindedAt: number | undefined;
  /** 1, or 2 above APPROVALS_REQUIRED_ABOVE; fixed when the request is made. */
  approvalsRequired: number;
  votes: { userId: string; at: number }[];
  decidedAt: number | undefined;
  /** Who rejected or withdrew it, and why. */
  closedBy: string | undefined;
  closedReason: string | undefined;
  executingAt: number | undefined;
  /** How often an unknown outcome was looked up, or an approved request could not be started. */
  checks: number;
  /** What went wrong on the way, for the card: one sentence. */
  problem: string | undefined;
  /** InstantPay's request id of the cancel call (R19). */
  ipayUuid: string | undefined;
  outcome: Outcome | undefined;
  /** When the desk has to look at this request by itself; undefined once it is finished. */
  wakeAt: number | undefined;
}
