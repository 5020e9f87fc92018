/** Owns looking up one link: its status from the track operation, its details from the list. */

import { isPayoutDeskError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import type { PayoutLink, TrackedLink } from './link.ts';

export const NO_DETAILS = 'InstantPay returned no details for this link.';

/** What a link’s card shows. */
export interface LinkView {
  tracked: TrackedLink;
  /** Recipient, purpose and expiry, from the list operation. */
  record: PayoutLink | undefined;
  /** Why `record` is missing, in one sentence. */
  recordProblem: string | undefined;
}

/** Returns the link’s current status; its list record may be missing. Asks no permission. */
export async function lookUp(deps: Deps, linkId: string): Promise<LinkView> {
  const [tracked, page] = await Promise.all([
    deps.gateway.track(linkId),
    deps.gateway.page({ linkId }, 1).catch((error: unknown) => {
      if (!isPayoutDeskError(error)) throw error;
      return error.message;
    }),
  ]);
  if (typeof page === 'string') return { tracked, record: undefined, recordProblem: page };
  const record = page.links.find((link) => link.linkId === linkId);
  const recordProblem = record ? undefined : NO_DETAILS;
  return { tracked, record, recordProblem };
}

export async function track(deps: Deps, actor: Actor, linkId: string): Promise<LinkView> {
  await requirePermission(deps, actor, 'look', { subject: 'link.track', linkId });
  return lookUp(deps, linkId);
}
