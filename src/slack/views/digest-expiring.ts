/** Owns a digest’s part on the links that expire soon: everybody in the channel can remind all of them, or look at the list. */

import type { ExpiringLinks } from '../../payouts/links/expiring.ts';
import { formatDuration } from '../../payouts/time.ts';
import { actions, button, type Part, section } from '../block-kit/blocks.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { type Mrkdwn, md, shortLasting } from '../block-kit/text.ts';
import { encodeWithin } from '../block-kit/values.ts';
import { countAndTotal, digestRow, expiryDetail } from './digest-rows.ts';
import { remindAllButton } from './expiring-list.ts';
import type { Offers } from './offers.ts';

/** The soonest; the rest is behind `Show`. */
const EXPIRING_ROWS = 3;

/** "Expire within 48 h: 10 · ₹5,31,400". */
export function expiringTitle(expiring: ExpiringLinks): Mrkdwn {
  return md`Expire within ${shortLasting(expiring.withinMs)}: ${countAndTotal(expiring)}`;
}

export function expiringParts(expiring: ExpiringLinks, now: number, offers: Offers): Part[] {
  const { withinMs, count: amount, soonest } = expiring;
  if (amount === 0) return [];
  const rows = soonest
    .slice(0, EXPIRING_ROWS)
    .map((link) => digestRow(link, expiryDetail(link, now), offers));
  return [
    section(md`⏰ *${expiringTitle(expiring)}*`),
    ...actions([
      ...(offers('operate') ? [remindAllButton(expiring, true)] : []),
      button({
        label: 'Show',
        action: ACTION_IDS.expiringShow,
        value: encodeWithin(withinMs),
        accessibilityLabel: `Show the links that expire within ${formatDuration(withinMs)}`,
      }),
    ]),
    { rows, further: amount - rows.length },
  ];
}
