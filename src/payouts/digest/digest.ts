/** Owns the digest: folds pages into counts, totals, ageing and a bounded choice of rows; memory stays flat. */

import { isPayoutDeskError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import type { Environment, KnownStatus, PayoutLink } from '../links/link.ts';
import { type ExpiringLinks, startExpiring } from '../links/expiring.ts';
import type { WalkEnd } from '../links/page.ts';
import { reasonOf, walkLinks } from '../links/walk.ts';
import { DAY_MS, HOUR_MS } from '../time.ts';

/** Oldest and largest links shown for each status. */
export const ROWS_NAMED = 5;

/** Ageing buckets; the last one is open. */
export const AGEING = [
  { label: '< 1 h', belowMs: HOUR_MS },
  { label: '1–24 h', belowMs: DAY_MS },
  { label: '1–3 d', belowMs: 3 * DAY_MS },
  { label: '> 3 d', belowMs: Infinity },
] as const;

export interface AgeBucket {
  count: number;
  /** Exact (R3); without links whose amount cannot be read. */
  totalPaise: bigint;
}

export interface StatusDigest {
  status: KnownStatus;
  count: number;
  /** Exact (R3); without the links of `amountUnknown`. */
  totalPaise: bigint;
  /** Links whose amount cannot be read. */
  amountUnknown: number;
  /** In the order of AGEING. */
  ageing: AgeBucket[];
  /** Links without a usable time. */
  ageUnknown: AgeBucket;
  oldest: PayoutLink[];
  largest: PayoutLink[];
}

export interface Digest {
  at: number;
  statuses: StatusDigest[];
  /** ISSUED links that can still be reminded before they expire. */
  expiring: ExpiringLinks;
  environment: Environment | undefined;
  /** InstantPay’s request ID of the last page read (R19). */
  ipayUuid: string | undefined;
  /** False: figures are partial and must not be shown (R2). */
  complete: boolean;
  /** Why it is incomplete, in one sentence. */
  reason: string | undefined;
  pagesRead: number;
  recordsRead: number;
}

/**
 * Returns the start of a link’s age, in epoch milliseconds: its expiry if EXPIRED, else its creation; undefined if unknown. The list does not
 * report when PROCESSING began, so a view names the start it counts from (R20).
 */
export function since({ status, createdAt, expiresAt }: PayoutLink, now: number): number | undefined {
  if (status !== 'EXPIRED') return createdAt;
  // InstantPay reports EXPIRED links whose expiry is still ahead: an age from it would be false.
  return expiresAt !== undefined && expiresAt <= now ? expiresAt : undefined;
}

/** More rows than shown: some may be removed by newer records. */
const ROWS_KEPT = 4 * ROWS_NAMED;

/** What removing a link needs, when a newer record of it comes. */
interface Counted {
  status: string;
  amountPaise: number | undefined;
  from: number | undefined;
}

/**
 * The fold of one walk: `add` each link, then read `digest`. A later record of a link replaces the earlier one: a walk
 * may return a link twice when the list moves meanwhile (R2).
 */
export function startDigest(statuses: readonly KnownStatus[], now: number) {
  const counted = new Map<string, Counted>();
  const byStatus = new Map<string, StatusDigest>(
    statuses.map((status) => [
      status,
      {
        status,
        count: 0,
        totalPaise: 0n,
        amountUnknown: 0,
        ageing: AGEING.map(() => ({ count: 0, totalPaise: 0n })),
        ageUnknown: { count: 0, totalPaise: 0n },
        oldest: [],
        largest: [],
      },
    ]),
  );

  const byAge = (one: PayoutLink, other: PayoutLink): number =>
    (since(one, now) ?? Infinity) - (since(other, now) ?? Infinity);

  function count(digest: StatusDigest, { amountPaise, from }: Counted, by: 1 | -1): void {
    const paise = BigInt(amountPaise ?? 0) * BigInt(by);
    const bucket = bucketOf(digest, from, now);
    digest.count += by;
    digest.totalPaise += paise;
    if (amountPaise === undefined) digest.amountUnknown += by;
    bucket.count += by;
    bucket.totalPaise += paise;
  }

  function remove(linkId: string): void {
    const before = counted.get(linkId);
    const digest = before && byStatus.get(before.status);
    if (!digest) return;
    counted.delete(linkId);
    count(digest, before, -1);
    drop(digest.oldest, linkId);
    drop(digest.largest, linkId);
  }

  return {
    add(link: PayoutLink): void {
      remove(link.linkId);
      const digest = byStatus.get(link.status);
      if (!digest) return;
      const entry = { status: digest.status, amountPaise: link.amountPaise, from: since(link, now) };
      counted.set(link.linkId, entry);
      count(digest, entry, 1);
      insert(digest.oldest, link, byAge);
      insert(digest.largest, link, (one, other) => (other.amountPaise ?? -1) - (one.amountPaise ?? -1));
    },
    /** For a link that has left these statuses since it was added. */
    remove,
    digest: (): StatusDigest[] =>
      [...byStatus.values()].map((digest) => ({
        ...digest,
        oldest: digest.oldest.slice(0, ROWS_NAMED),
        largest: digest.largest.slice(0, ROWS_NAMED),
      })),
  };
}

function bucketOf(digest: StatusDigest, from: number | undefined, now: number): AgeBucket {
  if (from === undefined) return digest.ageUnknown;
  const index = AGEING.findIndex((bucket) => now - from < bucket.belowMs);
  return digest.ageing[index] ?? digest.ageUnknown;
}

function drop(rows: PayoutLink[], linkId: string): void {
  const index = rows.findIndex((row) => row.linkId === linkId);
  if (index !== -1) rows.splice(index, 1);
}

/** Keeps the first ROWS_KEPT of an order; ties in order of arrival. */
function insert(
  rows: PayoutLink[],
  link: PayoutLink,
  order: (one: PayoutLink, other: PayoutLink) => number,
): void {
  const index = rows.findIndex((row) => order(link, row) < 0);
  if (index === -1) rows.push(link);
  else rows.splice(index, 0, link);
  if (rows.length > ROWS_KEPT) rows.pop();
}

/** Reads all links with these statuses, and the ISSUED ones that expire soon, in one walk. An incomplete walk gives an incomplete digest; rejects on programming errors only. */
export async function composeDigest(deps: Deps, statuses: readonly KnownStatus[]): Promise<Digest> {
  const now = deps.clock();
  const fold = startDigest(statuses, now);
  const expiring = startExpiring(deps.settings.expiringWithinMs, now);
  let environment: Environment | undefined;
  let ipayUuid: string | undefined;
  const read = { pages: 0, records: 0 };
  const end = await walkLinks(deps.gateway, { statuses: statusesRead(statuses) }, (page) => {
    read.pages += 1;
    read.records += page.recordsReceived;
    environment ??= page.environment;
    ipayUuid = page.ipayUuid ?? ipayUuid;
    for (const part of [fold, expiring]) {
      for (const linkId of page.mismatchedIds) part.remove(linkId);
      for (const link of page.links) part.add(link);
    }
    return 'next';
  }).catch((error: unknown): WalkEnd => {
    if (!isPayoutDeskError(error)) throw error;
    return { complete: false, reason: error.message, pagesRead: read.pages, recordsRead: read.records };
  });
  return {
    at: now,
    statuses: fold.digest(),
    expiring: expiring.links(),
    environment,
    ipayUuid,
    complete: end?.complete ?? false,
    reason: reasonOf(end),
    pagesRead: end?.pagesRead ?? read.pages,
    recordsRead: end?.recordsRead ?? read.records,
  };
}

/** What a digest's walk reads: ISSUED links too, for those that expire soon. */
export function statusesRead(statuses: readonly KnownStatus[]): KnownStatus[] {
  return [...new Set([...statuses, 'ISSUED' as const])];
}

/** The digest on request: `/payout digest`. */
export async function digestFor(deps: Deps, actor: Actor, statuses: readonly KnownStatus[]): Promise<Digest> {
  await requirePermission(deps, actor, 'look', { subject: 'digest.read' });
  return composeDigest(deps, statuses);
}
