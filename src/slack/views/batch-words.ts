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

const SIGNS: Record<'moving' | 'unsure' | 'all' | 'some', Mrkdwn> = {
  moving: md`⏳`,
  unsure: md`⚠️`,
  all: md`✅`,
  some: md`⚪`,
};

function decidedWords({ requests }: Batch, lead: CancelRequest, now: number): StateWords {
  const having = (...statuses: RequestStatus[]): number =>
    requests.filter(({ status }) => statuses.includes(status)).length;
  const cancelled = having('executed');
  const moving = having('approved', 'executing');
  const unsure = having('unknown', 'unresolved');
  const left = requests.length - cancelled - moving - unsure;
  const title = md`${cancelled} of ${count(requests.length, 'link')} cancelled`;
  const rest = [
    moving > 0 ? md`, ${moving} in progress` : md``,
    unsure > 0 ? md`, ${unsure} not confirmed` : md``,
  ] as const;
  const sign = moving > 0 ? 'moving' : unsure > 0 ? 'unsure' : cancelled === requests.length ? 'all' : 'some';
  return {
    sign: SIGNS[sign],
    title: md`${title}${rest[0]}${rest[1]}`,
    what: approvedBy(lead, now),
    quoted: undefined,
    next: nextStep({ cancelled, left, moving, unsure }),
  };
}

/** The requester's one next step. */
function nextStep(counts: { cancelled: number; left: number; moving: number; unsure: number }): Mrkdwn {
  if (counts.moving + counts.unsure > 0) return md`No action needed. The outcomes will appear here.`;
  if (counts.left > 0) return md`Check the status of the links that were not cancelled before a new request.`;
  return md`The recipients can no longer claim these links. InstantPay does not report when held funds are released. Check the account statement.`;
}
