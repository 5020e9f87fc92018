/** Owns the list of links, page by page. */

import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import type { KnownStatus } from './link.ts';
import type { LinkFilter, LinkPage } from './page.ts';

export interface ListQuery {
  statuses: readonly KnownStatus[];
  contact: string | undefined;
  /** From 1. */
  pageNumber: number;
}

export interface LinkList {
  query: ListQuery;
  page: LinkPage;
  /** InstantPay reports an older page, or may have one (R2). */
  hasOlder: boolean;
}

export const LINKS_A_PAGE = 10;

/** Whether older links may follow: by InstantPay’s page count, its record count, or because this page is full (R2). */
export function hasOlderPage(page: LinkPage, linksAPage: number = LINKS_A_PAGE): boolean {
  const { pageNumber, totalPages, totalRecords, recordTo, recordsReceived } = page;
  if (totalPages !== undefined && totalPages > pageNumber) return true;
  const lastPlace = recordTo ?? (totalPages === undefined ? pageNumber * linksAPage : undefined);
  if (totalRecords !== undefined && lastPlace !== undefined && totalRecords > lastPlace) return true;
  const isLast = totalPages === pageNumber && totalRecords !== undefined && totalRecords === recordTo;
  return recordsReceived >= linksAPage && !isLast;
}

/** Returns one page of up to ten links; records outside the filter are left out (R1). */
export async function list(deps: Deps, actor: Actor, query: ListQuery): Promise<LinkList> {
  await requirePermission(deps, actor, 'look', { subject: 'link.list' });
  const filter: LinkFilter = {};
  if (query.statuses.length > 0) filter.statuses = query.statuses;
  if (query.contact) filter.contact = query.contact;
  const page = await deps.gateway.page(filter, query.pageNumber, LINKS_A_PAGE);
  return { query, page, hasOlder: hasOlderPage(page) };
}
