/** Owns reading the list of links page by page, until it ends or the reader has enough. */

import type { Gateway } from '../gateway.ts';
import type { LinkFilter, LinkPage, WalkEnd } from './page.ts';

export const PAGES_MISSING = 'InstantPay did not return every page.';

/** Returns how the walk ended; undefined if `onPage` returned `stop`. Rejects only when a page fails with a programming error. */
export async function walkLinks(
  gateway: Gateway,
  filter: LinkFilter,
  onPage: (page: LinkPage) => 'next' | 'stop' | Promise<'next' | 'stop'>,
): Promise<WalkEnd | undefined> {
  let end: WalkEnd | undefined;
  async function* pages(): AsyncGenerator<LinkPage, void, void> {
    end = yield* gateway.links(filter);
  }
  for await (const page of pages()) {
    if ((await onPage(page)) === 'stop') break;
  }
  return end;
}

/** Why a walk is incomplete, in one sentence; undefined for a complete or stopped one. */
export function reasonOf(end: WalkEnd | undefined): string | undefined {
  return !end || end.complete ? undefined : (end.reason ?? PAGES_MISSING);
}
