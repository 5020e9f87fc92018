/** Owns which links have been PROCESSING for too long: by their claim where it is known (R20), the longest first. */

import { isPayoutDeskError } from '../../errors.ts';
import { aFewAtOnce } from '../a-few-at-once.ts';
import { requirePermission } from '../access.ts';
import { bestEffort } from '../best-effort.ts';
import type { Actor, Deps } from '../deps.ts';
import { claimedAt, type Environment, type PayoutLink, type TrackedLink } from './link.ts';
import type { LinkPage, WalkEnd } from './page.ts';
import { processingSince } from './processing.ts';
import type { ProcessingSince } from './processing-port.ts';
import { addDays, istInstant } from '../time.ts';
import { reasonOf, walkLinks } from './walk.ts';

/** Links of one page of the list, and those tracked for it: a person waits. */
export const STUCK_SHOWN = 20;
/** InstantPay is asked for this many at once. */
const AT_ONCE = 4;
/** Links kept of one walk, those that exist longest. */
export const CANDIDATES_KEPT = 5_000;
/** More than these, so that they are not looked through at each page. */
const SPARE = 1_000;

/** A PROCESSING link with what is known of its age. */
export interface AgedLink {
  link: PayoutLink;
  age: ProcessingSince | undefined;
}

/** `unclear`: older than that by its creation, and when it was claimed is not known. */
export type StuckKind = 'stuck' | 'unclear' | 'recent';

/**
 * Whether a link has been PROCESSING for that long. The claim tells. It was seen PROCESSING after its claim, so an old sighting
 * tells too; it was created before its claim, so a new link is not stuck.
 */
export function judgeAge({ link: { createdAt }, age }: AgedLink, forMs: number, now: number): StuckKind {
  const isLonger = (since: number): boolean => now - since >= forMs;
  if (age?.from === 'claim') return isLonger(age.since) ? 'stuck' : 'recent';
  if (age?.from === 'seen' && isLonger(age.since)) return 'stuck';
  return createdAt === undefined || isLonger(createdAt) ? 'unclear' : 'recent';
}

/** The PROCESSING links of a walk. */
export interface ProcessingLinks {
  links: PayoutLink[];
  environment: Environment | undefined;
  /** Why there may be more, in one sentence; undefined: these are all. */
  incomplete: string | undefined;
}

export const TOO_MANY_PROCESSING = `Only ${CANDIDATES_KEPT.toLocaleString('en-IN')} PROCESSING links were looked at.`;

/** Walks over the PROCESSING links. `onPage`: told of each page. Rejects on programming errors only. */
export async function readProcessing(
  { gateway }: Pick<Deps, 'gateway'>,
  onPage: (page: LinkPage) => void = () => {},
): Promise<ProcessingLinks> {
  const links = new Map<string, PayoutLink>();
  let environment: Environment | undefined;
  let isFull = false;
  const end = await walkLinks(gateway, { statuses: ['PROCESSING'] }, (page) => {
    environment ??= page.environment;
    // A later record of a link replaces the earlier one (R2).
    for (const linkId of page.mismatchedIds) links.delete(linkId);
    for (const link of page.links) links.set(link.linkId, link);
    if (links.size > CANDIDATES_KEPT + SPARE) isFull = keepOldest(links);
    onPage(page);
    return 'next';
  }).catch((error: unknown): WalkEnd => {
    if (!isPayoutDeskError(error)) throw error;
    return { complete: false, reason: error.message, pagesRead: 0, recordsRead: 0 };
  });
  isFull = keepOldest(links) || isFull;
  const incomplete = reasonOf(end) ?? (isFull ? TOO_MANY_PROCESSING : undefined);
  return { links: [...links.values()], environment, incomplete };
}

/** Drops the newest of more than `CANDIDATES_KEPT`, if there are. By numbers alone: sorting the links takes ten times as long. */
function keepOldest(links: Map<string, PayoutLink>): boolean {
  let dropped = links.size - CANDIDATES_KEPT;
  if (dropped <= 0) return false;
  const oldestFirst = Float64Array.from(links.values(), createdOf).sort();
  const limit = oldestFirst[CANDIDATES_KEPT] ?? Infinity;
  for (const [linkId, link] of links) {
    if (createdOf(link) > limit) {
      links.delete(linkId);
      dropped -= 1;
    }
  }
  // Of those created in the same millisecond.
  for (const [linkId, link] of links) {
    if (dropped === 0) break;
    if (createdOf(link) !== limit) continue;
    links.delete(linkId);
    dropped -= 1;
  }
  return true;
}

/** A link without a usable creation may be of any age. */
const createdOf = ({ createdAt }: PayoutLink): number => createdAt ?? -Infinity;

/** What is known of their ages; a store that does not answer knows nothing. */
export async function agesOf({ store }: Deps, links: readonly PayoutLink[]): Promise<AgedLink[]> {
  let known: ReadonlyMap<string, ProcessingSince> = new Map();
  try {
    known = await store.processing.find(links.map(({ linkId }) => linkId));
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
  }
  return links.map((link) => ({ link, age: processingSince(link, known.get(link.linkId)) }));
}

/**
 * Returns what InstantPay says of these links now, by link ID; without those it does not tell of. Keeps their claims.
 * `found`: filled as they are told, for who does not wait for all.
 */
export async function trackClaims(
  { gateway, store }: Deps,
  linkIds: readonly string[],
  found = new Map<string, TrackedLink>(),
): Promise<Map<string, TrackedLink>> {
  const results = await aFewAtOnce(linkIds, AT_ONCE, async (linkId) => {
    const tracked = await gateway.track(linkId);
    found.set(linkId, tracked);
    const claim = tracked.status === 'PROCESSING' ? claimedAt(tracked) : undefined;
    if (claim !== undefined) await bestEffort(store.processing.claimedAt(linkId, claim));
  });
  for (const result of results) {
    if (result.status === 'rejected' && !isPayoutDeskError(result.reason)) throw result.reason;
  }
  return found;
}

/** With what tracking told: undefined when the link is PROCESSING no more. */
export function withTracked<Aged extends Pick<AgedLink, 'age'>>(
  aged: Aged,
  tracked: TrackedLink | undefined,
): Aged | undefined {
  if (!tracked) return aged;
  if (tracked.status !== 'PROCESSING') return undefined;
  const claim = claimedAt(tracked);
  return claim === undefined ? aged : { ...aged, age: { since: claim, from: 'claim' } };
}

/** The longest first; of unknown age last. */
export function byAge(one: AgedLink, other: AgedLink): number {
  return (one.age?.since ?? Infinity) - (other.age?.since ?? Infinity);
}

/** Which links `/payout stuck` means: PROCESSING for so long, or since this day (YYYY-MM-DD, IST) or longer. */
export type StuckFor = { forMs: number } | { sinceDay: string };

/** The same as a duration: who claimed on the day itself is meant too. */
function lengthOf(wanted: StuckFor, now: number): number {
  return 'forMs' in wanted ? wanted.forMs : Math.max(0, now - istInstant(addDays(wanted.sinceDay, 1)));
}

/** What `/payout stuck` shows: one page of them. */
export interface Stuck {
  at: number;
  for: StuckFor;
  count: number;
  /** Exact (R3); without the links of `amountUnknown`. */
  totalPaise: bigint;
  /** Links whose amount cannot be read. */
  amountUnknown: number;
  /** From 1. */
  pageNumber: number;
  /** How many are on earlier pages. */
  before: number;
  /** The longest first; at most STUCK_SHOWN. */
  links: AgedLink[];
  /** Links that may be stuck too: when they were claimed is not known yet. */
  unclear: number;
  environment: Environment | undefined;
  incomplete: string | undefined;
}

/**
 * Returns the links that have been PROCESSING for that long. Of those that may be, and have no known claim, the longest existing
 * are tracked. Rejects on programming errors and refusals only.
 */
export async function findStuck(deps: Deps, actor: Actor, wanted: StuckFor, pageNumber = 1): Promise<Stuck> {
  await requirePermission(deps, actor, 'look', { subject: 'link.list' });
  const now = deps.clock();
  const forMs = lengthOf(wanted, now);
  const { links, environment, incomplete } = await readProcessing(deps);
  const known = await agesOf(deps, links);
  const asked = known
    .filter((aged) => aged.age?.from !== 'claim' && judgeAge(aged, forMs, now) !== 'recent')
    .sort((one, other) => createdOf(one.link) - createdOf(other.link))
    .slice(0, STUCK_SHOWN);
  const tracked = await trackClaims(
    deps,
    asked.map(({ link }) => link.linkId),
  );
  const aged = known.flatMap((one) => withTracked(one, tracked.get(one.link.linkId)) ?? []);
  const stuck = aged.filter((one) => judgeAge(one, forMs, now) === 'stuck').sort(byAge);
  const lastPage = Math.max(1, Math.ceil(stuck.length / STUCK_SHOWN));
  const page = Math.min(pageNumber, lastPage);
  const amounts = stuck.map(({ link }) => link.amountPaise);
  return {
    at: now,
    for: wanted,
    count: stuck.length,
    totalPaise: amounts.reduce((sum: bigint, paise) => sum + BigInt(paise ?? 0), 0n),
    amountUnknown: amounts.filter((paise) => paise === undefined).length,
    pageNumber: page,
    before: (page - 1) * STUCK_SHOWN,
    links: stuck.slice((page - 1) * STUCK_SHOWN, page * STUCK_SHOWN),
    unclear: aged.filter((one) => judgeAge(one, forMs, now) === 'unclear').length,
    environment,
    incomplete,
  };
}
