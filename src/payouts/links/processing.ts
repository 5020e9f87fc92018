/** Owns how long a link has been PROCESSING (R20). */

import type { PayoutLink } from './link.ts';
import type { ProcessingSince } from './processing-port.ts';

/**
 * Returns when the link became PROCESSING and how that is known: `known` when the store has the claim or the first
 * sighting, else its creation; undefined if nothing is known. The claim is exact; a sighting is at or after it, a creation
 * at or before it.
 */
export function processingSince(
  { createdAt }: Pick<PayoutLink, 'createdAt'>,
  known: ProcessingSince | undefined,
): ProcessingSince | undefined {
  if (known) return known;
  return createdAt === undefined ? undefined : { since: createdAt, from: 'created' };
}
