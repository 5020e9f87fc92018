/**
 * Owns collecting the links of a walk into a file, page by page, so that memory does not grow with the list: a link that
 * comes again replaces its earlier line (R2), whose place is kept in a table.
 */

import type { Environment, PayoutLink } from './link.ts';
import { createByteColumn, createColumn, createLinkTable } from './link-table.ts';
import type { LinkPage } from './page.ts';
import type { SpillFile } from './spill.ts';

/** Where the lines go, one for each link, in this order. */
export interface LinkLines {
  add(links: readonly PayoutLink[], environment: Environment | undefined): Promise<void>;
  /** Removes lines by their place, from 0; it is asked of each, in their order. */
  drop(isReplaced: (place: number) => boolean): Promise<void>;
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

/** `spill`: where the places of the lines go, instead of memory. */
export function startCollecting(
  lines: LinkLines,
  fits: (link: PayoutLink) => boolean,
  spill?: SpillFile,
): Collecting {
  const table = createLinkTable(spill);
  /** By link, the place of its last line. */
  const places = createColumn(spill);
  /** By place, whether a later line, or none, stands for its link. */
  const replaced = createByteColumn(spill);
  let written = 0;
  let dropped = 0;
  let unreadable = 0;

  const replace = (linkId: string): void => {
    const link = table.find(linkId);
    const place = link === undefined ? undefined : places.get(link);
    if (link === undefined || place === undefined) return;
    replaced.set(place, 1);
    places.set(link, undefined);
    dropped += 1;
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
        places.set(table.numberOf(link.linkId), written);
        written += 1;
        fresh.push(link);
      }
      if (fresh.length > 0) await lines.add(fresh, environment);
    },
    async end() {
      if (dropped > 0) await lines.drop((place) => replaced.get(place) === 1);
      return { rows: written - dropped, unreadable };
    },
  };
}
