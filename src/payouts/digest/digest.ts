/** Owns the digest: one walk folded into what needs somebody, what changed and totals; what is kept of each link is small. */

import { isPayoutDeskError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import { aFewAtOnce } from '../a-few-at-once.ts';
import type { Actor, Deps } from '../deps.ts';
import { inTurns } from '../in-turns.ts';
import type { Environment, KnownStatus, LinkStatus, PayoutLink } from '../links/link.ts';
import { type ExpiringLinks, startExpiring } from '../links/expiring.ts';
import type { LinkPage, WalkEnd } from '../links/page.ts';
import { reasonOf, walkLinks } from '../links/walk.ts';
import type { SpillFile } from '../links/spill.ts';
import { MINUTE_MS } from '../time.ts';
import {
  type Change,
  CHANGE_KINDS,
  type ChangedLinks,
  type ChangeKind,
  type Changes,
  compare,
  isTooMany,
  linksLeft,
  type ListNow,
  type NamedLink,
  OPEN_KEPT,
  wholeState,
} from './changes.ts';
import { type Duplicates, startDuplicates } from './duplicates.ts';
import { purposeFilter } from './purpose.ts';
import { type Reminded, remindedFor } from './reminded.ts';
import { findStuckLinks, noneStuck, type StuckLinks, startStuck } from './stuck.ts';
import type { StateChange, ToldState } from './told.ts';
import { type StatusTotals, startTotals, type Totals } from './totals.ts';

export interface Digest {
  at: number;
  /** Of the statuses that were asked for. */
  statuses: StatusTotals[];
  /** ISSUED links that can still be reminded before they expire. */
  expiring: ExpiringLinks;
  stuck: StuckLinks;
  duplicates: Duplicates;
  /** Undefined for an incomplete list. */
  changes: Changes | undefined;
  /** What is told once this digest is posted; undefined for an incomplete list. */
  told: StateChange | undefined;
  /** Automatic reminders since the last digest. */
  reminded?: Reminded | undefined;
  /** Only links whose purpose contains this. */
  purpose: string | undefined;
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

export interface DigestQuery {
  statuses: readonly KnownStatus[];
  /** Only links whose purpose contains this text, spelled alike. */
  purpose?: string | undefined;
  /** What the last posted digest told. */
  previous?: ToldState | undefined;
  /** How long links that left the list may be looked up. */
  lookUpMs?: number;
}

/** Links that left the list and are tracked, in one digest. */
export const LOOKED_UP_AT_MOST = 50;
const AT_ONCE = 4;
/** A digest that is due can wait longer than a person; its lease is renewed. */
const LOOK_UP_MS = 2 * MINUTE_MS;
/** While a person waits. */
const LOOK_UP_WAITING_MS = 5_000;

/** What a digest’s walk reads: the open links too, for what expires soon, what is stuck and what changed. */
export function statusesRead(statuses: readonly KnownStatus[]): KnownStatus[] {
  return [...new Set([...statuses, 'ISSUED' as const, 'PROCESSING' as const])];
}

/**
 * Reads all links with these statuses, and the open ones, in one walk, and compares them with `previous`. An incomplete walk
 * gives an incomplete digest; rejects on programming errors only.
 */
export async function composeDigest(deps: Deps, query: DigestQuery): Promise<Digest> {
  const spill = deps.openSpill?.();
  try {
    return await foldDigest(deps, query, spill);
  } finally {
    spill?.close();
  }
}

async function foldDigest(deps: Deps, query: DigestQuery, spill: SpillFile | undefined): Promise<Digest> {
  const { statuses, purpose, previous } = query;
  const now = deps.clock();
  const expiring = startExpiring(deps.settings.expiringWithinMs, now, spill);
  const { stuckAfterMs } = deps.settings;
  const stuck = startStuck(stuckAfterMs, now);
  const duplicates = startDuplicates();
  const totals = startTotals(statusesRead(statuses), spill);
  const bornAndEnded = startBornAndEnded(previous, now);
  const read = await readList(deps, query, [totals, expiring, stuck, duplicates, bornAndEnded]);
  const digest: Digest = {
    at: now,
    statuses: totals.totals(statuses),
    expiring: expiring.links(),
    stuck: noneStuck(stuckAfterMs),
    duplicates: await inTurns(deps.turn, duplicates.duplicates()),
    purpose,
    changes: undefined,
    told: undefined,
    ...read,
  };
  if (!read.complete) return digest;
  const stuckLinks = await findStuckLinks(deps, stuck.candidates(), stuckAfterMs, now);
  const list = listNow(totals, stuckLinks, bornAndEnded.links);
  const reminded = await remindedFor(deps, previous, now);
  return { ...digest, stuck: stuckLinks, reminded, ...(await whatChanged(deps, list, now, query)) };
}

/** The digest on request: `/payout digest`. Compares with the last posted one and changes nothing. */
export async function digestFor(
  deps: Deps,
  actor: Actor,
  query: Pick<DigestQuery, 'statuses' | 'purpose'> & { previous: () => Promise<ToldState | undefined> },
): Promise<Digest> {
  await requirePermission(deps, actor, 'look', { subject: 'digest.read' });
  const previous = await query.previous();
  return composeDigest(deps, { ...query, previous, lookUpMs: LOOK_UP_WAITING_MS });
}

/** A part of the fold. */
interface Part {
  add(link: PayoutLink): void;
  remove(linkId: string): void;
}

type Read = Pick<Digest, 'environment' | 'ipayUuid' | 'complete' | 'reason' | 'pagesRead' | 'recordsRead'>;

async function readList(deps: Deps, { statuses, purpose }: DigestQuery, parts: Part[]): Promise<Read> {
  const isMeant = purposeFilter(purpose);
  let environment: Environment | undefined;
  let ipayUuid: string | undefined;
  const read = { pages: 0, records: 0 };
  const onPage = (page: LinkPage): 'next' => {
    read.pages += 1;
    read.records += page.recordsReceived;
    environment ??= page.environment;
    ipayUuid = page.ipayUuid ?? ipayUuid;
    for (const linkId of page.mismatchedIds) for (const part of parts) part.remove(linkId);
    for (const link of page.links) {
      const counts = isMeant(link);
      for (const part of parts) {
        if (counts) part.add(link);
        else part.remove(link.linkId);
      }
    }
    return 'next';
  };
  const end = await walkLinks(deps.gateway, { statuses: statusesRead(statuses) }, onPage).catch(
    (error: unknown): WalkEnd => {
      if (!isPayoutDeskError(error)) throw error;
      return { complete: false, reason: error.message, pagesRead: read.pages, recordsRead: read.records };
    },
  );
  return {
    environment,
    ipayUuid,
    complete: end?.complete ?? false,
    reason: reasonOf(end),
    pagesRead: end?.pagesRead ?? read.pages,
    recordsRead: end?.recordsRead ?? read.records,
  };
}

/**
 * Links that were created after the last digest and are final already: no digest showed them open. One that is created while
 * the list is read is told by the next digest, which counts from now on.
 */
function startBornAndEnded(previous: ToldState | undefined, now: number) {
  const links = new Map<string, KnownStatus>();
  const remove = (linkId: string): void => void links.delete(linkId);
  return {
    links,
    remove,
    add({ linkId, status, createdAt }: PayoutLink): void {
      remove(linkId);
      if (status === 'ISSUED' || status === 'PROCESSING' || status === 'UNKNOWN') return;
      if (!previous || createdAt === undefined) return;
      if (createdAt > previous.at && createdAt <= now) links.set(linkId, status);
    },
  };
}

function listNow(
  totals: Totals,
  { linkIds: stuck }: StuckLinks,
  bornAndEnded: ListNow['bornAndEnded'],
): ListNow {
  return {
    statusOf: totals.statusOf,
    open: [totals.linkIds('ISSUED'), totals.linkIds('PROCESSING')],
    stuck,
    bornAndEnded,
  };
}

async function whatChanged(
  deps: Deps,
  list: ListNow,
  at: number,
  { previous, purpose, lookUpMs = LOOK_UP_MS }: DigestQuery,
): Promise<Pick<Digest, 'changes' | 'told'>> {
  const whole = () => inTurns(deps.turn, wholeState(list, at, purpose));
  if (isTooMany(list))
    return { changes: { kind: 'not_counted', openAtMost: OPEN_KEPT }, told: await whole() };
  if (previous === undefined || previous.purpose !== purpose)
    return { changes: { kind: 'first' }, told: await whole() };
  const missing = await inTurns(deps.turn, linksLeft(previous, list));
  const left = await lookUp(deps, missing, deps.clock() + lookUpMs);
  const { changed, set, gone } = await inTurns(deps.turn, compare(previous, list, left));
  return {
    changes: { kind: 'since', at: previous.at, of: await named(deps, changed) },
    told: { at, purpose, isKept: true, replaces: false, set, gone },
  };
}

/** What became of links that left the list; without those that InstantPay did not tell of in time. */
async function lookUp(
  { gateway, clock }: Deps,
  linkIds: readonly string[],
  until: number,
): Promise<Map<string, LinkStatus>> {
  const found = new Map<string, LinkStatus>();
  const results = await aFewAtOnce(linkIds.slice(0, LOOKED_UP_AT_MOST), AT_ONCE, async (linkId) => {
    if (clock() >= until) return;
    found.set(linkId, (await gateway.track(linkId)).status);
  });
  for (const result of results) {
    if (result.status === 'rejected' && !isPayoutDeskError(result.reason)) throw result.reason;
  }
  return found;
}

/** Links that are named in the line of changes. */
const NAMED_AT_MOST = 2;
/** Which are named first. Stuck ones have rows of their own. */
const NAMED: readonly ChangeKind[] = ['returned', 'cancelled', 'unknown', 'expired', 'claimed'];

async function named(deps: Deps, changed: ChangedLinks): Promise<Change[]> {
  const names = new Map<ChangeKind, NamedLink[]>();
  let room = NAMED_AT_MOST;
  for (const kind of NAMED) {
    const linkIds = changed.get(kind) ?? [];
    if (linkIds.length === 0 || linkIds.length > room) continue;
    const links = await Promise.all(linkIds.map((linkId) => describe(deps, linkId)));
    const known = links.filter((link) => link !== undefined);
    if (known.length < linkIds.length) continue;
    room -= linkIds.length;
    names.set(kind, known);
  }
  return CHANGE_KINDS.flatMap((kind): Change[] => {
    const amount = changed.get(kind)?.length ?? 0;
    return amount === 0 ? [] : [{ kind, count: amount, named: names.get(kind) ?? [] }];
  });
}

/** Whose link it is; undefined when InstantPay does not tell: then it is counted without a name. */
async function describe({ gateway }: Deps, linkId: string): Promise<NamedLink | undefined> {
  try {
    const { links } = await gateway.page({ linkId }, 1);
    const record = links.find((link) => link.linkId === linkId);
    return record && { amountPaise: record.amountPaise, contact: record.contact };
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return undefined;
  }
}
