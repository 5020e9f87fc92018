/** Owns which PROCESSING links of a digest are stuck: the longest first, with count and total of all (R20). */

import type { Deps } from '../deps.ts';
import type { PayoutLink } from '../links/link.ts';
import { type AgedLink, agesOf, byAge, judgeAge, trackClaims, withTracked } from '../links/stuck.ts';
import type { Telling } from '../links/telling.ts';
import { exactSum } from '../money.ts';

export interface StuckLinks {
  afterMs: number;
  count: number;
  /** Exact (R3); without the links of `amountUnknown`. */
  totalPaise: bigint;
  /** Links whose amount cannot be read. */
  amountUnknown: number;
  /** At most STUCK_NAMED. */
  longest: AgedLink[];
  /** More may be stuck: only so many were looked at. */
  isAtLeast: boolean;
  /** Of all that are counted. */
  linkIds: ReadonlySet<string>;
  /** The same, as the message tells of them: between digests nobody is told again. */
  tellings: readonly Telling[];
}

/** More than a digest shows. */
export const STUCK_NAMED = 20;
/** Links without a known claim that are tracked for one digest. */
const TRACKED_AT_MOST = 20;
/** Records kept of one walk. */
const CANDIDATES_KEPT = 5_000;

export type StuckFold = ReturnType<typeof startStuck>;

/**
 * The fold of one walk: `add` each link, then ask for `candidates`. A link cannot be PROCESSING for longer than it exists, so
 * what was created lately is no candidate.
 */
export function startStuck(afterMs: number, now: number) {
  const candidates = new Map<string, PayoutLink>();
  let isFull = false;
  return {
    add(link: PayoutLink): void {
      candidates.delete(link.linkId);
      if (link.status !== 'PROCESSING' || (link.createdAt ?? 0) > now - afterMs) return;
      if (candidates.size >= CANDIDATES_KEPT) isFull = true;
      else candidates.set(link.linkId, link);
    },
    /** For a link that is PROCESSING no more since it was added. */
    remove: (linkId: string): void => void candidates.delete(linkId),
    candidates: () => ({ links: [...candidates.values()], isFull }),
  };
}

/** No link is: what an incomplete list shows. */
export const noneStuck = (afterMs: number): StuckLinks => stuckOf([], afterMs, false);

/** Looks up the ages of the candidates; some of those whose claim is not known are tracked. */
export async function findStuckLinks(
  deps: Deps,
  { links, isFull }: ReturnType<StuckFold['candidates']>,
  afterMs: number,
  now: number,
): Promise<StuckLinks> {
  const known = await agesOf(deps, links);
  const unclear = known.filter((aged) => judgeAge(aged, afterMs, now) === 'unclear');
  const oldest = unclear.toSorted((one, other) => (one.link.createdAt ?? 0) - (other.link.createdAt ?? 0));
  const tracked = await trackClaims(
    deps,
    oldest.slice(0, TRACKED_AT_MOST).map(({ link }) => link.linkId),
  );
  const aged = known.flatMap((one) => withTracked(one, tracked.get(one.link.linkId)) ?? []);
  const stuck = aged.filter((one) => judgeAge(one, afterMs, now) === 'stuck').sort(byAge);
  return stuckOf(stuck, afterMs, isFull);
}

/** Of these, the longest first. */
export function stuckOf(stuck: readonly AgedLink[], afterMs: number, isAtLeast: boolean): StuckLinks {
  const sum = exactSum();
  let amountUnknown = 0;
  for (const { link } of stuck) {
    sum.add(link.amountPaise ?? 0);
    if (link.amountPaise === undefined) amountUnknown += 1;
  }
  return {
    afterMs,
    count: stuck.length,
    totalPaise: sum.total(),
    amountUnknown,
    longest: stuck.slice(0, STUCK_NAMED),
    isAtLeast,
    linkIds: new Set(stuck.map(({ link }) => link.linkId)),
    tellings: stuck.flatMap(({ link: { linkId }, age }): Telling[] =>
      age ? [{ linkId, stage: 'first', since: age.since }] : [],
    ),
  };
}
