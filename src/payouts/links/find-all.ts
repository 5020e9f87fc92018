/** Owns looking up several links that somebody wrote, such as those in a message. */

import { isPayoutDeskError } from '../../errors.ts';
import { allOf, aFewAtOnce } from '../a-few-at-once.ts';
import { judge, requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import { find } from './find.ts';
import type { Environment, PayoutLink } from './link.ts';
import type { LinkTarget } from './target.ts';

export interface FoundAll {
  target: LinkTarget;
  /** None when nothing was found, or InstantPay did not answer. */
  links: PayoutLink[];
  /** There are more than these. */
  more: boolean;
  /** Why there may be more, in one sentence; undefined after a complete search. */
  incomplete: string | undefined;
  /** Where the answer came from; undefined when several were found by a search (R15). */
  environment: Environment | undefined;
}

/** InstantPay is asked for this many at once. */
const AT_ONCE = 4;
/** Most pages of one search: a message may name many, and nobody waits for hundreds of pages of each. */
const PAGES = 20;

/** Returns what each target means, in their order. Rejects with Forbidden; one that fails does not keep the others away. */
export async function findAll(deps: Deps, actor: Actor, targets: readonly LinkTarget[]): Promise<FoundAll[]> {
  await requirePermission(deps, actor, 'look', { subject: 'link.find' });
  return allOf(await aFewAtOnce(targets, AT_ONCE, (target) => findEach(deps, actor, target)));
}

/**
 * The same for somebody who asked nothing, such as who posted an address: undefined unless they may look, and nothing is
 * written to the audit then, since nothing was refused to them.
 */
export async function findAllQuietly(
  deps: Deps,
  actor: Actor,
  targets: readonly LinkTarget[],
): Promise<FoundAll[] | undefined> {
  const { allowed } = await judge(deps.policy, deps.directory, actor, 'look');
  return allowed ? findAll(deps, actor, targets) : undefined;
}

async function findEach(deps: Deps, actor: Actor, target: LinkTarget): Promise<FoundAll> {
  const none = { target, links: [], more: false, environment: undefined };
  try {
    const found = await find(deps, actor, target, { purpose: 'look', pages: PAGES });
    if (found.kind === 'none') return { ...none, incomplete: found.incomplete };
    if (found.kind === 'several') return { ...none, ...found };
    const { links, environment } = await deps.gateway.page({ linkId: found.linkId }, 1);
    const own = links.filter(({ linkId }) => linkId === found.linkId);
    return { ...none, links: own, environment, incomplete: undefined };
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return { ...none, incomplete: error.message };
  }
}
