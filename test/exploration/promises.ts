/** Owns what must hold in every state and at every step, and says which promise is broken when one is. */

import type { Batch } from '../../src/payouts/cancel/batch.ts';
import {
  type CancelRequest,
  type RequestStatus,
  isUnfinished,
  voiceOf,
} from '../../src/payouts/cancel/request.ts';
import { LEFT_OUT } from '../../src/payouts/cancel/words.ts';
import type { CardCopy } from '../../src/payouts/cancel/ports.ts';
import { leaseMs, START_WITHIN_MS } from '../../src/payouts/cancel/transitions.ts';
import type { AuditRow } from '../../src/payouts/audit-port.ts';
import { type Answer, CALL_TIMEOUT_MS, type Click, type Operation, type Position } from './programs.ts';
import { GONE, type LinkState, type State } from './state.ts';

/** A promise of Payout Desk is broken; the message says which. */
export class Broken extends Error {}

function insist(holds: boolean, promise: string): void {
  if (!holds) throw new Broken(promise);
}

/** Every transition there is, with the action of its one audit row. */
const TRANSITIONS: Record<string, readonly string[]> = {
  'pending pending': ['cancel.approved', 'approvers.nudged', 'request.escalated'],
  'pending approved': ['cancel.approved', 'cancel.emergency_approved'],
  'pending rejected': ['cancel.rejected'],
  'pending withdrawn': ['cancel.withdrawn'],
  'pending expired': ['cancel.expired'],
  'approved approved': ['cancel.rescheduled'],
  'approved executing': ['cancel.started'],
  'approved refused': ['cancel.refused'],
  'executing approved': ['cancel.rescheduled'],
  'executing executed': ['cancel.executed'],
  'executing refused': ['cancel.refused'],
  'executing unknown': ['cancel.outcome_unknown'],
  'unknown unknown': ['cancel.rechecked'],
  // The replica that made the call hears late that nothing was sent.
  'unknown approved': ['cancel.rescheduled'],
  'unknown executed': ['cancel.executed'],
  'unknown refused': ['cancel.refused'],
  'unknown unresolved': ['cancel.unresolved'],
};

/** Ends that are told to the requester; who withdraws a request knows it. An unknown outcome is told as well. */
const TOLD: readonly RequestStatus[] = [
  'executed',
  'refused',
  'unresolved',
  'rejected',
  'expired',
  'unknown',
];

/** Which messages a change of a request has to add. */
function messagesOf(before: CancelRequest, after: CancelRequest): CardCopy['purpose'][] {
  // Told with the outcome of the others.
  if (isOut(after)) return [];
  if (before.status !== after.status && TOLD.includes(after.status)) return ['outcome'];
  if (before.emergencyReason !== after.emergencyReason) return ['emergency'];
  if (before.nudgedAt !== after.nudgedAt) return ['nudge'];
  // The deputies were there at the nudge, so nobody is left to tell; administrators are named.
  return before.administratorsToldAt === after.administratorsToldAt ? [] : ['administrators'];
}

/** What a request is about, and what it needs, is fixed when it is made. */
const ASKED_FOR = [
  'linkId',
  'amountPaise',
  'requestedBy',
  'reason',
  'expiresAt',
  'approvalsRequired',
  'emergencyAllowed',
] as const;

interface Stored {
  before: Batch;
  after: Batch;
  rows: readonly AuditRow[];
  /** The outbox after it, which was empty before. */
  outbox: readonly CardCopy[];
  operation: Operation;
  answer: Answer;
}

/** One operation of the store: what it changed, what it answered, what it wrote down. */
export function checkStored({ before, after, rows, outbox, operation, answer }: Stored): void {
  const isChanged = JSON.stringify(before) !== JSON.stringify(after);
  if (operation.kind === 'append') {
    insist(!isChanged && rows.length === 1, 'a refused decision changes nothing and leaves one audit row');
    return;
  }
  if (operation.kind !== 'save' || answer.kind !== 'save' || !answer.saved) {
    insist(!isChanged, 'only a change that is answered with yes changes the request');
    insist(rows.length === 0, 'what changed nothing leaves no audit row');
    return;
  }
  const { changes } = operation;
  const kept = before.requests.map(
    (one) => changes.find((change) => change.after.id === one.id)?.after ?? one,
  );
  insist(
    JSON.stringify(after.requests) === JSON.stringify(kept),
    'a change that is answered with yes is kept as it was made',
  );
  checkTogether(before, after);
  const pairs = before.requests.map((one, index) => ({ one, next: after.requests[index] ?? one }));
  const changed = pairs.filter(({ one, next }) => JSON.stringify(one) !== JSON.stringify(next));
  const wanted = [...new Set(changed.flatMap(({ one, next }) => messagesOf(one, next)))].join();
  insist(
    operation.messages.map(({ purpose }) => purpose).join() === wanted,
    'each step adds the messages that people need, and no other',
  );
  insist(
    outbox.map(({ purpose }) => purpose).join() === wanted,
    'the outbox holds the messages of a stored step',
  );
  insist(rows.length === 0 || changed.length > 0, 'what changed nothing leaves no audit row');
  for (const { one, next } of changed)
    checkChange(
      one,
      next,
      rows.filter(({ linkId }) => linkId === one.linkId),
    );
}

/** Those that wait are decided together, and go on waiting only together. */
function checkTogether(before: Batch, after: Batch): void {
  const waiting = before.requests.flatMap((one, index) => (one.status === 'pending' ? [index] : []));
  const moved = waiting.filter((index) => before.requests[index]?.version !== after.requests[index]?.version);
  insist(moved.length === 0 || moved.length === waiting.length, 'what waits is decided as a whole');
  const decided = after.requests
    .filter((_one, index) => waiting.includes(index))
    .filter((one) => !isOut(one));
  insist(
    new Set(decided.map(({ status, approvals }) => JSON.stringify([status, approvals]))).size <= 1,
    'those that are decided together agree',
  );
}

function isOut({ status, closedReason }: CancelRequest): boolean {
  return status === 'rejected' && closedReason === LEFT_OUT;
}

/** One request of those that changed, with its rows of the audit. */
function checkChange(before: CancelRequest, after: CancelRequest, rows: readonly AuditRow[]): void {
  insist(isUnfinished(before), 'a final state is never left');
  insist(after.version === before.version + 1, 'each change is a version');
  const words = TRANSITIONS[`${before.status} ${after.status}`];
  insist(words !== undefined, `there is no way from ${before.status} to ${after.status}`);
  const [row, ...more] = rows;
  const voided = after.voidApprovals.filter(({ userId }) =>
    before.approvals.some((one) => one.userId === userId),
  );
  insist(
    row !== undefined &&
      more.length === voided.length &&
      more.every(
        ({ action, affectedUserId }, index) =>
          action === 'approval.voided' && affectedUserId === voided[index]?.userId,
      ),
    'each change leaves one audit row, and one for each approval that became void',
  );
  insist(
    words?.includes(row?.action ?? '') === true,
    `the audit says "${row?.action}" of ${before.status} -> ${after.status}`,
  );
  insist(
    row?.cancelRequestId === after.batchId &&
      row.linkId === after.linkId &&
      row.amountPaise === after.amountPaise,
    'an audit row says what it is about',
  );
  for (const fact of ASKED_FOR) insist(after[fact] === before[fact], `what was asked for stays: ${fact}`);
  checkPeople(before, after, row);
  insist(isUnfinished(after) === (after.wakeAt !== undefined), 'whatever is unfinished is looked at again');
}

/** Approvals stay, and what a person did is audited under their name. */
function checkPeople(before: CancelRequest, after: CancelRequest, row: AuditRow | undefined): void {
  const kept = before.approvals.every(({ userId }) =>
    [...after.approvals, ...after.voidApprovals].some((one) => one.userId === userId),
  );
  insist(kept, 'an approval that was taken stays');
  const fresh = after.approvals.filter(
    (approval) => !before.approvals.some((one) => one.userId === approval.userId),
  );
  insist(
    fresh.every((approval) => approval.userId === row?.actorId),
    'an approval is written down under its approver',
  );
  insist(
    new Set(after.approvals.map((approval) => approval.userId)).size === after.approvals.length,
    'nobody approves twice',
  );
  insist(
    new Set(after.approvals.map(voiceOf)).size === after.approvals.length,
    'an approver and the deputy of that approver count once',
  );
  if (after.closedBy !== before.closedBy) {
    insist(after.closedBy === row?.actorId, 'an end is written down under who made it');
  }
}

/** A cancel call is about to leave: on the strength of what, and by whom. */
interface Leaving {
  asked: CancelRequest;
  /** The request as it is stored now. */
  record: CancelRequest;
  /** What was sent for its link before. */
  link: LinkState;
  state: State;
  /** Who is about to call, what their clock shows, and how far clocks are apart. */
  caller: Pick<Position, 'tracked' | 'holder'>;
  now: number;
  skewMs: number;
  checksHolder: boolean;
}

export function checkCall({ asked, record, link, state, caller, now, skewMs, checksHolder }: Leaving): void {
  insist(link.sent === 0, 'one approval leads to one cancel call');
  insist(!isOut(record), 'no call for a link that was left out');
  const { approvals } = record;
  const approvers = new Set(approvals.map((approval) => approval.userId));
  insist(!approvers.has(asked.requestedBy), 'the requester never approves');
  const alone = asked.emergencyAllowed && record.emergencyReason !== undefined;
  insist(approvers.size >= (alone ? 1 : asked.approvalsRequired), 'enough different people have approved');
  const earlier = alone ? [] : approvals.slice(0, -1);
  insist(
    !earlier.some((approval) =>
      [approval.userId, voiceOf(approval)].some((who) => state.goneEarly.includes(who)),
    ),
    'no call with an approval of somebody who had lost the right at the last approval',
  );
  insist(
    alone || !state.lentEndedEarly || approvals.every(({ onBehalfOf }) => onBehalfOf === undefined),
    'no call with an approval by a lent right that had ended before the last approval was stored',
  );
  insist(
    approvals.every((approval) => voiceOf(approval) !== asked.requestedBy),
    'no approval by the right of the requester',
  );
  const ageMs = state.now - (link.decidedAt ?? -Infinity);
  insist(ageMs < START_WITHIN_MS + skewMs, 'no call later than half an hour after the decision');
  insist(
    caller.tracked?.linkId === asked.linkId &&
      caller.tracked.status === 'ISSUED' &&
      caller.tracked.amountPaise === asked.amountPaise,
    'no call for another amount than the approved one',
  );
  if (!checksHolder) return;
  insist(record.holder === caller.holder, 'only the holder of the claim calls');
  const leaseEndsAt = (record.executingAt ?? 0) + leaseMs(CALL_TIMEOUT_MS);
  insist(now < leaseEndsAt, 'no call after the lease of its holder');
  insist(record.status === 'executing' || skewMs > 0, 'no call while the outcome is looked up');
}

const SAYS_NO: readonly RequestStatus[] = ['rejected', 'expired', 'withdrawn'];

/** Whatever has happened, in whatever order. */
export function checkState(link: LinkState, request: CancelRequest, unsent: boolean): void {
  insist(link.sent <= 1, 'one approval leads to one cancel call');
  insist(link.executed <= link.sent, 'nothing is executed that was not sent');
  if (request.status === 'executed') {
    insist(link.status === 'CANCELLED', 'executed is said only of a link that is CANCELLED');
  }
  if (SAYS_NO.includes(request.status)) {
    insist(link.sent === 0, `nothing is sent for what was ${request.status}`);
  }
  if (request.status === 'pending') insist(link.sent === 0, 'nothing is sent before the approval');
  if (unsent && (request.status === 'approved' || request.outcome?.kind === 'too_late')) {
    insist(link.sent === 0, 'what is said not to be sent was not sent');
  }
}

/**
 * The moment the request comes to an end. R9 rules that PROCESSING means the recipient won, though R7 says that it may
 * go back to ISSUED: what a late call does to the link after that is the one thing left open (`strict` finds it).
 */
export function checkEnd(state: State, link: LinkState, request: CancelRequest, strict: boolean): void {
  if (request.status === 'unresolved' && link.sent === 0) {
    // Only a holder that died, or is frozen still, leaves a claim behind without a call.
    const isHeld = state.actors.some(({ at }) => at !== GONE);
    insist(state.died || isHeld, 'a lost COMMIT ends in the call or in an honest request put back');
  }
  if (request.status !== 'refused' || (request.outcome?.linkStatus === 'PROCESSING' && !strict)) return;
  insist(link.executed === 0, 'refused is not said of a link that Payout Desk has cancelled');
}

/** What a person was told stays true in the store, of every link that they decided on. */
export function checkTold({ by, kind, leaveOut }: Click, { requests }: Batch): void {
  const approves = kind === 'approve' || kind === 'emergency';
  for (const request of requests) {
    if (approves && leaveOut.includes(request.linkId)) {
      insist(isOut(request), 'a link that was left out is rejected');
    } else if (isOut(request)) {
      // Left out by the other approver, before or after.
      continue;
    } else if (approves) {
      const counted = [...request.approvals, ...request.voidApprovals].some(({ userId }) => userId === by);
      insist(counted, 'an approval that was answered with yes is in the record');
    } else {
      insist(request.closedBy === by, 'a rejection that was answered with yes is in the record');
    }
  }
}
