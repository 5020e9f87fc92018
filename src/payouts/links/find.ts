/** Owns finding the links a person means, by address or recipient. */

import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import type { PayoutLink } from './link.ts';
import type { LinkFilter } from './page.ts';
import type { LinkTarget } from './target.ts';
import { reasonOf, walkLinks } from './walk.ts';

/** Most candidates offered as a choice. */
export const CHOICES = 10;

/** Limit of pages for one search; at the limit the result is incomplete. */
const SEARCH_PAGES = 40;
export const SEARCH_STOPPED = `The search stopped after ${SEARCH_PAGES} pages.`;

export type Found =
  | { kind: 'one'; linkId: string }
  | { kind: 'several'; links: PayoutLink[]; more: boolean; incomplete: string | undefined }
  | { kind: 'none'; incomplete: string | undefined };

/** Finds the links with this address or recipient. After an incomplete walk a single link is not `one`: there may be more. */
export async function find(deps: Deps, actor: Actor, target: LinkTarget): Promise<Found> {
  await requirePermission(deps, actor, 'look', { subject: 'link.find' });
  // An ID needs no search, but its holder may see no more than anybody else.
  if (target.kind === 'id') return { kind: 'one', linkId: target.linkId };
  const filter: LinkFilter = target.kind === 'url' ? { url: target.url } : { contact: target.contact };
  // One address belongs to one link.
  const enough = target.kind === 'url' ? 1 : CHOICES + 1;
  const found = new Map<string, PayoutLink>();
  let pages = 0;
  const end = await walkLinks(deps.gateway, filter, (page) => {
    for (const linkId of page.mismatchedIds) found.delete(linkId);
    for (const link of page.links) found.set(link.linkId, link);
    pages += 1;
    return found.size >= enough || pages === SEARCH_PAGES ? 'stop' : 'next';
  });
  const links = [...found.values()];
  const incomplete = !end && links.length < enough ? SEARCH_STOPPED : reasonOf(end);
  const [first] = links;
  if (!first) return { kind: 'none', incomplete };
  if (links.length === 1 && !incomplete) return { kind: 'one', linkId: first.linkId };
  return { kind: 'several', links: links.slice(0, CHOICES), more: links.length > CHOICES, incomplete };
}
