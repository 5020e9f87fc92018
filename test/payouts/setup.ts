/** Owns the surroundings of the rules’ tests: a store in memory, a scripted InstantPay, a clock that is set by hand. */

import { expect, onTestFinished } from 'vitest';
import type { Permission, Policy, Principals } from '../../src/payouts/policy.ts';
import type { Batch } from '../../src/payouts/cancel/batch.ts';
import { TAKE_UP_AFTER_MS } from '../../src/payouts/cancel/decision.ts';
import {
  type CancelRequest,
  type In,
  newRequest,
  type RequestInput,
  type RequestStatus,
} from '../../src/payouts/cancel/request.ts';
import type { LinkFacts } from '../../src/payouts/links/facts.ts';
import type { Deps, Settings, Transition } from '../../src/payouts/deps.ts';
import type { LinkStatus, PayoutLink, TrackedLink } from '../../src/payouts/links/link.ts';
import type { LinkPage } from '../../src/payouts/links/page.ts';
import type { PersonKind } from '../../src/payouts/directory.ts';
import type { WriteAnswer } from '../../src/payouts/gateway.ts';
import { NO_SKIP } from '../../src/payouts/subscriptions/skip.ts';
import { DAY_MS, HOUR_MS } from '../../src/payouts/time.ts';
import { type ScriptedGateway, type Script, scriptedGateway } from '../fakes/gateway.ts';
import { type MemoryStore, memoryStore, type Moment } from '../fakes/memory-store.ts';

/** 20 November 2026, 12:00 in India. */
export const NOON = Date.parse('2026-11-20T12:00:00+05:30');
export const LINK = '657aa9841b8d3897ff0a84fb';

export const MAKER = { userId: 'U_MAKER' };
export const CHECKER = { userId: 'U_CHECKER' };
export const SECOND = { userId: 'U_SECOND' };
/** Holds no permission at all. */
export const STRANGER = { userId: 'U_STRANGER' };

const SETTINGS: Settings = {
  approvalChannel: 'C_APPROVALS',
  approvalTtlMs: 24 * HOUR_MS,
  approvalsRequiredAbovePaise: undefined,
  approvalRules: undefined,
  approversNotify: 'mention',
  breakGlass: false,
  expiringWithinMs: 48 * HOUR_MS,
  stuckAfterMs: 24 * HOUR_MS,
  escalateTo: [],
  keepFinishedMs: 365 * 86_400_000,
  reminderCooldownMs: HOUR_MS,
  watchForMs: 14 * DAY_MS,
  automatic: { beforeMs: [], quiet: undefined },
  digestGraceMs: HOUR_MS,
  digestSkip: NO_SKIP,
  environment: undefined,
  callTimeoutMs: 20_000,
};

export function only(...users: string[]): Principals {
  return { everyone: false, users: new Set(users), groups: [] };
}

/** Makers and checkers look and operate; checkers approve and administer; nobody else may do anything. */
export function policy(changes: Partial<Record<Permission, Principals>> = {}): Policy {
  const staff = only(MAKER.userId, CHECKER.userId, SECOND.userId);
  const checkers = only(CHECKER.userId, SECOND.userId);
  return { look: staff, operate: staff, approve: checkers, administer: checkers, ...changes };
}

export interface TestDeps extends Deps {
  gateway: ScriptedGateway;
  store: MemoryStore;
  /** Each stored step, as the log is told of it. */
  transitions: Transition[];
  /** What the clock shows; set it to let time pass. */
  time: { now: number };
}

export interface DepsOptions {
  script?: Script;
  settings?: Partial<Settings>;
  policy?: Policy;
  /** What Slack knows of people (default: members) and of groups. */
  people?: Record<string, PersonKind | Error>;
  groups?: Record<string, string[] | Error>;
  /** As the store's own; `time` is the replica’s. */
  at?: (moment: Moment, time: { now: number }) => void | Promise<void>;
}

/** The rules’ `Deps`; when the test ends, no approval led to more than one cancel call that left the machine. */
export function makeDeps(options: DepsOptions = {}): TestDeps {
  const time = { now: NOON };
  let ids = 0;
  const deps: TestDeps = {
    time,
    gateway: scriptedGateway({ track: tracked(), page: page([record()]), ...options.script }),
    store: memoryStore({ at: (moment) => options.at?.(moment, time) }),
    directory: {
      person: async (userId) => {
        const person = options.people?.[userId] ?? 'member';
        if (person instanceof Error) throw person;
        return person;
      },
      name: async (userId) => `Name of ${userId}`,
      groupMembers: async (groupId) => {
        const members = options.groups?.[groupId] ?? new Error(`The test has no group ${groupId}.`);
        if (members instanceof Error) throw members;
        return new Set(members);
      },
    },
    clock: () => time.now,
    newId: () => `id-${(ids += 1)}`,
    linkIndex: { candidates: async () => [] },
    policy: options.policy ?? policy(),
    unsaved: new Map(),
    called: new Map(),
    onTransition: (transition) => void deps.transitions.push(transition),
    transitions: [],
    settings: { ...SETTINGS, ...options.settings },
  };
  onTestFinished(() => checkOneCallEach(deps));
  return deps;
}

/** A call answered `not_sent` never left; one that was not answered may have. */
function checkOneCallEach({ gateway, store }: TestDeps): void {
  const { requests, audit } = store.contents();
  for (const linkId of new Set(gateway.calls.cancel)) {
    const calls = gateway.calls.cancel.filter((called) => called === linkId).length;
    const answered = gateway.cancelAnswers.filter((answer) => answer.linkId === linkId);
    const unsent = answered.filter((answer) => answer.kind === 'not_sent').length;
    const approved = requests.filter(
      (one) =>
        one.linkId === linkId &&
        (one.approvals.length >= one.approvalsRequired || one.emergencyReason !== undefined),
    );
    expect(calls - unsent, `cancel calls sent for ${linkId}`).toBeLessThanOrEqual(approved.length);
    const claims = audit.filter((row) => row.linkId === linkId && row.action === 'cancel.started').length;
    expect(calls, `cancel calls for ${linkId} without a stored claim`).toBeLessThanOrEqual(claims);
  }
}

export function tracked(changes: Partial<TrackedLink> = {}): TrackedLink {
  return {
    linkId: LINK,
    status: 'ISSUED',
    statusText: changes.status ?? 'ISSUED',
    amountPaise: 12_345_678,
    activity: [],
    activityLeftOut: 0,
    environment: 'live',
    ipayUuid: 'uuid-track',
    ...changes,
  };
}

/** A link InstantPay has given a status that was never published. */
export const REVOKED = tracked({ status: 'UNKNOWN', statusText: 'REVOKED' });

export const EVERY_STATUS: LinkStatus[] = [
  'ISSUED',
  'PROCESSING',
  'CLAIMED',
  'EXPIRED',
  'CANCELLED',
  'UNKNOWN',
];

export function record(changes: Partial<PayoutLink> = {}): PayoutLink {
  return {
    linkId: LINK,
    status: 'ISSUED',
    statusText: 'ISSUED',
    amountPaise: 12_345_678,
    purpose: 'Refund',
    description: undefined,
    contact: { name: 'Asha Rao', email: 'a***@example.in', mobile: '******3210' },
    referenceNo: undefined,
    orderId: undefined,
    paymentModes: [],
    verifyBene: undefined,
    createdAt: NOON - HOUR_MS,
    activatedAt: NOON - 24 * DAY_MS,
    expiresAt: NOON + 48 * HOUR_MS,
    ...changes,
  };
}

export function page(links: PayoutLink[], changes: Partial<LinkPage> = {}): LinkPage {
  return {
    pageNumber: 1,
    links,
    recordsReceived: links.length,
    currentPage: undefined,
    mismatched: 0,
    mismatchedIds: [],
    unreadable: 0,
    totalRecords: undefined,
    totalPages: undefined,
    recordFrom: undefined,
    recordTo: undefined,
    environment: 'live',
    ipayUuid: 'uuid-page',
    ...changes,
  };
}

export function write(kind: WriteAnswer['kind'], message: string = `words of ${kind}`): WriteAnswer {
  return { kind, message, ipayUuid: `uuid-${kind}`, environment: 'live' };
}

/** What the list says of the link, and nobody else's links. */
export const FACTS: LinkFacts = {
  description: undefined,
  referenceNo: undefined,
  orderId: undefined,
  createdAt: NOON - HOUR_MS,
  paymentModes: [],
  others: [],
  othersLeftOut: 0,
  othersIncomplete: undefined,
};

/** A pending request, as its requester made it. */
export const NEW_REQUEST: RequestInput = {
  id: 'a1',
  linkId: LINK,
  amountPaise: 12_345_678,
  contact: { name: 'Asha Rao', email: 'a***@example.in', mobile: '******3210' },
  purpose: 'Refund',
  linkExpiresAt: NOON + 48 * HOUR_MS,
  environment: 'live',
  facts: FACTS,
  requestedBy: MAKER.userId,
  requestedIn: 'C_FINANCE',
  sharedIn: undefined,
  reason: 'Paid twice',
  requestedAt: NOON,
  ttlMs: 24 * HOUR_MS,
  approvalsRequired: 1,
  rule: undefined,
  emergencyAllowed: false,
  ipayUuid: 'uuid-request',
};

/** A stored request, default pending; some versions old, so that a version is not taken for a count. */
export function request<S extends RequestStatus>(changes: Partial<CancelRequest> & { status: S }): In<S>;
export function request(changes?: Partial<CancelRequest> & { status?: never }): In<'pending'>;
export function request(changes: Partial<CancelRequest>): CancelRequest;
export function request(changes: Partial<CancelRequest> = {}): CancelRequest {
  const batchId = changes.id ?? NEW_REQUEST.id;
  return { ...newRequest(NEW_REQUEST), batchId, number: 1001, version: 7, ...changes };
}

/** The batch of one link. */
export function alone(one: CancelRequest): Batch {
  return { id: one.batchId, number: one.number, version: one.version, requests: [one] };
}

/** A request right after its last approval. */
export function approvedAt(
  now: number,
  changes: Partial<Omit<CancelRequest, 'status'>> = {},
): In<'approved'> {
  return request({
    approvals: [{ userId: CHECKER.userId, at: now }],
    decidedAt: now,
    wakeAt: now + TAKE_UP_AFTER_MS,
    ...changes,
    status: 'approved',
  });
}

const KEPT = 'put into the store as it is';

/** Puts a request into the store as it is. */
export async function keep<Kept extends CancelRequest>(deps: TestDeps, kept: Kept): Promise<Kept> {
  await deps.store.requests.open(
    [kept],
    [{ at: kept.requestedAt, actorId: kept.requestedBy, action: 'cancel.requested', detail: KEPT }],
    [],
  );
  return kept;
}

/** The same with a request that was approved a second ago. */
export async function approvedDeps(script: Script, options: DepsOptions = {}) {
  const deps = makeDeps({ script, ...options });
  const approved = await keep(deps, approvedAt(NOON));
  deps.time.now = NOON + 1_000;
  return { deps, approved };
}

/** The audit without the row `keep` leaves. */
export function auditOf(deps: TestDeps) {
  return deps.store.contents().audit.filter((row) => row.detail !== KEPT);
}

export function stored(deps: TestDeps, id = 'a1'): CancelRequest | undefined {
  return deps.store.contents().requests.find((one) => one.id === id);
}
