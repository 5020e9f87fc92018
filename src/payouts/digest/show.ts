/** Owns the parts of a digest that are shown page by page: read again, for the person alone. */

import { isPayoutDeskError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import { aFewAtOnce, allOf } from '../a-few-at-once.ts';
import type { Actor, Deps } from '../deps.ts';
import type { Environment, KnownStatus, PayoutLink } from '../links/link.ts';
import type { LinkPage } from '../links/page.ts';
import { hasOlderPage } from '../links/older.ts';
import { reasonOf, walkLinks } from '../links/walk.ts';
import { purposeFilter } from './purpose.ts';

export const DIGEST_PAGE_LINKS = 20;
const AT_ONCE = 4;

/** Links of one status, as InstantPay orders them. */
export interface StatusQuery {
  status: KnownStatus;
  /** Only links whose purpose contains this. */
  purpose: string | undefined;
  /** From 1. */
  pageNumber: number;
}

export interface StatusPage {
  query: StatusQuery;
  at: number;
  links: PayoutLink[];
  hasOlder: boolean;
  /** As InstantPay counts them; undefined when it does not, or the purpose is filtered here. */
  total: number | undefined;
  environment: Environment | undefined;
  /** Why there may be more, in one sentence; undefined: nothing is missing. */
  incomplete: string | undefined;
}

/** Returns one page of up to twenty links. */
export async function showStatus(deps: Deps, actor: Actor, query: StatusQuery): Promise<StatusPage> {
  await requirePermission(deps, actor, 'look', { subject: 'digest.read' });
  const at = deps.clock();
  if (query.purpose !== undefined) return { query, at, ...(await walkTo(deps, query)) };
  const { status, pageNumber } = query;
  const page = await deps.gateway.page({ statuses: [status] }, pageNumber, DIGEST_PAGE_LINKS);
  const { links, environment, totalRecords: total } = page;
  const hasOlder = hasOlderPage(page, DIGEST_PAGE_LINKS);
  return { query, at, links, hasOlder, total, environment, incomplete: undefined };
}

/** InstantPay has no filter for purposes, so the list is walked until the page is full. */
async function walkTo(
  { gateway }: Deps,
  { status, purpose, pageNumber }: StatusQuery,
): Promise<Omit<StatusPage, 'query' | 'at'>> {
  const isMeant = purposeFilter(purpose);
  const found = new Map<string, PayoutLink>();
  const wanted = pageNumber * DIGEST_PAGE_LINKS;
  let environment: Environment | undefined;
  const onPage = (page: LinkPage): 'next' | 'stop' => {
    environment ??= page.environment;
    // A later record of a link replaces the earlier one (R2).
    for (const linkId of page.mismatchedIds) found.delete(linkId);
    for (const link of page.links) {
      if (isMeant(link)) found.set(link.linkId, link);
      else found.delete(link.linkId);
    }
    return found.size > wanted ? 'stop' : 'next';
  };
  const end = await walkLinks(gateway, { statuses: [status] }, onPage);
  const links = [...found.values()];
  return {
    links: links.slice(wanted - DIGEST_PAGE_LINKS, wanted),
    hasOlder: links.length > wanted,
    total: undefined,
    environment,
    incomplete: reasonOf(end),
  };
}

/** Links by their IDs, as they are now; those that InstantPay does not list are missing. */
export interface NamedLinks {
  at: number;
  links: PayoutLink[];
  /** How many were asked for. */
  asked: number;
  environment: Environment | undefined;
}

export async function showLinks(deps: Deps, actor: Actor, linkIds: readonly string[]): Promise<NamedLinks> {
  await requirePermission(deps, actor, 'look', { subject: 'digest.read' });
  const at = deps.clock();
  const pages = allOf(
    await aFewAtOnce(linkIds, AT_ONCE, async (linkId) => {
      try {
        return await deps.gateway.page({ linkId }, 1);
      } catch (error) {
        if (!isPayoutDeskError(error)) throw error;
        return undefined;
      }
    }),
  );
  const wanted = new Set(linkIds);
  const links = pages.flatMap((page) => page?.links ?? []).filter(({ linkId }) => wanted.has(linkId));
  const environment = pages.find((page) => page?.environment !== undefined)?.environment;
  return { at, links, asked: linkIds.length, environment };
}
