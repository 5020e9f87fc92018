/** Owns what changed since the last digest that was posted: which links moved, and to what. */

import { eachInSteps, type Steps } from '../in-turns.ts';
import type { Contact, KnownStatus, LinkStatus } from '../links/link.ts';
import type { StateChange, ToldLink, ToldState, ToldStatus } from './told.ts';
import type { LinkIds } from './totals.ts';

/**
 * `new`: not in the list before. `processing`: the recipient has started the claim. `returned`: from PROCESSING to ISSUED,
 * since a payout failed (R7). `unknown`: to a status that Payout Desk does not recognise. `left`: no longer in the list,
 * and not looked up.
 */
export const CHANGE_KINDS = [
  'new',
  'claimed',
  'expired',
  'cancelled',
  'returned',
  'stuck',
  'processing',
  'unknown',
  'left',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** A link that a change is about, by name. */
export interface NamedLink {
  amountPaise: number | undefined;
  contact: Contact;
}

export interface Change {
  kind: ChangeKind;
  count: number;
  /** All of them when they are few, else none. */
  named: NamedLink[];
}

/**
 * `first`: there is no earlier digest to compare with. `not_counted`: too many links are open. `since`: compared with the
 * digest of then; `of` is in the order of CHANGE_KINDS, without those that did not happen.
 */
export type Changes =
  | { kind: 'first' }
  | { kind: 'not_counted'; openAtMost: number }
  | { kind: 'since'; at: number; of: Change[] };

/** Open links that are kept; of more, changes are not counted. */
export const OPEN_KEPT = 20_000;

/** What a whole walk found. */
export interface ListNow {
  /** Undefined: not in the list that was read. */
  statusOf: (linkId: string) => KnownStatus | undefined;
  /** The IDs of the links that are ISSUED and PROCESSING, each once. */
  open: readonly LinkIds[];
  stuck: ReadonlySet<string>;
  /** Links that were created since the last digest and are final already, by link ID. */
  bornAndEnded: ReadonlyMap<string, KnownStatus>;
}

/** Links of the last digest that the list does not hold any more. */
export function* linksLeft(previous: ToldState, { statusOf }: Pick<ListNow, 'statusOf'>): Steps<string[]> {
  const left: string[] = [];
  yield* eachInSteps(previous.links.keys(), (linkId) => {
    if (statusOf(linkId) === undefined) left.push(linkId);
  });
  return left;
}

export const isTooMany = ({ open }: Pick<ListNow, 'open'>): boolean =>
  open.reduce((sum, { size }) => sum + size, 0) > OPEN_KEPT;

/** By kind, the IDs of the links. */
export type ChangedLinks = ReadonlyMap<ChangeKind, readonly string[]>;

/** What a comparison found: the changes to tell, and what becomes of the state once they are told. */
export interface Compared {
  changed: ChangedLinks;
  set: ToldLink[];
  gone: string[];
}

/**
 * Compares the last digest with the list. `left` are the statuses of those of `linksLeft` that were looked up. A link that is
 * open by it is still in a status of the list: it was passed over while the list moved, and stays as it was told.
 */
export function* compare(
  previous: ToldState,
  now: ListNow,
  left: ReadonlyMap<string, LinkStatus>,
): Steps<Compared> {
  const changed = new Map<ChangeKind, string[]>();
  const set: ToldLink[] = [];
  const gone: string[] = [];
  const tell = (kind: ChangeKind | undefined, linkId: string): void => {
    if (kind === undefined) return;
    const known = changed.get(kind);
    if (known) known.push(linkId);
    else changed.set(kind, [linkId]);
  };

  yield* eachInSteps(previous.links, ([linkId, before]) => {
    const found = now.statusOf(linkId) ?? left.get(linkId);
    if (isEnded(found)) {
      gone.push(linkId);
      tell(found === undefined ? 'left' : ENDED[found], linkId);
      return;
    }
    const next = toldStatus(linkId, now);
    if (next === undefined || next === before) return;
    set.push({ linkId, status: next });
    tell(openChange(before, next), linkId);
  });
  yield* eachInSteps(openLinks(now), (linkId) => {
    const next = previous.links.has(linkId) ? undefined : toldStatus(linkId, now);
    if (next === undefined) return;
    set.push({ linkId, status: next });
    tell(next === 'stuck' ? 'stuck' : 'new', linkId);
  });
  yield* eachInSteps(now.bornAndEnded, ([linkId, status]) => {
    if (!previous.links.has(linkId) && isEnded(status)) tell(ENDED[status], linkId);
  });
  return { changed, set, gone };
}

/** Not open: it is told once, and no longer kept. */
function isEnded<Status extends LinkStatus | undefined>(
  status: Status,
): status is Exclude<Status, 'ISSUED' | 'PROCESSING'> {
  return status !== 'ISSUED' && status !== 'PROCESSING';
}

function* openLinks({ open }: ListNow): Generator<string> {
  for (const linkIds of open) yield* linkIds.keys();
}

const ENDED: Record<Exclude<LinkStatus, 'ISSUED' | 'PROCESSING'>, ChangeKind> = {
  CLAIMED: 'claimed',
  EXPIRED: 'expired',
  CANCELLED: 'cancelled',
  UNKNOWN: 'unknown',
};

function openChange(told: ToldStatus, next: ToldStatus): ChangeKind | undefined {
  switch (next) {
    case 'issued':
      return 'returned';
    case 'stuck':
      return 'stuck';
    case 'processing':
      // A stuck link whose claim turned out to be younger did not move.
      return told === 'issued' ? 'processing' : undefined;
  }
}

/** Undefined when it is not open by the list. */
function toldStatus(linkId: string, { statusOf, stuck }: ListNow): ToldStatus | undefined {
  const status = statusOf(linkId);
  if (status === 'ISSUED') return 'issued';
  if (status !== 'PROCESSING') return undefined;
  return stuck.has(linkId) ? 'stuck' : 'processing';
}

/** What is kept when there is nothing to compare with: every open link. */
export function* wholeState(now: ListNow, at: number, purpose: string | undefined): Steps<StateChange> {
  const state = { at, purpose, isKept: !isTooMany(now), replaces: true, gone: [] };
  if (!state.isKept) return { ...state, set: [] };
  const empty: ToldState = { at, purpose, links: new Map() };
  const { set } = yield* compare(empty, { ...now, bornAndEnded: new Map() }, new Map());
  return { ...state, set };
}
