/** Owns sample data for the views' tests: every field filled, so that a test changes only what it is about. */

import { NO_STATUS } from '../../../src/instantpay/read-transaction.ts';
import { type Batch, batchOf } from '../../../src/payouts/cancel/batch.ts';
import type { Outcome } from '../../../src/payouts/cancel/outcome.ts';
import { type CancelRequest, newRequest } from '../../../src/payouts/cancel/request.ts';
import type { Digest } from '../../../src/payouts/digest/digest.ts';
import { atOnce } from '../../payouts/steps.ts';
import { startDuplicates } from '../../../src/payouts/digest/duplicates.ts';
import { stuckOf } from '../../../src/payouts/digest/stuck.ts';
import { startTotals } from '../../../src/payouts/digest/totals.ts';
import type { KnownStatus, PayoutLink, TrackedLink } from '../../../src/payouts/links/link.ts';
import type { TellingStage } from '../../../src/payouts/links/telling.ts';
import type { StuckNotice } from '../../../src/slack/views/stuck-message.ts';
import type { AgedLink, Stuck } from '../../../src/payouts/links/stuck.ts';
import { type Expiring, startExpiring } from '../../../src/payouts/links/expiring.ts';
import type { LinkList, ListQuery } from '../../../src/payouts/links/list.ts';
import type { LinkPage } from '../../../src/payouts/links/page.ts';
import type { AuditLine } from '../../../src/payouts/audit.ts';
import type { ChainedAuditRow } from '../../../src/payouts/audit-port.ts';
import { NEW_REQUEST } from '../../payouts/setup.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import type { TransactionAnswer, TransactionOutcome } from '../../../src/payouts/transactions/transaction.ts';
import type { TransactionReport } from '../../../src/payouts/transactions/check.ts';

export const NOW = Date.parse('2026-11-20T10:00:00+05:30');
const REQUEST_ID = 'c0ffee12-3456-4789-9abc-def012345678';
export const LINK_ID = '6578262c5e6c5b4a6d3f1a2b';

export function aLink(changes: Partial<PayoutLink> = {}): PayoutLink {
  return {
    linkId: LINK_ID,
    status: 'ISSUED',
    statusText: 'ISSUED',
    amountPaise: 1_250_000,
    purpose: 'Order 8812',
    description: 'Festive sale return',
    contact: { name: 'Asha Rao', email: 'a***@example.in', mobile: '******5742' },
    referenceNo: 'RF-2026-8812',
    orderId: '1231214145134KRWGF',
    paymentModes: ['upi', 'account'],
    verifyBene: undefined,
    createdAt: NOW - 2 * DAY_MS,
    activatedAt: NOW - 26 * DAY_MS,
    expiresAt: NOW + 3 * DAY_MS,
    ...changes,
  };
}

export function aTrackedLink(changes: Partial<TrackedLink> = {}): TrackedLink {
  return {
    linkId: LINK_ID,
    status: 'ISSUED',
    statusText: 'ISSUED',
    amountPaise: 1_250_000,
    activity: [activity('Link sent to ******5742', NOW - 2 * DAY_MS)],
    activityLeftOut: 0,
    environment: 'live',
    ipayUuid: 'h0059a1b2c3',
    ...changes,
  };
}

export function activity(text: string, at: number | undefined): TrackedLink['activity'][number] {
  return {
    text,
    at,
    orderId: undefined,
    accountType: 'savings',
    accountNumber: '********1234',
    accountIfsc: 'HDFC0001234',
  };
}

export function anApproval(changes: Partial<CancelRequest> = {}): CancelRequest {
  const requestedAt = NOW - 2 * HOUR_MS;
  return {
    ...newRequest({ ...NEW_REQUEST, requestedAt }),
    id: REQUEST_ID,
    batchId: REQUEST_ID,
    number: 1042,
    linkId: LINK_ID,
    amountPaise: 25_000_000,
    contact: { name: 'Asha Rao', email: 'a***@example.in', mobile: '******5742' },
    purpose: 'Vendor advance',
    linkExpiresAt: NOW + 3 * DAY_MS,
    requestedBy: 'U0REQ',
    requestedIn: 'C0FIN',
    reason: 'Duplicate of invoice 118',
    ipayUuid: 'h0059a1b2c3',
    ...changes,
  };
}

/** One request for so many links, which all agree in these changes. */
export function aBatch(
  links: number,
  changes: (index: number) => Partial<CancelRequest> = () => ({}),
): Batch {
  const requests = Array.from({ length: links }, (_, index) =>
    anApproval({
      id: index === 0 ? REQUEST_ID : `${REQUEST_ID}-${String(index + 1).padStart(2, '0')}`,
      linkId: (index + 1).toString(16).padStart(24, '0'),
      ...changes(index),
    }),
  );
  const batch = batchOf(requests);
  if (!batch) throw new Error('The sample names no link.');
  return batch;
}

/** Approved by U0APP a minute ago and sent. */
export const DECIDED: Partial<CancelRequest> = {
  decidedAt: NOW - MINUTE_MS,
  executingAt: NOW - MINUTE_MS,
  approvals: [{ userId: 'U0APP', at: NOW - MINUTE_MS }],
};

export function anOutcome(changes: Partial<Outcome> = {}): Outcome {
  return {
    kind: 'cancelled',
    linkStatus: 'CANCELLED',
    message: 'Link has been closed by InstantPay',
    ipayUuid: 'h0059zzz',
    settledByTracking: false,
    ...changes,
  };
}

/** What InstantPay reports with each outcome (R11). */
const REPORTED: Readonly<
  Record<TransactionOutcome, Pick<TransactionAnswer, 'transactionStatusCode' | 'message'>>
> = {
  successful: { transactionStatusCode: 'TXN', message: 'Transaction Successful' },
  under_process: { transactionStatusCode: 'TUP', message: 'Transaction Under Process' },
  failed: { transactionStatusCode: 'ERR', message: 'Transaction Failed' },
  unknown: { transactionStatusCode: undefined, message: NO_STATUS },
};

export function anAnswer(changes: Partial<TransactionAnswer> = {}): TransactionAnswer {
  const { outcome = 'successful' } = changes;
  return {
    outcome,
    query: 'answered',
    problem: undefined,
    statuscode: 'TXN',
    ...REPORTED[outcome],
    amountPaise: 50_000,
    amountUnreadable: false,
    at: NOW - DAY_MS,
    referenceId: '432112345678',
    orderReferenceId: '1231214145134KRWGF',
    service: ['IMPS payout'],
    account: '********1234',
    bank: undefined,
    pool: undefined,
    reversal: undefined,
    tags: [],
    answeredAbout: undefined,
    environment: 'live',
    ipayUuid: 'h0059a1b2',
    date: '2026-11-19',
    ...changes,
  };
}

export function aReport(changes: Partial<TransactionReport> = {}): TransactionReport {
  return {
    kind: 'fresh',
    query: { externalRef: 'INV-118', date: '2026-11-19', aeps: false },
    answer: anAnswer(),
    answeredAt: NOW,
    lastAttempt: undefined,
    askedAt: NOW,
    nextAt: NOW + 4 * HOUR_MS,
    old: false,
    ...changes,
  };
}

export function aPage(changes: Partial<LinkPage> = {}): LinkPage {
  return {
    pageNumber: 1,
    links: [aLink()],
    recordsReceived: 1,
    mismatched: 0,
    currentPage: undefined,
    mismatchedIds: [],
    unreadable: 0,
    totalRecords: undefined,
    totalPages: undefined,
    recordFrom: undefined,
    recordTo: undefined,
    environment: 'sandbox',
    ipayUuid: undefined,
    ...changes,
  };
}

export function aList(changes: Partial<LinkList> = {}): LinkList {
  return {
    query: { statuses: [], contact: undefined, pageNumber: 1 },
    page: aPage(),
    older: undefined,
    newer: undefined,
    order: undefined,
    reminded: new Map(),
    processing: new Map(),
    ...changes,
  };
}

/** The page after this one, or before it. */
export const pageBeside = (query: ListQuery, direction: 'older' | 'newer'): ListQuery => ({
  ...query,
  pageNumber: query.pageNumber + (direction === 'older' ? 1 : -1),
  turn: { direction, shown: [LINK_ID], near: query.pageNumber, place: 7 },
});

/** A digest of these links, folded as the real one is; a PROCESSING link was claimed when it was created. */
export function aDigest(
  statuses: readonly KnownStatus[],
  links: readonly PayoutLink[],
  changes: Partial<Digest> = {},
): Digest {
  const totals = startTotals(statuses);
  const expiring = startExpiring(2 * DAY_MS, NOW);
  const duplicates = startDuplicates();
  for (const link of links) for (const part of [totals, expiring, duplicates]) part.add(link);
  const stuck = links
    .filter(({ status, createdAt }) => status === 'PROCESSING' && (createdAt ?? NOW) <= NOW - DAY_MS)
    .toSorted((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0))
    .map((link) => ({ link, age: { since: link.createdAt ?? 0, from: 'claim' as const } }));
  return {
    at: NOW,
    statuses: totals.totals(statuses),
    expiring: expiring.links(),
    stuck: stuckOf(stuck, DAY_MS, false),
    duplicates: atOnce(duplicates.duplicates()),
    changes: { kind: 'since', at: NOW - DAY_MS, of: [] },
    told: undefined,
    purpose: undefined,
    environment: 'live',
    ipayUuid: 'h0059digest',
    complete: true,
    reason: undefined,
    pagesRead: 3,
    recordsRead: links.length,
    ...changes,
  };
}

/** These links as `/payout expiring` finds them; the first was reminded before. */
export function anExpiring(links: readonly PayoutLink[], incomplete?: string): Expiring {
  const fold = startExpiring(2 * DAY_MS, NOW);
  for (const link of links) fold.add(link);
  const found = fold.links();
  const reminded = new Map(
    found.soonest
      .slice(0, 1)
      .map(({ linkId }) => [linkId, { linkId, at: NOW - 20 * MINUTE_MS, actorId: 'U0REQ' }]),
  );
  return { ...found, at: NOW, environment: 'live', incomplete, reminded };
}

/** These links as `/payout stuck` finds them: claimed, first seen and created, in turns. */
export function aStuck(links: readonly PayoutLink[], changes: Partial<Stuck> = {}): Stuck {
  const starts = ['claim', 'seen', 'claim'] as const;
  const aged = links.map((link, index): AgedLink => {
    const from = starts[index % starts.length] ?? 'claim';
    return { link, age: { since: NOW - (60 - index) * HOUR_MS, from } };
  });
  return {
    at: NOW,
    for: { forMs: DAY_MS },
    count: aged.length,
    totalPaise: links.reduce((sum, { amountPaise }) => sum + BigInt(amountPaise ?? 0), 0n),
    amountUnknown: links.filter(({ amountPaise }) => amountPaise === undefined).length,
    pageNumber: 1,
    before: 0,
    links: aged.slice(0, 20),
    unclear: 0,
    environment: 'live',
    incomplete: undefined,
    ...changes,
  };
}

/** Each row as a line of its own. */
export const asLines = (rows: readonly ChainedAuditRow[]): AuditLine[] =>
  rows.map((row) => ({ kind: 'row', row }));

/** The links of `aStuck`, as a channel is told of them: every third again. */
export function aStuckNotice(
  links: readonly PayoutLink[],
  changes: Partial<StuckNotice> = {},
  stage?: TellingStage,
): StuckNotice {
  return {
    links: links.map(({ linkId, amountPaise, contact }, index) => ({
      linkId,
      amountPaise,
      contact,
      age: { since: NOW - (90 - index) * HOUR_MS, from: index % 2 === 0 ? 'claim' : 'seen' },
      stage: stage ?? (index % 3 === 0 ? 'again' : 'first'),
    })),
    stuckAfterMs: DAY_MS,
    againAfterMs: 3 * DAY_MS,
    escalateTo: ['S0FINANCE', 'U0HEAD'],
    environment: 'live',
    ...changes,
  };
}

export function anAuditRow(changes: Partial<ChainedAuditRow> = {}): ChainedAuditRow {
  return {
    sequence: 7,
    at: NOW - HOUR_MS,
    actorId: 'U0REQ',
    action: 'cancel.requested',
    linkId: LINK_ID,
    amountPaise: 1_250_000,
    reason: 'Duplicate of invoice 118',
    previousHash: 'a'.repeat(64),
    hash: 'b'.repeat(64),
    ...changes,
  };
}
