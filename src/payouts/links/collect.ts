/**
 * Owns collecting the links of a walk into a file, page by page, so that memory does not grow with the list: a link that
 * comes again replaces its earlier line (R2).
 */

import type { Environment, PayoutLink } from './link.ts';
import type { LinkPage } from './page.ts';

/** Where the lines go, one for each link, in this order. */
export interface LinkLines {
  add(links: readonly PayoutLink[], environment: Environment | undefined): Promise<void>;
  /** Removes lines by their place, from 0. */
  drop(places: ReadonlySet<number>): Promise<void>;
}

export interface Collected {
  /** Lines in the end. */
  rows: number;
  /** Records of the last pass that cannot be read. */
  unreadable: number;
}

export interface Collecting {
  add(page: LinkPage): Promise<void>;
  /** The walk is over: removes the lines that were replaced. */
  end(): Promise<Collected>;
}

export function startCollecting(lines: LinkLines, fits: (link: PayoutLink) => boolean): Collecting {
  /** By link, the place of its last line. */
  const places = new Map<string, number>();
  const replaced = new Set<number>();
  let written = 0;
  let unreadable = 0;

  const replace = (linkId: string): void => {
    const place = places.get(linkId);
    if (place === undefined) return;
    replaced.add(place);
    places.delete(linkId);
  };

  return {
    async add({ pageNumber, links, mismatchedIds, unreadable: more, environment }) {
      // The list moved and the walk started over.
      if (pageNumber === 1) unreadable = 0;
      unreadable += more;
      for (const linkId of mismatchedIds) replace(linkId);
      const fresh: PayoutLink[] = [];
      for (const link of links) {
        replace(link.linkId);
        if (!fits(link)) continue;
        places.set(link.linkId, written);
        written += 1;
        fresh.push(link);
      }
      if (fresh.length > 0) await lines.add(fresh, environment);
    },
    async end() {
      if (replaced.size > 0) await lines.drop(replaced);
      return { rows: places.size, unreadable };
    },
  };
}
