/**
 * Owns the audit's vocabulary: the closed keys of an entry and its fields. Keys and fields are hashed and exported, so
 * a key is never renamed once it was released; the words people read are the view's.
 */

import type { NoDecision, Outcome } from './cancel/outcome.ts';
import type { PersonKind } from './directory.ts';
import type { TransactionAnswer, TransactionOutcome } from './transactions/transaction.ts';

/** The actor of what Payout Desk does by itself; no Slack user ID looks like it. */
export const SYSTEM_ACTOR = 'payout-desk';

export const AUDIT_ACTIONS = [
  'cancel.requested',
  'cancel.approved',
  'cancel.rejected',
  'cancel.withdrawn',
  'cancel.expired',
  'cancel.emergency_approved',
  /** The one call is about to be made. */
  'cancel.started',
  /** Nothing was sent; it is tried again. */
  'cancel.rescheduled',
  'cancel.executed',
  'cancel.refused',
  'cancel.outcome_unknown',
  'cancel.rechecked',
  'cancel.unresolved',
  'approval.voided',
  'approvers.nudged',
  /** Nobody decided: `outcome` says who was told, the deputies or the administrators. */
  'request.escalated',
  'delegation.lent',
  /** By the person who lent it, or replaced by another; one that ends by itself leaves no row. */
  'delegation.ended',
  /** An approver asked the requester; `reason` is the question. */
  'question.asked',
  /** The person had the permission, and the cancel rule said no: `subject` and `outcome` say to what and why. */
  'decision.refused',
  /** The call is about to be made. */
  'reminder.started',
  'reminder.sent',
  'reminder.not_sent',
  'reminder.outcome_unknown',
  /** Automatic ones, of one link. */
  'reminder.auto_stopped',
  'reminder.auto_allowed',
  'link.revealed',
  'links.exported',
  /** By the person, before its file was sent; `detail` says of which days. */
  'export.stopped',
  'transaction.checked',
  'watch.started',
  'watch.stopped',
  /** By Payout Desk: it is over, the time is over, or the watcher may not look any more. */
  'watch.ended',
  /** The schedule of a digest; `detail` says which, and what it was before. */
  'subscription.created',
  'subscription.changed',
  'subscription.removed',
  'subscription.paused',
  'subscription.resumed',
  'audit.read',
  'audit.exported',
  'audit.key_set',
  /** Permission was missing, or the request was not a valid one: `subject` and `outcome` say to what and why. */
  'access.refused',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What a person wanted to do when it was refused: each route and each rule names one. */
export const AUDIT_SUBJECTS = [
  'help',
  'link.track',
  'link.find',
  'link.list',
  'link.share',
  'link.reveal',
  'link.export',
  'export.stop',
  'reminder.send',
  'reminder.auto_stop',
  'reminder.auto_allow',
  'cancel.request',
  'cancel.approve',
  'cancel.reject',
  'cancel.withdraw',
  'cancel.emergency_approve',
  'cancel.show',
  'question.ask',
  'cancel.list',
  'transaction.check',
  'transaction.share',
  'watch.start',
  'watch.stop',
  'watch.list',
  'digest.read',
  'subscription.list',
  'subscription.manage',
  'delegation.lend',
  'delegation.end',
  'delegation.list',
  'audit.read',
  'audit.export',
  'button.unknown',
  'form.unknown',
  'shortcut.unknown',
] as const;
export type AuditSubject = (typeof AUDIT_SUBJECTS)[number];

/** Why access was refused. */
export type AccessOutcome =
  | 'not_viewer'
  | 'not_operator'
  | 'not_approver'
  | 'not_administrator'
  | Exclude<PersonKind, 'member'>
  /** Slack did not say who this is. */
  | 'identity_unknown'
  | 'wrong_workspace'
  /** A button or form that Payout Desk did not make. */
  | 'not_ours'
  | 'request_unknown'
  | 'emergency_off';

/** Whom a request was escalated to; `no_...`: there was nobody to tell. */
export type Escalation = 'deputies' | 'no_deputies' | 'administrators' | 'no_administrators';

/** How it ended, or why it was refused. `query_*`: a transaction query that brought no status. */
export type AuditOutcome =
  | AccessOutcome
  | NoDecision
  | Outcome['kind']
  | Escalation
  | TransactionOutcome
  | `query_${Exclude<TransactionAnswer['query'], 'answered'>}`;

/** One row of who did what, when, why. Holds nothing unmasked. */
export interface AuditEntry {
  at: number;
  /** A Slack user ID, or SYSTEM_ACTOR. */
  actorId: string;
  action: AuditAction;
  subject?: AuditSubject | undefined;
  outcome?: AuditOutcome | undefined;
  linkId?: string | undefined;
  cancelRequestId?: string | undefined;
  /** The reference of a transaction, masked (R14). */
  reference?: string | undefined;
  /** The day of a transaction: YYYY-MM-DD in Asia/Kolkata. */
  transactionDate?: string | undefined;
  amountPaise?: number | undefined;
  /** A person's own words, masked. */
  reason?: string | undefined;
  /** InstantPay's or Slack's words, or a problem in one sentence, masked. */
  detail?: string | undefined;
  /** Whom it was done to or for: the approver whose approval was voided, the deputy, the approver a deputy decided for. */
  affectedUserId?: string | undefined;
  /** Approvals a request has after this step, and needs. */
  approvals?: number | undefined;
  approvalsRequired?: number | undefined;
  /** Audit rows or links read or exported. */
  rowCount?: number | undefined;
  ipayUuid?: string | undefined;
  statusBefore?: string | undefined;
  statusAfter?: string | undefined;
  /** From the request to the decision. */
  decisionMs?: number | undefined;
}
