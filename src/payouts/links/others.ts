/** Owns the other open links of a link's recipient: among them a duplicate would be found. */

import type { Deps } from '../deps.ts';
import type { LinkFacts } from './facts.ts';
import { firstActivityAt, isPossibleDuplicate, type PayoutLink } from './link.ts';
import type { LinkView } from './track.ts';

/** Neither claimed and paid, nor expired, nor cancelled. */
const OPEN = ['ISSUED', 'PROCESSING'] as const;
/** More than a card shows; the rest is counted. */
export const OTHERS_KEPT = 10;

export interface OtherLinks {
  /** ISSUED and PROCESSING, newest first as InstantPay orders them; without the link itself. */
  links: PayoutLink[];
  /** Why there may be more, in one sentence; undefined when every link was looked at. */
  incomplete: string | undefined;
}

/** Searches by the recipient's unmasked mobile or email, inside the client. Resolves for every outcome. Asks no permission. */
export async function otherOpenLinks(
  { gateway }: Deps,
  { linkId }: Pick<PayoutLink, 'linkId'>,
): Promise<OtherLinks> {
  const { links, problem } = await gateway.sameRecipient(linkId, OPEN);
  return { links: links.filter((other) => other.linkId !== linkId), incomplete: problem };
}

/** What approvers decide by, bounded: possible duplicates first, then what expires first. */
export function factsOf(
  { tracked, record }: Pick<LinkView, 'tracked' | 'record'>,
  { links, incomplete }: OtherLinks,
): LinkFacts {
  const rank = (link: PayoutLink) => Number(!isPossibleDuplicate(link, tracked.amountPaise));
  const expiry = ({ expiresAt }: PayoutLink) => expiresAt ?? Infinity;
  const others = links
    .toSorted((one, other) => rank(one) - rank(other) || (expiry(one) < expiry(other) ? -1 : 1))
    .map(({ linkId, status, amountPaise, expiresAt }) => ({ linkId, status, amountPaise, expiresAt }));
  return {
    description: record?.description === record?.purpose ? undefined : record?.description,
    referenceNo: record?.referenceNo,
    orderId: record?.orderId,
    createdAt: firstActivityAt(tracked) ?? record?.createdAt, // R20
    paymentModes: record?.paymentModes ?? [],
    others: others.slice(0, OTHERS_KEPT),
    othersLeftOut: Math.max(0, others.length - OTHERS_KEPT),
    othersIncomplete: incomplete,
  };
}
