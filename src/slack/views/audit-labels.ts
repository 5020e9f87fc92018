/** Owns the words people read for the audit's keys; the CSV has both. */

import type { AuditAction, AuditOutcome, AuditSubject } from '../../payouts/audit-entry.ts';

const ACTION_LABELS: Record<AuditAction, string> = {
  'cancel.requested': 'Cancellation requested',
  'cancel.approved': 'Cancellation approved',
  'cancel.rejected': 'Cancellation rejected',
  'cancel.withdrawn': 'Request withdrawn',
  'cancel.expired': 'Request expired',
  'cancel.emergency_approved': 'Emergency approval',
  'cancel.started': 'Cancellation started',
  'cancel.rescheduled': 'Nothing sent, will be retried',
  'cancel.executed': 'Link cancelled',
  'cancel.refused': 'Link not cancelled',
  'cancel.outcome_unknown': 'Cancellation not confirmed',
  'cancel.rechecked': 'Outcome checked again',
  'cancel.unresolved': 'Manual check required',
  'approval.voided': 'Approval no longer counts',
  'approvers.nudged': 'Approvers nudged',
  'decision.refused': 'Decision refused',
  'reminder.started': 'Reminder started',
  'reminder.sent': 'Reminder sent',
  'reminder.not_sent': 'Reminder not sent',
  'reminder.outcome_unknown': 'Reminder not confirmed',
  'link.revealed': 'Private details shown',
  'transaction.checked': 'Transaction checked',
  'audit.read': 'Audit read',
  'audit.exported': 'Audit exported',
  'audit.key_set': 'Audit key set',
  'access.refused': 'Access refused',
};

const SUBJECT_LABELS: Record<AuditSubject, string> = {
  help: 'Help',
  'link.track': 'Track link',
  'link.find': 'Find links',
  'link.list': 'List links',
  'link.share': 'Share link',
  'link.reveal': 'Show private details',
  'reminder.send': 'Send reminder',
  'cancel.request': 'Request cancellation',
  'cancel.approve': 'Approve cancellation',
  'cancel.reject': 'Reject cancellation',
  'cancel.withdraw': 'Withdraw request',
  'cancel.emergency_approve': 'Emergency approval',
  'cancel.show': 'Show request',
  'cancel.list': 'List requests',
  'transaction.check': 'Check transaction',
  'transaction.share': 'Share transaction',
  'digest.read': 'Read digest',
  'audit.read': 'Read audit',
  'button.unknown': 'Unknown button',
  'form.unknown': 'Unknown form',
};

const OUTCOME_LABELS: Record<AuditOutcome, string> = {
  not_viewer: 'No permission to view links',
  not_operator: 'No permission to send reminders or request cancellation',
  not_approver: 'Not an approver',
  not_administrator: 'Not an administrator',
  guest: 'Guest account',
  bot: 'Bot account',
  deactivated: 'Deactivated account',
  stranger: 'Account of another organisation',
  identity_unknown: 'Slack account could not be verified',
  wrong_workspace: 'Another workspace',
  not_ours: 'Button or form not valid',
  request_unknown: 'No such request',
  emergency_off: 'Emergency approval is turned off',
  finished: 'Already closed',
  expired: 'Request expired',
  own_request: 'Own request',
  already_approved: 'Already approved by this person',
  not_requester: 'Not the requester',
  approvers_unknown: 'Earlier approvers could not be verified',
  no_emergency: 'Emergency approval not allowed for this request',
  cancelled: 'Cancelled',
  link_changed: 'Link had changed',
  instantpay_refused: 'Declined by InstantPay',
  recipient_won: 'Recipient had already started the claim',
  link_expired: 'Link had expired',
  wrong_environment: 'Wrong environment',
  too_late: 'Approval too old',
  still_unknown: 'Still not confirmed',
  successful: 'Successful',
  under_process: 'In process',
  failed: 'Failed',
  unknown: 'Status unknown',
  query_failed: 'Query failed',
  query_unreachable: 'No usable answer',
  query_not_sent: 'Query not sent',
};

/** Returns the words for a stored key; the key itself when this version does not know it. */
const labelOf = (labels: Readonly<Record<string, string>>, key: string): string =>
  (Object.hasOwn(labels, key) ? labels[key] : undefined) ?? key;

export const actionLabel = (action: string): string => labelOf(ACTION_LABELS, action);
export const subjectLabel = (subject: string): string => labelOf(SUBJECT_LABELS, subject);
export const outcomeLabel = (outcome: string): string => labelOf(OUTCOME_LABELS, outcome);
