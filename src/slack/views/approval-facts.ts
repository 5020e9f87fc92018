/** Owns what an approver decides by, short enough for one screen of a phone: the link's facts, the recipient's other open links. */

import type { Batch } from '../../payouts/cancel/batch.ts';
import type { CancelRequest } from '../../payouts/cancel/request.ts';
import type { OtherLink } from '../../payouts/links/facts.ts';
import { formatRupees } from '../../payouts/money.ts';
import { HOUR_MS } from '../../payouts/time.ts';
import { type Line, plain, section } from '../block-kit/blocks.ts';
import type { KnownBlock } from '@slack/web-api';
import { clean, count, type Mrkdwn, md, relative, when } from '../block-kit/text.ts';
import { who } from './parts.ts';

/** A link that expires within this time is urgent. */
const URGENT_MS = 2 * HOUR_MS;
/** More would push the buttons off the screen; the rest is counted, and Details has them. */
const OTHERS_SHOWN = 3;
/** Two lines of a phone for each text from outside. */
const FACT_LENGTH = 80;

/** "Link expires in 40 minutes", when that is soon; of several links the first to expire counts. */
export function urgency({ requests }: Batch, now: number): Mrkdwn | undefined {
  const expiries = requests.flatMap(({ linkExpiresAt }) => linkExpiresAt ?? []).filter((at) => at > now);
  const soonest = Math.min(...expiries);
  if (soonest - now > URGENT_MS) return undefined;
  return requests.length === 1
    ? md`Link expires ${relative(soonest, now)}`
    : md`First link expires ${relative(soonest, now)}`;
}

/** The facts of a request's only link, a line each. */
export function factLines(request: CancelRequest, now: number): Line[] {
  const { contact, facts, linkExpiresAt, linkId, purpose } = request;
  const { createdAt, description, orderId, paymentModes, referenceNo } = facts;
  const fact = (label: string, value: string | undefined): Line =>
    value === undefined ? undefined : `${label}: ${clean(value, FACT_LENGTH)}`;
  const isOver = linkExpiresAt !== undefined && linkExpiresAt <= now;
  return [
    [`To ${clean(who(contact), FACT_LENGTH)}`, contact.mobile, contact.email],
    fact('Purpose', purpose),
    fact('Description', description),
    fact('Reference', referenceNo),
    fact('Order ID', orderId),
    createdAt === undefined ? undefined : `Created: ${when(createdAt, now)}`,
    linkExpiresAt === undefined
      ? 'Link expiry: unknown'
      : `${isOver ? 'Link expired' : 'Link expires'}: ${when(linkExpiresAt, now)} (${relative(linkExpiresAt, now)})`,
    paymentModes.length === 0 ? undefined : `Payment modes: ${clean(paymentModes.join(', '), FACT_LENGTH)}`,
    `Link ID: ${clean(linkId, FACT_LENGTH)}`,
  ];
}

/** The recipients' other open links: none, which ones, or why that is not known. */
export function otherLinks({ requests }: Batch, now: number): KnownBlock[] {
  const inBatch = new Set(requests.map(({ linkId }) => linkId));
  const amounts = new Map<string, Set<number>>();
  const others = new Map<string, OtherLink>();
  for (const { amountPaise, facts } of requests) {
    for (const other of facts.others.filter(({ linkId }) => !inBatch.has(linkId))) {
      others.set(other.linkId, other);
      amounts.set(other.linkId, (amounts.get(other.linkId) ?? new Set()).add(amountPaise));
    }
  }
  const isTwin = ({ linkId, amountPaise }: OtherLink) =>
    amountPaise !== undefined && amounts.get(linkId)?.has(amountPaise) === true;
  const sorted = [...others.values()].toSorted((one, other) => Number(isTwin(other)) - Number(isTwin(one)));
  const leftOut = sum(requests.map(({ facts }) => facts.othersLeftOut));
  const shown = sorted.slice(0, OTHERS_SHOWN);
  const hidden = sorted.length - shown.length + leftOut;
  const whom = requests.length === 1 ? 'this recipient' : 'these recipients';
  const problem = requests.map(({ facts }) => facts.othersIncomplete).find((words) => words !== undefined);
  const found = sorted.length + leftOut;
  return [
    section(
      plain(
        found === 0 ? undefined : `⚠️ ${count(found, 'other open link')} to ${whom}:`,
        ...shown.map((other) => otherLine(other, isTwin(other), now)),
        hidden === 0 ? undefined : `… ${count(hidden, 'more', 'more')}`,
        lastWords(found, problem, whom),
      ),
    ),
  ];
}

function otherLine({ amountPaise, expiresAt, status }: OtherLink, isTwin: boolean, now: number): Line {
  const amount = amountPaise === undefined ? 'amount not readable' : formatRupees(amountPaise);
  const expires = expiresAt === undefined ? undefined : `expires ${relative(expiresAt, now)}`;
  return [amount, status, expires, isTwin ? 'possible duplicate' : undefined];
}

/** What is said of other open links besides which ones there are. */
export const OTHERS = {
  none: 'No other open links to',
  unchecked: 'Other open links could not be checked:',
  perhapsMore: 'There may be more, not all could be checked:',
};

function lastWords(found: number, problem: string | undefined, whom: string): string | undefined {
  if (problem === undefined) return found === 0 ? `${OTHERS.none} ${whom}.` : undefined;
  return found === 0 ? `${OTHERS.unchecked} ${problem}` : `${OTHERS.perhapsMore} ${problem}`;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
