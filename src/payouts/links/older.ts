/** Owns whether older links follow a page of InstantPay’s list. */

import type { LinkPage } from './page.ts';

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
