/** Owns how a cancel request is written as a row: the fields that are searched for as columns, the rest as JSON. */

import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { LinkFacts } from '../payouts/links/facts.ts';
import { OUTCOME_KINDS, type Outcome } from '../payouts/cancel/outcome.ts';
import { type CancelRequest, type NewRequest, REQUEST_STATUSES } from '../payouts/cancel/request.ts';
import { ENVIRONMENTS, LINK_STATUSES } from '../payouts/links/link.ts';
import type { ApprovalRule } from '../payouts/policy.ts';
import { fromInstant, toInstant } from './instant.ts';
import { maybe, notReadable, readJson, writeJson } from './json.ts';
import type { Tables } from './schema.ts';

export type CancelRequestRow = Selectable<Tables['cancel_requests']>;

type Column =
  | 'id'
  | 'batchId'
  | 'number'
  | 'version'
  | 'status'
  | 'linkId'
  | 'requestedBy'
  | 'requestedAt'
  | 'wakeAt';
type Details = Omit<CancelRequest, Column>;

const requestStatus = z.enum(REQUEST_STATUSES);

const outcome: z.ZodType<Outcome> = z.object({
  kind: z.enum(OUTCOME_KINDS),
  linkStatus: maybe(z.enum(LINK_STATUSES)),
  amountPaise: maybe(z.int()),
  message: z.string(),
  ipayUuid: maybe(z.string()),
  settledByTracking: z.boolean(),
});

const approval = z
  .object({ userId: z.string(), at: z.number(), onBehalfOf: maybe(z.string()) })
  // Absent, not undefined, for an approver's own: what is read back is what was stored.
  .transform(({ onBehalfOf, ...own }) => (onBehalfOf === undefined ? own : { ...own, onBehalfOf }));

const rule: z.ZodType<ApprovalRule> = z.object({
  fromPaise: z.int(),
  approvals: z.int().min(1),
  users: z.array(z.string()),
  groups: z.array(z.string()),
});

const otherLink = z.object({
  linkId: z.string(),
  status: z.enum(LINK_STATUSES),
  amountPaise: maybe(z.int()),
  expiresAt: maybe(z.number()),
});

const facts: z.ZodType<LinkFacts> = z.object({
  description: maybe(z.string()),
  referenceNo: maybe(z.string()),
  orderId: maybe(z.string()),
  createdAt: maybe(z.number()),
  paymentModes: z.array(z.string()),
  others: z.array(otherLink),
  othersLeftOut: z.int().min(0),
  othersIncomplete: maybe(z.string()),
});

const details: z.ZodType<Details> = z.object({
  amountPaise: z.int(),
  contact: z.object({ name: maybe(z.string()), email: maybe(z.string()), mobile: maybe(z.string()) }),
  purpose: maybe(z.string()),
  linkExpiresAt: maybe(z.number()),
  environment: maybe(z.enum(ENVIRONMENTS)),
  facts,
  questions: z.array(z.object({ id: z.string(), by: z.string(), at: z.number(), text: z.string() })),
  requestedIn: z.string(),
  sharedIn: maybe(z.object({ channelId: z.string(), threadTs: z.string() })),
  reason: z.string(),
  expiresAt: z.number(),
  nudgeAt: z.number(),
  nudgedAt: maybe(z.number()),
  deputiesToldAt: maybe(z.number()),
  administratorsToldAt: maybe(z.number()),
  approvalsRequired: z.int().min(1),
  rule: maybe(rule),
  approvals: z.array(approval),
  voidApprovals: z.array(approval),
  emergencyAllowed: z.boolean(),
  emergencyReason: maybe(z.string()),
  decidedAt: maybe(z.number()),
  closedBy: maybe(z.string()),
  closedReason: maybe(z.string()),
  executingAt: maybe(z.number()),
  holder: maybe(z.string()),
  checks: z.int().min(0),
  problem: maybe(z.string()),
  ipayUuid: maybe(z.string()),
  outcome: maybe(outcome),
});

/** Without the number, which the store gives once and for all. */
export function toRow(request: NewRequest): Omit<CancelRequestRow, 'number' | 'homes_version'> {
  const { id, batchId, version, status, linkId, requestedBy, requestedAt, wakeAt, ...rest } = request;
  return {
    id,
    batch_id: batchId,
    version,
    status,
    link_id: linkId,
    requested_by: requestedBy,
    requested_at: toInstant(requestedAt),
    wake_at: wakeAt === undefined ? null : toInstant(wakeAt),
    details: writeJson(rest),
  };
}

/** How an error names the record. */
export const requestRecord = (id: string): string => `cancel request ${id}`;

/** Throws when the record is not what this version can act on. */
export function fromRow(row: Omit<CancelRequestRow, 'homes_version'>): CancelRequest {
  const status = requestStatus.safeParse(row.status);
  if (!status.success) throw new Error(notReadable(requestRecord(row.id), ['status']));
  return {
    id: row.id,
    batchId: row.batch_id,
    number: row.number,
    version: row.version,
    status: status.data,
    linkId: row.link_id,
    requestedBy: row.requested_by,
    requestedAt: fromInstant(row.requested_at),
    wakeAt: row.wake_at === null ? undefined : fromInstant(row.wake_at),
    ...readJson(details, row.details, requestRecord(row.id)),
  };
}
