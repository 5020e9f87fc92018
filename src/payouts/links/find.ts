/** Owns finding the links a person means, by address or recipient. */

import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import type { PayoutLink } from './link.ts';
import type { LinkFilter } from './page.ts';
import type { LinkTarget } from './target.ts';

/** Most candidates offered as a choice. */
export const CHOICES = 10;

/** Limit of pages for one search; at the limit the result is incomplete. */
const SEARCH_PAGES = 40;

export type Found =
  | { kind: 'one'; linkId: string }
  | { kind: 'several'; links: PayoutLink[]; more: boolean; incomplete: string | undefined }
  | { kind: 'none'; incomplete: string | undefined };

/** Finds the links a target names; an exact ID needs no search. An incomplete walk never claims `one`, and says so with `none`. */
export async function find(deps: Deps, actor: Actor, target: LinkTarget): Promise<Found> {
  await requirePermission(deps, actor, 'look', { subject: 'link.find' });
  if (target.kind === 'id') return { kind: 'one', linkId: target.linkId };
  const filter: LinkFilter = target.kind === 'url' ? { url: target.url } : { contact: target.contact };
  const found = new Map<string, PayoutLink>();
  const walk = deps.gateway.links(filter);
  let incomplete: string | undefined;
  for (let pages = 1; ; pages++) {
    const step = await walk.next();
    if (step.done) {
      incomplete = step.value.complete
        ? undefined
        : (step.value.reason ?? 'InstantPay did not return every page.');
      break;
    }
    for (const linkId of step.value.mismatchedIds) found.delete(linkId);
    for (const link of step.value.links) found.set(link.linkId, link);
    // One address belongs to one link, so the walk can stop at it.
    const enough = target.kind === 'url' ? found.size > 0 : found.size > CHOICES;
    if (enough) {
      await walk.return({ complete: true, reason: undefined, pagesRead: pages, recordsRead: 0 });
      break;
    }
    if (pages === SEARCH_PAGES) {
      await walk.return({ complete: false, reason: undefined, pagesRead: pages, recordsRead: 0 });
      incomplete = `The search stopped after ${SEARCH_PAGES} pages.`;
      break;
    }
  }
  const links = [...found.values()];
  const [first] = links;
  if (!first) return { kind: 'none', incomplete };
  if (links.length === 1 && !incomplete) return { kind: 'one', linkId: first.linkId };
  return { kind: 'several', links: links.slice(0, CHOICES), more: links.length > CHOICES, incomplete };
}
