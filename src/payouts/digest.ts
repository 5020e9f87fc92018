/** Owns the digest: pages folded into counts, totals, ageing and a bounded choice of rows; memory stays flat. */

import { isDeskError } from '../errors.ts';
import { requirePermission } from './access.ts';
import type { Actor, Desk } from './desk.ts';
import type { Environment, KnownStatus, PayoutLink } from './link.ts';
import type { WalkEnd } from './ports.ts';
import { DAY_MS, HOUR_MS } from './time.ts';

/** How many of the oldest and of the largest links a digest names for each status. */
export const ROWS_NAMED = 5;

/** Upper bounds of the ageing buckets; the last one is open. */
export const AGEING = [
  { label: '< 1 h', belowMs: HOUR_MS },
  { label: '1–24 h', belowMs: DAY_MS },
  { label: '1–3 d', belowMs: 3 * DAY_MS },
  { label: '> 3 d', belowMs: Infinity },
] as const;

export interface AgeBucket {
  count: number;
  totalPaise: number;
}

export interface StatusDigest {
  status: KnownStatus;
  count: number;
  totalPaise: number;
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
  environment: Environment | undefined;
  /** Only a complete walk may be read as the whole (R2). */
  complete: boolean;
  /** Why it is not complete: one sentence. */
  reason: string | undefined;
  pagesRead: number;
  recordsRead: number;
}

/** Since when a link has been in its state, as far as the list tells: expiry for EXPIRED, else its activation. */
export function since(link: PayoutLink): number | undefined {
  return link.status === 'EXPIRED' ? (link.expiresAt ?? link.activatedAt) : link.activatedAt;
}

/** An accumulator for one walk; `add` each link once, then read `digest`. */
export function startDigest(statuses: readonly KnownStatus[], now: number) {
  const byStatus = new Map<string, StatusDigest>(
    statuses.map((status) => [
      status,
      {
        status,
        count: 0,
        totalPaise: 0,
        ageing: AGEING.map(() => ({ count: 0, totalPaise: 0 })),
        ageUnknown: { count: 0, totalPaise: 0 },
        oldest: [],
        largest: [],
      },
    ]),
  );
  return {
    add(link: PayoutLink): void {
      const digest = byStatus.get(link.status);
      if (!digest) return;
      digest.count += 1;
      digest.totalPaise += link.amountPaise;
      const bucket = bucketOf(digest, link, now);
      bucket.count += 1;
      bucket.totalPaise += link.amountPaise;
      insert(digest.oldest, link, (one, other) => (since(one) ?? Infinity) - (since(other) ?? Infinity));
      insert(digest.largest, link, (one, other) => other.amountPaise - one.amountPaise);
    },
    digest: (): StatusDigest[] => [...byStatus.values()],
  };
}

function bucketOf(digest: StatusDigest, link: PayoutLink, now: number): AgeBucket {
  const from = since(link);
  if (from === undefined) return digest.ageUnknown;
  const index = AGEING.findIndex((bucket) => now - from < bucket.belowMs);
  return digest.ageing[index] ?? digest.ageUnknown;
}

/** Keeps the first ROWS_NAMED of an order; ties keep the one that came first. */
function insert(
  rows: PayoutLink[],
  link: PayoutLink,
  order: (one: PayoutLink, other: PayoutLink) => number,
): void {
  const index = rows.findIndex((row) => order(link, row) < 0);
  if (index === -1) rows.push(link);
  else rows.splice(index, 0, link);
  if (rows.length > ROWS_NAMED) rows.pop();
}

/** Walks all links in these states. A walk that cannot finish gives a digest that is not complete, never an error. */
export async function composeDigest(desk: Desk, statuses: readonly KnownStatus[]): Promise<Digest> {
  const now = desk.clock();
  const fold = startDigest(statuses, now);
  let environment: Environment | undefined;
  let end: WalkEnd;
  const walk = desk.gateway.links({ statuses });
  const read = { pages: 0, records: 0 };
  try {
    for (;;) {
      const step = await walk.next();
      if (step.done) {
        end = step.value;
        break;
      }
      read.pages += 1;
      read.records += step.value.links.length;
      environment ??= step.value.environment;
      for (const link of step.value.links) fold.add(link);
    }
  } catch (error) {
    if (!isDeskError(error)) throw error;
    end = { complete: false, reason: error.message, pagesRead: read.pages, recordsRead: read.records };
  }
  return {
    at: now,
    statuses: fold.digest(),
    environment,
    complete: end.complete,
    reason: end.complete ? undefined : (end.reason ?? 'InstantPay did not give every page.'),
    pagesRead: end.pagesRead,
    recordsRead: end.recordsRead,
  };
}

/** The digest somebody asked for with `/payout digest`. */
export async function digestFor(desk: Desk, actor: Actor, statuses: readonly KnownStatus[]): Promise<Digest> {
  await requirePermission(desk, actor, 'look', { action: 'digest refused' });
  return composeDigest(desk, statuses);
}
