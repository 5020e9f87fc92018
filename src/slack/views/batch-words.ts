/** Owns what is said about a cancellation request as a whole: of one link what is said of that link, of several what they come to. */

import type { Batch } from '../../payouts/cancel/batch.ts';
import type { CancelRequest, RequestStatus } from '../../payouts/cancel/request.ts';
import { LEFT_OUT } from '../../payouts/cancel/words.ts';
import { count, type Mrkdwn, md } from '../block-kit/text.ts';
import { approvedBy, type StateWords, stateWords } from './approval-words.ts';

/** The titles of a request for several links that ends without a call. */
export const BATCH_TITLES = {
  rejected: md`Request rejected, links not cancelled`,
  expired: md`Request expired, links not cancelled`,
  withdrawn: md`Request withdrawn, links not cancelled`,
};

/** Of a link that an approver did not select. */
export const LINK_LEFT_OUT = md`left out by the approver`;

/** Returns the words of the request's state; times are relative to `now`, in epoch milliseconds. */
export function batchWords(batch: Batch, now: number): StateWords {
  const { requests } = batch;
  const lead = leadOf(batch);
  const words = stateWords(lead, now);
  if (requests.length === 1) return words;
  switch (lead.status) {
    case 'pending':
      return words;
    case 'rejected':
    case 'expired':
    case 'withdrawn':
      return { ...words, title: BATCH_TITLES[lead.status] };
    case 'approved':
    case 'executing':
    case 'unknown':
    case 'executed':
    case 'refused':
    case 'unresolved':
      return decidedWords(batch, lead, now);
  }
}

/** The request that shows how the whole was decided: one that no approver left out. */
export function leadOf({ requests }: Batch): CancelRequest {
  return requests.find((request) => !isLeftOut(request)) ?? requests[0];
}

export function isLeftOut({ closedReason, status }: CancelRequest): boolean {
  return status === 'rejected' && closedReason === LEFT_OUT;
}

/** How many links are in each of these states; each link is in one. */
interface Counts {
  cancelled: number;
  /** Approved, or its call is under way. */
  moving: number;
  /** Looked up until it is known. */
  checking: number;
  /** A day of look-ups did not tell: a person has to ask. */
  unresolved: number;
  left: number;
}

function countsOf({ requests }: Batch): Counts {
  const having = (...statuses: RequestStatus[]): number =>
    requests.filter(({ status }) => statuses.includes(status)).length;
  const cancelled = having('executed');
  const moving = having('approved', 'executing');
  const checking = having('unknown');
  const unresolved = having('unresolved');
  const left = requests.length - cancelled - moving - checking - unresolved;
  return { cancelled, moving, checking, unresolved, left };
}

function decidedWords(batch: Batch, lead: CancelRequest, now: number): StateWords {
  const counts = countsOf(batch);
  const { cancelled, moving, checking, unresolved } = counts;
  const unsure = checking + unresolved;
  const inProgress = moving > 0 ? md`, ${moving} in progress` : md``;
  const notConfirmed = unsure > 0 ? md`, ${unsure} not confirmed` : md``;
  return {
    sign: signOf(counts),
    title: md`${cancelled} of ${count(batch.requests.length, 'link')} cancelled${inProgress}${notConfirmed}`,
    what: approvedBy(lead, now),
    quoted: undefined,
    next: nextStep(counts),
  };
}

function signOf({ moving, checking, unresolved, left, cancelled }: Counts): Mrkdwn {
  if (moving > 0) return md`⏳`;
  if (checking > 0) return md`⚠️`;
  if (unresolved > 0) return md`🔴`;
  return left > 0 || cancelled === 0 ? md`⚪` : md`✅`;
}

/** For the links whose outcome is not confirmed after a day. */
export const ASK_INSTANTPAY = md`Contact InstantPay support with the InstantPay request IDs before a new request.`;

/** The requester's one next step. */
function nextStep({ moving, checking, unresolved, left }: Counts): Mrkdwn {
  if (moving + checking > 0) return md`No action needed. The outcomes will appear here.`;
  if (unresolved > 0) return ASK_INSTANTPAY;
  if (left > 0) return md`Check the status of the links that were not cancelled before a new request.`;
  return md`The recipients can no longer claim these links. InstantPay does not report when held funds are released. Check the account statement.`;
}
