/** Owns counts and totals by status: a few bytes a link, since a list may hold a million of them, and exact sums. */

import type { KnownStatus, PayoutLink } from '../links/link.ts';
import { createByteColumn, createColumn, createLinkTable } from '../links/link-table.ts';
import type { SpillFile } from '../links/spill.ts';
import { exactSum } from '../money.ts';

export interface StatusTotals {
  status: KnownStatus;
  count: number;
  /** Exact (R3); without the links of `amountUnknown`. */
  totalPaise: bigint;
  /** Links whose amount cannot be read. */
  amountUnknown: number;
}

/** The IDs of links, each once. */
export interface LinkIds {
  readonly size: number;
  keys(): Iterable<string>;
}

export type Totals = ReturnType<typeof startTotals>;

/**
 * The fold of one walk: `add` each link, then read `totals`. A later record of a link replaces the earlier one: a walk
 * may return a link twice when the list moves meanwhile (R2).
 */
export function startTotals(statuses: readonly KnownStatus[], spill?: SpillFile) {
  const links = createLinkTable(spill);
  /** Of each link, the place of its status in `statuses`, from 1; 0 when it has none of them. */
  const placed = createByteColumn(spill);
  const amounts = createColumn(spill);
  const counted = statuses.map(() => ({ count: 0, amountUnknown: 0, sum: exactSum() }));

  function count(at: number, amountPaise: number | undefined, by: 1 | -1): void {
    const status = counted[at - 1];
    if (!status) return;
    status.count += by;
    if (amountPaise === undefined) status.amountUnknown += by;
    else status.sum.add(by * amountPaise);
  }

  function place(link: number, next: number, amountPaise: number | undefined): void {
    count(placed.get(link), amounts.get(link), -1);
    placed.set(link, next);
    amounts.set(link, amountPaise);
    count(next, amountPaise, 1);
  }

  return {
    add({ linkId, status, amountPaise }: PayoutLink): void {
      const next = statuses.findIndex((known) => known === status) + 1;
      const link = next === 0 ? links.find(linkId) : links.numberOf(linkId);
      if (link !== undefined) place(link, next, amountPaise);
    },
    /** For a link that has left these statuses since it was added. */
    remove(linkId: string): void {
      const link = links.find(linkId);
      if (link !== undefined) place(link, 0, undefined);
    },
    /** Undefined when the link has none of these statuses. */
    statusOf: (linkId: string): KnownStatus | undefined => {
      const link = links.find(linkId);
      return link === undefined ? undefined : statuses[placed.get(link) - 1];
    },
    linkIds(status: KnownStatus): LinkIds {
      const wanted = statuses.indexOf(status) + 1;
      return {
        size: counted[wanted - 1]?.count ?? 0,
        *keys() {
          if (wanted === 0) return;
          for (let link = 0; link < links.size(); link += 1) {
            if (placed.get(link) === wanted) yield links.idOf(link);
          }
        },
      };
    },
    totals: (of: readonly KnownStatus[]): StatusTotals[] =>
      of.map((status) => {
        const { count: amount = 0, amountUnknown = 0, sum } = counted[statuses.indexOf(status)] ?? {};
        return { status, count: amount, totalPaise: sum?.total() ?? 0n, amountUnknown };
      }),
  };
}
