/** Owns example records for the store's tests. */

import type { CancelRequest } from '../../src/payouts/cancel/request.ts';
import type { AuditEntry, CardCopy } from '../../src/payouts/ports.ts';
import type { TransactionAnswer } from '../../src/payouts/transactions/transaction.ts';

/** 20 November 2026, 10:00 in India. */
export const NOON = Date.UTC(2026, 10, 20, 4, 30);
export const MINUTE = 60_000;

export function request(change: Partial<CancelRequest> = {}): CancelRequest {
  return {
    id: 'a1',
    version: 1,
    status: 'pending',
    linkId: '65f1a2b3c4d5e6f708192a3b',
    amountPaise: 12_345_678_900,
    contact: { name: 'Asha Rao', email: undefined, mobile: '••••••3210' },
    purpose: 'Refund',
    linkExpiresAt: NOON + 600 * MINUTE,
    environment: 'live',
    requestedBy: 'U_MAKER',
    requestedIn: 'C_FINANCE',
    reason: 'Paid twice',
    requestedAt: NOON,
    expiresAt: NOON + 1440 * MINUTE,
    remindAt: NOON + 720 * MINUTE,
    remindedAt: undefined,
    approvalsRequired: 1,
    approvals: [],
    voidApprovals: [],
    emergencyAllowed: false,
    emergencyReason: undefined,
    decidedAt: undefined,
    closedBy: undefined,
    closedReason: undefined,
    executingAt: undefined,
    holder: undefined,
    checks: 0,
    problem: undefined,
    ipayUuid: undefined,
    outcome: undefined,
    wakeAt: NOON + 720 * MINUTE,
    ...change,
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
