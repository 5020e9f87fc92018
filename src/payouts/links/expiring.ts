/** Owns which ISSUED links expire soon: a bounded choice, the soonest first, with count and total of all of them. */

import { isPayoutDeskError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import { exactSum } from '../money.ts';
import type { Environment, PayoutLink } from './link.ts';
import { createByteColumn, createColumn, createLinkTable } from './link-table.ts';
import type { WalkEnd } from './page.ts';
import type { LastReminder } from './remind-port.ts';
import { REMINDED_AT_MOST } from './reminder-run.ts';
import type { SpillFile } from './spill.ts';
import { reasonOf, walkLinks } from './walk.ts';

/** More than are given: some may be removed by newer records. */
const KEPT = 2 * REMINDED_AT_MOST;

export interface ExpiringLinks {
  withinMs: number;
  count: number;
  /** Exact (R3); without the links of `amountUnknown`. */
  totalPaise: bigint;
  /** Links whose amount cannot be read. */
  amountUnknown: number;
  /** The soonest first; at most REMINDED_AT_MOST. */
  soonest: PayoutLink[];
}

/** ISSUED, and its expiry is ahead, within this time. */
function expiresWithin({ status, expiresAt }: PayoutLink, withinMs: number, now: number): boolean {
  return status === 'ISSUED' && expiresAt !== undefined && expiresAt > now && expiresAt <= now + withinMs;
}

/**
 * The fold of one walk: `add` each link, then read `links`. A later record of a link replaces the earlier one: a walk may
 * return a link twice when the list moves meanwhile (R2). `spill`: where its table of links goes.
 */
export function startExpiring(withinMs: number, now: number, spill?: SpillFile) {
  /** Only of links that expire soon, or did in an earlier record. */
  const links = createLinkTable(spill);
  /** 1 for a link that is counted. */
  const counted = createByteColumn(spill);
  const amounts = createColumn(spill);
  const sum = exactSum();
  const soonest: PayoutLink[] = [];
  let amountUnknown = 0;
  let size = 0;

  function count(amountPaise: number | undefined, by: 1 | -1): void {
    size += by;
    if (amountPaise === undefined) amountUnknown += by;
    else sum.add(by * amountPaise);
  }

  function remove(linkId: string): void {
    const link = links.find(linkId);
    if (link === undefined || counted.get(link) === 0) return;
    count(amounts.get(link), -1);
    counted.set(link, 0);
    const index = soonest.findIndex((other) => other.linkId === linkId);
    if (index !== -1) soonest.splice(index, 1);
  }

  return {
    add(link: PayoutLink): void {
      remove(link.linkId);
      if (!expiresWithin(link, withinMs, now)) return;
      const number = links.numberOf(link.linkId);
      counted.set(number, 1);
      amounts.set(number, link.amountPaise);
      count(link.amountPaise, 1);
      const index = soonest.findIndex((other) => (other.expiresAt ?? 0) > (link.expiresAt ?? 0));
      soonest.splice(index === -1 ? soonest.length : index, 0, link);
      if (soonest.length > KEPT) soonest.pop();
    },
    /** For a link that is ISSUED no more since it was added. */
    remove,
    links: (): ExpiringLinks => ({
      withinMs,
      count: size,
      totalPaise: sum.total(),
      amountUnknown,
      soonest: soonest.slice(0, REMINDED_AT_MOST),
    }),
  };
}

/** What `/payout expiring` shows. */
export interface Expiring extends ExpiringLinks {
  at: number;
  environment: Environment | undefined;
  /** Why there may be more, in one sentence; undefined: these are all. */
  incomplete: string | undefined;
  /** By link ID: the last reminder, of the links shown, as far as it is known here. */
  reminded: ReadonlyMap<string, LastReminder>;
}

/** Returns the ISSUED links that expire within this time. Rejects on programming errors and refusals only. */
export async function findExpiring(deps: Deps, actor: Actor, withinMs: number): Promise<Expiring> {
  await requirePermission(deps, actor, 'look', { subject: 'link.list' });
  const now = deps.clock();
  const spill = deps.openSpill?.();
  const fold = startExpiring(withinMs, now, spill);
  let environment: Environment | undefined;
  const end = await walkLinks(deps.gateway, { statuses: ['ISSUED'] }, (page) => {
    environment ??= page.environment;
    for (const linkId of page.mismatchedIds) fold.remove(linkId);
    for (const link of page.links) fold.add(link);
    return 'next';
  })
    .catch((error: unknown): WalkEnd => {
      if (!isPayoutDeskError(error)) throw error;
      return { complete: false, reason: error.message, pagesRead: 0, recordsRead: 0 };
    })
    .finally(() => spill?.close());
  const links = fold.links();
  const reminded = await lastReminders(
    deps,
    links.soonest.map(({ linkId }) => linkId),
  );
  return { ...links, at: now, environment, incomplete: reasonOf(end), reminded };
}

/** What is not known is not shown: the list does not wait for the store. */
export async function lastReminders(
  { store }: Deps,
  linkIds: readonly string[],
): Promise<ReadonlyMap<string, LastReminder>> {
  if (linkIds.length === 0) return new Map();
  try {
    const found = await store.reminderRuns.lastReminders(linkIds);
    return new Map(found.map((reminder) => [reminder.linkId, reminder]));
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return new Map();
  }
}
