/** Owns what everybody in a channel sees below the address of a payout link: nothing that is about a person. */

import type { KnownBlock } from '@slack/web-api';
import type { Environment, PayoutLink } from '../../payouts/links/link.ts';
import { context, section } from '../block-kit/blocks.ts';
import { asOf, md, rupees } from '../block-kit/text.ts';
import { badge, dotted, sandboxFirst, timing } from './parts.ts';

/** Status, amount and expiry; no name, no contact, no purpose. */
export function unfurl(
  link: PayoutLink,
  { environment, now }: { environment: Environment | undefined; now: number },
): KnownBlock[] {
  return [
    section(md`${sandboxFirst(environment)}${badge(link.status)} · *${rupees(link.amountPaise)}*`),
    context(dotted(timing(link, now), asOf(now))),
  ];
}
