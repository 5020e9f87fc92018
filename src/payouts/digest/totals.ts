/** Owns counts and totals by status: one small entry a link, and exact sums. */

import type { KnownStatus, PayoutLink } from '../links/link.ts';
import { type ExactSum, exactSum } from '../money.ts';

export interface StatusTotals {
  status: KnownStatus;
  count: number;
  /** Exact (R3); without the links of `amountUnknown`. */
  totalPaise: bigint;
  /** Links whose amount cannot be read. */
  amountUnknown: number;
}

export type Totals = ReturnType<typeof startTotals>;

/**
 * The fold of one walk: `add` each link, then read `totals`. A later record of a link replaces the earlier one: a walk
 * may return a link twice when the list moves meanwhile (R2).
 */
export function startTotals(statuses: readonly KnownStatus[]) {
  const byStatus = new Map<string, { amounts: Map<string, number | undefined>; sum: ExactSum }>(
    statuses.map((status) => [status, { amounts: new Map(), sum: exactSum() }]),
  );

  function remove(linkId: string): void {
    for (const { amounts, sum } of byStatus.values()) {
      if (!amounts.has(linkId)) continue;
      sum.add(-(amounts.get(linkId) ?? 0));
      amounts.delete(linkId);
      return;
    }
  }

  return {
    add({ linkId, status, amountPaise }: PayoutLink): void {
      remove(linkId);
      const counted = byStatus.get(status);
      if (!counted) return;
      counted.amounts.set(linkId, amountPaise);
      counted.sum.add(amountPaise ?? 0);
    },
    /** For a link that has left these statuses since it was added. */
    remove,
    /** Undefined when the link has none of these statuses. */
    statusOf: (linkId: string): KnownStatus | undefined =>
      statuses.find((status) => byStatus.get(status)?.amounts.has(linkId)),
    linkIds: (status: KnownStatus): ReadonlyMap<string, unknown> =>
      byStatus.get(status)?.amounts ?? new Map<string, unknown>(),
    totals: (of: readonly KnownStatus[]): StatusTotals[] =>
      of.map((status) => {
        const { amounts, sum } = byStatus.get(status) ?? { amounts: new Map(), sum: exactSum() };
        let amountUnknown = 0;
        for (const amount of amounts.values()) if (amount === undefined) amountUnknown += 1;
        return { status, count: amounts.size, totalPaise: sum.total(), amountUnknown };
      }),
  };
}
