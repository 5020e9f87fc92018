/** Owns finding the links a person means: by address, order, reference or recipient. */

import { isPayoutDeskError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import type { PayoutLink } from './link.ts';
import { fold } from './match.ts';
import type { LinkFilter } from './page.ts';
import { isExactContact, type LinkTarget } from './target.ts';
import { reasonOf, walkLinks } from './walk.ts';

/** Most candidates offered as a choice. */
export const CHOICES = 10;

/** Limit of pages for one search; at the limit the result is incomplete. */
const SEARCH_PAGES = 200;
export const searchStopped = (looked: number): string =>
  `The search stopped after ${looked.toLocaleString('en-IN')} links.`;

export type Found =
  | { kind: 'one'; linkId: string }
  | { kind: 'several'; links: PayoutLink[]; more: boolean; incomplete: string | undefined }
  | { kind: 'none'; incomplete: string | undefined };

/** How far a search is: links looked through, of how many as InstantPay counts them. */
export interface SearchProgress {
  looked: number;
  total: number | undefined;
}

export interface SearchOptions {
  /**
   * `look`: the local index may answer first. `act`, the default: before anything is changed every link of the recipient
   * or reference is looked for at InstantPay, since the index may not know the one that is meant.
   */
  purpose?: 'look' | 'act';
  /** Most pages of one walk through the list; default 200. */
  pages?: number;
  /** Told after each page of a search. */
  onProgress?: ((progress: SearchProgress) => void) | undefined;
}

/** Finds the links that were meant. After an incomplete search a single link is not `one`: there may be more. */
export async function find(
  deps: Deps,
  actor: Actor,
  target: LinkTarget,
  { purpose = 'act', onProgress, pages }: SearchOptions = {},
): Promise<Found> {
  await requirePermission(deps, actor, 'look', { subject: 'link.find' });
  const search = createSearch(deps, onProgress, pages);
  switch (target.kind) {
    case 'id':
      // Needs no search, but its holder may see no more than anybody else.
      return { kind: 'one', linkId: target.linkId };
    case 'url':
      return findUnique(deps, search, target, { url: target.url });
    case 'order':
      return findUnique(deps, search, target, { reference: target.orderId });
    case 'reference':
      return findReference(search, target.reference, purpose);
    case 'contact':
      return purpose === 'act'
        ? search.walk({ contact: target.contact })
        : lookForContact(search, target.contact);
  }
}

/** One address and one order belong to one link, so the index may answer whatever is done with it. */
async function findUnique(
  deps: Deps,
  search: Search,
  target: LinkTarget,
  filter: LinkFilter,
): Promise<Found> {
  const known = await search.candidates(target);
  const verified = await search.verify(known, filter);
  if (verified.kind === 'one') return verified;
  if (target.kind === 'order') {
    const claimed = await claimedBy(deps, known, target.orderId);
    if (claimed !== undefined) return { kind: 'one', linkId: claimed };
  }
  return search.walk(filter, { enough: 1 });
}

/** The list names a link’s own order alone; the orders of its history are in its track answer. */
async function claimedBy(
  deps: Deps,
  linkIds: readonly string[],
  orderId: string,
): Promise<string | undefined> {
  for (const linkId of linkIds) {
    const tracked = await deps.gateway.track(linkId).catch(ignoreFailure);
    const orders = tracked?.activity.map((entry) => fold(entry.orderId ?? '')) ?? [];
    if (orders.includes(fold(orderId))) return linkId;
  }
  return undefined;
}

/** A reference is the payer’s own and may be used twice; what looks like one may be a name, such as 7Eleven. */
async function findReference(
  search: Search,
  reference: string,
  purpose: SearchOptions['purpose'],
): Promise<Found> {
  if (purpose === 'look') {
    const known = await search.candidates({ kind: 'reference', reference });
    const verified = await search.verify(known, { reference });
    if (verified.kind !== 'none') return verified;
    const named = await search.walk({ contact: reference });
    if (named.kind !== 'none') return named;
  } else await search.walk({ contact: reference });
  return search.walk({ reference });
}

async function lookForContact(search: Search, contact: string): Promise<Found> {
  return isExactContact(contact) ? lookForAddress(search, contact) : lookForName(search, contact);
}

/**
 * A recipient’s links are one page, which is as fast as verifying the known one, and whole. When InstantPay does not filter
 * (R1) they are hundreds: then the one known link is the answer.
 */
async function lookForAddress(search: Search, contact: string): Promise<Found> {
  const known = await search.candidates({ kind: 'contact', contact });
  if (known.length !== 1) return search.walk({ contact });
  const asked = await search.walk({ contact }, { pages: 2 });
  if (asked.kind === 'one' || asked.incomplete === undefined) return asked;
  const verified = await search.verify(known, { contact });
  return verified.kind === 'one' ? verified : search.walk({ contact });
}

/** The index is asked last: a common word of a name has thousands of links. */
async function lookForName(search: Search, contact: string): Promise<Found> {
  const asked = await search.walk({ contact });
  if (asked.kind !== 'none') return asked;
  // The words of a name in another order, then a reference of several words.
  const words = fold(contact).split(' ');
  const known = await search.candidates({ kind: 'contact', contact });
  const named = await search.verify(known, {}, ({ contact: { name = '' } }) =>
    words.every((word) => fold(name).includes(word)),
  );
  if (named.kind !== 'none') return named;
  const reference = await search.candidates({ kind: 'reference', reference: contact });
  return search.verify(reference, { reference: contact });
}

interface Search {
  /** What the index knows; not verified. */
  candidates(target: LinkTarget): Promise<readonly string[]>;
  /** Adds the candidates that InstantPay still shows so. */
  verify(
    linkIds: readonly string[],
    filter: LinkFilter,
    fits?: (link: PayoutLink) => boolean,
  ): Promise<Found>;
  /** Adds what the list holds; `enough`: how many links end it, `pages`: how many pages, default 200. */
  walk(filter: LinkFilter, limits?: { enough?: number; pages?: number }): Promise<Found>;
}

/** Everything one search found, over its steps. */
function createSearch(deps: Deps, onProgress: SearchOptions['onProgress'], limit = SEARCH_PAGES): Search {
  const found = new Map<string, PayoutLink>();
  let incomplete: string | undefined;

  const result = (reason = incomplete): Found => {
    const links = [...found.values()];
    const [first] = links;
    if (!first) return { kind: 'none', incomplete: reason };
    if (links.length === 1 && !reason) return { kind: 'one', linkId: first.linkId };
    return {
      kind: 'several',
      links: links.slice(0, CHOICES),
      more: links.length > CHOICES,
      incomplete: reason,
    };
  };

  return {
    candidates: (target) => deps.linkIndex.candidates(target, CHOICES + 1),

    async verify(linkIds, filter, fits = () => true) {
      const pages = await Promise.all(
        linkIds.map((linkId) => deps.gateway.page({ ...filter, linkId }, 1).catch(ignoreFailure)),
      );
      for (const link of pages.flatMap((page) => page?.links ?? [])) {
        if (linkIds.includes(link.linkId) && fits(link)) found.set(link.linkId, link);
      }
      return result();
    },

    async walk(filter, { enough = CHOICES + 1, pages: most } = {}) {
      const seen = new Map<string, PayoutLink>();
      let pages = 0;
      let looked = 0;
      const end = await walkLinks(deps.gateway, filter, (page) => {
        for (const linkId of page.mismatchedIds) seen.delete(linkId);
        for (const link of page.links) seen.set(link.linkId, link);
        pages += 1;
        looked += page.recordsReceived;
        onProgress?.({ looked, total: page.totalRecords });
        return seen.size >= enough || pages === (most ?? limit) ? 'stop' : 'next';
      });
      const reason = !end && seen.size < enough ? searchStopped(looked) : reasonOf(end);
      for (const [linkId, link] of seen) found.set(linkId, link);
      // A walk that was meant to stop early is not what makes the search incomplete.
      if (most !== undefined) return result(reason);
      incomplete ??= reason;
      return result();
    },
  };
}

/** An index entry that cannot be verified is not used; the search that follows says what is wrong. */
function ignoreFailure(error: unknown): undefined {
  if (!isPayoutDeskError(error)) throw error;
  return undefined;
}
