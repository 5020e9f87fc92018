/** Owns what is said about a cancellation request in each of its states: only what is known at that moment. */

import type { Approval, CancelRequest, RequestStatus } from '../../payouts/cancel/request.ts';
import type { ApprovalRule } from '../../payouts/policy.ts';
import { parseLinkId } from '../../payouts/links/link.ts';
import {
  code,
  count,
  joinMd,
  type Mrkdwn,
  md,
  person,
  rupees,
  until,
  userGroup,
  when,
} from '../block-kit/text.ts';
import { linkStatusWord, OUTCOME_TITLES, outcomeWords } from './outcome-words.ts';

/** A tier may name any number of people; the first say enough. */
const RULE_SHOWN = 10;

export interface StateWords {
  sign: Mrkdwn;
  /** The status, as a title and in notifications. */
  title: Mrkdwn;
  /** What happened, who did it and when. */
  what: Mrkdwn;
  /** InstantPay's or a person's words; plain text only. */
  quoted: string | undefined;
  /** The requester's one next step. */
  next: Mrkdwn | undefined;
}

/** Returns the words of the request's state; times are relative to `now`, in epoch milliseconds. */
export function stateWords(request: CancelRequest, now: number): StateWords {
  return { quoted: undefined, next: undefined, ...STATES[request.status](request, now) };
}

/** The titles of the states that have one; the others have an outcome (`OUTCOME_TITLES`). */
export const STATE_TITLES = {
  pending: md`Cancellation requested`,
  approved: md`Approved, not sent yet`,
  executing: md`Cancellation started, not confirmed`,
  unknown: md`Cancellation not confirmed, checking`,
  rejected: md`Request rejected, link not cancelled`,
  expired: md`Request expired, link not cancelled`,
  withdrawn: md`Request withdrawn, link not cancelled`,
};

/** A cancellation whose link could not be checked yet: it is tried again. */
export const NOTHING_SENT_YET = md`Nothing has been sent to InstantPay.`;

export const NOT_UNTIL_CONFIRMED = md`The link is not cancelled until InstantPay confirms it.`;

/** R9: at most one call, whatever became of it. */
export const NOT_SENT_AGAIN = md`It will not be sent again.`;

export const LINK_EXPIRED_AS_WELL = md`The link’s own expiry has passed as well. Check its status.`;

type Words = Pick<StateWords, 'sign' | 'title' | 'what'> & Partial<StateWords>;

const STATES: Record<RequestStatus, (request: CancelRequest, now: number) => Words> = {
  pending: (request, now) => ({
    sign: md`🔔`,
    title: STATE_TITLES.pending,
    what: md`Waiting for ${missing(request)}. Expires ${until(request.expiresAt, now)}.`,
  }),
  approved: (request, now) => ({
    sign: md`⏳`,
    title: STATE_TITLES.approved,
    what: request.problem
      ? md`${approvedBy(request, now)} ${NOTHING_SENT_YET}${nextTime(md`Next attempt`, request, now)}`
      : md`${approvedBy(request, now)} The link is checked again, then the cancellation is sent.`,
    quoted: request.problem,
  }),
  executing: (request, now) => ({
    sign: md`⏳`,
    title: STATE_TITLES.executing,
    what: md`${approvedBy(request, now)} ${maybeSent(request, now)}. ${NOT_UNTIL_CONFIRMED}`,
    quoted: request.problem,
  }),
  unknown: (request, now) => ({
    sign: md`⚠️`,
    title: STATE_TITLES.unknown,
    what: md`${approvedBy(request, now)} ${maybeSent(request, now)} and is not confirmed. ${NOT_SENT_AGAIN}${nextTime(md`Next check`, request, now)}`,
    quoted: request.problem,
    next: md`No action needed. The outcome will appear here.`,
  }),
  unresolved: (request, now) => ({
    sign: md`🔴`,
    title: OUTCOME_TITLES.still_unknown,
    what: md`${approvedBy(request, now)} ${maybeSent(request, now)}. Checks over 24 hours did not confirm the outcome.${lastStatus(request)}`,
    quoted: request.outcome?.message ?? request.problem,
    next: md`Contact InstantPay support with the InstantPay request ID before a new request.`,
  }),
  rejected: (request, now) => ({
    sign: md`🚫`,
    title: STATE_TITLES.rejected,
    what: md`Rejected by ${person(request.closedBy)}${decidedAt(request, now)}.`,
    quoted: request.closedReason,
    next: md`Contact ${person(request.closedBy)}, or submit a new request.`,
  }),
  expired: (request, now) => ({
    sign: md`⌛`,
    title: STATE_TITLES.expired,
    what: md`Expired without a decision${decidedAt(request, now)}.`,
    next: request.expiresAt === request.linkExpiresAt ? LINK_EXPIRED_AS_WELL : newRequest(request),
  }),
  withdrawn: (request, now) => ({
    sign: md`↩️`,
    title: STATE_TITLES.withdrawn,
    what: md`Withdrawn by ${person(request.closedBy)}${decidedAt(request, now)}.`,
  }),
  executed: ended,
  refused: ended,
};

function ended(request: CancelRequest, now: number): Words {
  const words = outcomeWords(request, newRequest(request));
  return { ...words, what: md`${approvedBy(request, now)} ${words.what}` };
}

/** Who approved it and when. */
export function approvedBy(request: CancelRequest, now: number): Mrkdwn {
  const { approvals, emergencyReason } = request;
  if (emergencyReason === undefined)
    return md`Approved by ${approvers(approvals)}${decidedAt(request, now)}.`;
  // The administrator approved last; earlier approvals were regular ones.
  const emergency = md`Emergency approval by ${approvers(approvals.slice(-1))}${decidedAt(request, now)}.`;
  const before = approvals.slice(0, -1);
  return before.length === 0 ? emergency : md`${emergency} Approved before by ${approvers(before)}.`;
}

function decidedAt(request: CancelRequest, now: number): Mrkdwn {
  return request.decidedAt === undefined ? md`` : md` ${when(request.decidedAt, now)}`;
}

/** A process may have stopped between its claim and its call, so "sent" would be more than is known. */
function maybeSent({ executingAt }: CancelRequest, now: number): Mrkdwn {
  const sentAt = executingAt === undefined ? md`` : md` ${when(executingAt, now)}`;
  return md`The cancellation may have been sent${sentAt}`;
}

function lastStatus({ outcome }: CancelRequest): Mrkdwn {
  return outcome?.linkStatus
    ? md` Link status at the last check: ${linkStatusWord(outcome.linkStatus)}.`
    : md``;
}

function nextTime(label: Mrkdwn, { wakeAt }: CancelRequest, now: number): Mrkdwn {
  if (wakeAt === undefined) return md``;
  return md` ${label}: ${wakeAt <= now ? md`now` : when(wakeAt, now)}.`;
}

/** With the command to type, when the link ID is one. */
function newRequest({ linkId }: CancelRequest): Mrkdwn {
  const valid = parseLinkId(linkId);
  return valid ? md`Submit a new request: ${code(`/payout cancel ${valid}`)}` : md`Submit a new request.`;
}

/** "@deputy for @approver" where the right was lent. */
function approver({ userId, onBehalfOf }: Approval): Mrkdwn {
  return onBehalfOf === undefined ? person(userId) : md`${person(userId)} for ${person(onBehalfOf)}`;
}

/** Whether the rule is not what everybody expects: one approval, from the first rupee on. */
export function differs({ fromPaise, approvals }: ApprovalRule): boolean {
  return fromPaise > 0 || approvals > 1;
}

/** "From ₹2,00,000.00: 2 approvals"; of what everybody expects, "1 approval". */
export function ruleWords(rule: ApprovalRule): Mrkdwn {
  const approvals = count(rule.approvals, 'approval');
  return differs(rule) ? md`From ${rupees(rule.fromPaise)}: ${approvals}` : approvals;
}

/** The same with its people, for private answers: elsewhere it would notify them. */
export function ruleWithPeople({ rule }: CancelRequest): Mrkdwn {
  if (!rule) return md`An approver has to decide.`;
  const who = [...rule.groups.map(userGroup), ...rule.users.map(person)];
  const shown = who.length > RULE_SHOWN ? md` and ${who.length - RULE_SHOWN} more` : md``;
  return md`${ruleWords(rule)} from ${joinMd(who.slice(0, RULE_SHOWN), ' or ')}${shown}.`;
}

/** Who gave these approvals. */
export function approvers(approvals: readonly Approval[]): Mrkdwn {
  return approvals.length === 0 ? md`no one yet` : joinMd(approvals.slice(0, 10).map(approver), ' and ');
}

function missing({ approvals, approvalsRequired }: CancelRequest): Mrkdwn {
  if (approvalsRequired <= 1) return md`approval`;
  const left = approvalsRequired - approvals.length;
  return approvals.length === 0
    ? count(left, 'approval')
    : md`${left} more ${left === 1 ? md`approval` : md`approvals`}`;
}

/** "1 of 2 approvals: @asha". */
export function approvalsLine(request: CancelRequest): Mrkdwn {
  const { approvals, approvalsRequired } = request;
  const counted = md`${approvals.length} of ${count(approvalsRequired, 'approval')}`;
  return approvals.length === 0 ? counted : md`${counted}: ${approvers(approvals)}`;
}

/** The same when more than one approval is required; with one it adds nothing. */
export function approvalsLineOfSeveral(request: CancelRequest): Mrkdwn | undefined {
  return request.approvalsRequired > 1 ? approvalsLine(request) : undefined;
}
