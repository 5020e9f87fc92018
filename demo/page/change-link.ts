/** Owns what happens to a link outside Payout Desk: its recipient claims it, it expires, its payout hangs or completes. */

import type { InstantPay } from '../../fakes/instantpay/server.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import type { Stage } from '../stage.ts';

export type LinkChange = 'claim' | 'expire' | 'stall' | 'pay';

/** Longer than STUCK_AFTER. */
const STALLED_MS = 25 * HOUR_MS;

const FROM: Record<LinkChange, readonly string[]> = {
  claim: ['ISSUED'],
  expire: ['ISSUED'],
  stall: ['ISSUED', 'PROCESSING'],
  pay: ['ISSUED', 'PROCESSING'],
};

/** Throws with one sentence when the link cannot. */
export function changeLink(
  { instantpay, clock }: Pick<Stage, 'clock'> & { instantpay: InstantPay },
  linkId: string,
  to: LinkChange,
): void {
  const link = instantpay.link(linkId);
  if (!link) throw new Error('There is no such link.');
  if (!FROM[to].includes(link.status))
    throw new Error(`The link is ${link.status}, so that cannot happen to it.`);
  switch (to) {
    case 'claim':
      return instantpay.claim(linkId);
    case 'expire':
      link.expiresAt = Math.min(link.expiresAt, clock());
      return instantpay.setStatus(linkId, 'EXPIRED');
    case 'stall': {
      if (link.status === 'ISSUED') instantpay.claim(linkId);
      const entry = link.activity.at(-1);
      if (entry) entry.at = Math.min(entry.at, clock() - STALLED_MS);
      link.createdAt = Math.min(link.createdAt, clock() - STALLED_MS);
      return;
    }
    case 'pay':
      if (link.status === 'ISSUED') instantpay.claim(linkId);
      return instantpay.setStatus(linkId, 'CLAIMED');
  }
}
