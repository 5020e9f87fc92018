/** Owns InstantPay as the exploration sees it: the outcomes of a call, the link's own changes, and the times that matter. */

import type { CancelRequest } from '../../src/payouts/cancel/request.ts';
import { START_WITHIN_MS } from '../../src/payouts/cancel/transitions.ts';
import type { LinkStatus, TrackedLink } from '../../src/payouts/links/link.ts';
import type { WriteAnswer } from '../../src/payouts/gateway.ts';
import { DAY_MS } from '../../src/payouts/time.ts';
import { tracked, write } from '../payouts/setup.ts';
import type { Amount, LinkState, Outcome, WorldOptions } from './state.ts';

/** The link's own ways, without Payout Desk (R7: PROCESSING may go back to ISSUED). */
export const LINK_WAYS: Partial<Record<LinkStatus, readonly LinkStatus[]>> = {
  ISSUED: ['PROCESSING', 'EXPIRED', 'UNKNOWN'],
  PROCESSING: ['CLAIMED', 'ISSUED'],
};

/** What the call does to the link (R9), or undefined where it cannot come to this. */
export function effectOf(outcome: Outcome, link: LinkState): Partial<LinkState> | undefined {
  const sent = link.sent + 1;
  switch (outcome) {
    case 'done':
    case 'verify, done':
    case 'unknown, done':
      if (link.status !== 'ISSUED') return undefined;
      return { sent, status: 'CANCELLED', executed: link.executed + 1 };
    case 'refused':
    case 'verify, not done':
      return { sent };
    case 'unknown, not arrived':
      return { sent, flying: true };
    case 'not_sent':
      return {};
  }
}

/** When a request in this state has to be looked at, and when it is given up. */
export function instantsOf(
  request: CancelRequest,
  { ageing, lookUps, lastSecond }: Pick<WorldOptions, 'ageing' | 'lookUps' | 'lastSecond'>,
): number[] {
  const { status, wakeAt = Infinity, expiresAt, decidedAt = 0, executingAt = 0, checks } = request;
  switch (status) {
    case 'pending':
      return ageing ? [wakeAt, expiresAt] : [];
    case 'approved':
      return [
        wakeAt,
        ...(lastSecond ? [decidedAt + START_WITHIN_MS - 1_000] : []),
        decidedAt + START_WITHIN_MS,
      ];
    case 'unknown':
      return checks < lookUps ? [wakeAt, executingAt + DAY_MS] : [Math.max(wakeAt, executingAt + DAY_MS)];
    case 'executing':
      return [wakeAt];
    case 'rejected':
    case 'withdrawn':
    case 'expired':
    case 'executed':
    case 'refused':
    case 'unresolved':
      return [];
  }
}

const LINKS = new Map<string, ReturnType<typeof tracked>>();

const PAISE: Record<Amount, Partial<TrackedLink>> = {
  asked: {},
  other: { amountPaise: 99_00_000_00 },
  unreadable: { amountPaise: undefined },
};

export function linkAs(linkId: string, status: LinkStatus, amount: Amount) {
  const key = `${linkId} ${status} ${amount}`;
  const link = LINKS.get(key) ?? tracked({ linkId, status, ...PAISE[amount] });
  LINKS.set(key, link);
  return link;
}

const ANSWERS = new Map<Outcome, WriteAnswer>();

export function answerOf(outcome: Outcome): WriteAnswer {
  const answer = ANSWERS.get(outcome) ?? write(KIND_OF[outcome]);
  ANSWERS.set(outcome, answer);
  return answer;
}

const KIND_OF: Record<Outcome, WriteAnswer['kind']> = {
  done: 'done',
  refused: 'refused',
  'verify, done': 'verify',
  'verify, not done': 'verify',
  'unknown, done': 'unknown',
  'unknown, not arrived': 'unknown',
  not_sent: 'not_sent',
};
