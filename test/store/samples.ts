/** Owns example records for the store's tests. */

import { type CancelRequest, newRequest } from '../../src/payouts/cancel/request.ts';
import type { AuditEntry } from '../../src/payouts/audit-entry.ts';
import type { CardCopy } from '../../src/payouts/cancel/ports.ts';
import type { ExportRun } from '../../src/payouts/exports/run.ts';
import { type ReminderRun, type ReminderState, waitingItem } from '../../src/payouts/links/reminder-run.ts';
import type { TransactionAnswer } from '../../src/payouts/transactions/transaction.ts';
import { NEW_REQUEST } from '../payouts/setup.ts';

/** 20 November 2026, 10:00 in India. */
export const NOON = Date.UTC(2026, 10, 20, 4, 30);
export const MINUTE = 60_000;

/** A new request of `test/payouts/setup.ts`, with this file's times. */
export function request(changes: Partial<CancelRequest> = {}): CancelRequest {
  const batchId = changes.id ?? NEW_REQUEST.id;
  return {
    ...newRequest({ ...NEW_REQUEST, requestedAt: NOON, linkExpiresAt: NOON + 600 * MINUTE }),
    batchId,
    number: 1001,
    amountPaise: 12_345_678_900,
    ipayUuid: undefined,
    ...changes,
  };
}

/** The next version of a request. */
export function next(before: CancelRequest, change: Partial<CancelRequest>): CancelRequest {
  return { ...before, ...change, version: before.version + 1 };
}

export function entry(change: Partial<AuditEntry> = {}): AuditEntry {
  return { at: NOON, actorId: 'U_MAKER', action: 'cancel.requested', ...change };
}

export function card(change: Partial<CardCopy> = {}): CardCopy {
  return {
    id: 'c1',
    cancelRequestId: 'a1',
    purpose: 'request',
    channelId: 'C_APPROVALS',
    ts: undefined,
    shownVersion: 0,
    attempts: 0,
    nextAttemptAt: NOON,
    problem: undefined,
    ...change,
  };
}

export function answer(change: Partial<TransactionAnswer> = {}): TransactionAnswer {
  return {
    outcome: 'under_process',
    query: 'answered',
    problem: undefined,
    statuscode: 'TXN',
    transactionStatusCode: 'TUP',
    message: 'Transaction is under process',
    amountPaise: 10_000,
    amountUnreadable: false,
    at: NOON,
    referenceId: undefined,
    orderReferenceId: undefined,
    service: [],
    account: undefined,
    bank: undefined,
    pool: undefined,
    reversal: undefined,
    tags: [],
    answeredAbout: undefined,
    environment: 'live',
    ipayUuid: 'h0689e4d',
    date: '2026-11-20',
    ...change,
  };
}

/** A run of reminders for two links, the first of them in this state. */
export function reminderRun({
  id = 'r1',
  state = 'waiting',
}: {
  id?: string;
  state?: ReminderState;
} = {}): ReminderRun {
  const items = [{ ...waitingItem('link-1'), state, name: 'Asha Rao' }, waitingItem('link-2')];
  return { id, userId: 'U_MAKER', startedAt: NOON, items, message: undefined };
}

/** An export of the links of half a month. */
export function exportRun({
  id = 'e1',
  userId = 'U_MAKER',
}: {
  id?: string;
  userId?: string | undefined;
} = {}): ExportRun {
  return {
    id,
    userId,
    query: { what: 'links', statuses: ['CLAIMED'], from: '2026-11-01', to: '2026-11-15' },
    startedAt: NOON,
    message: undefined,
    fileId: undefined,
    counts: undefined,
  };
}
