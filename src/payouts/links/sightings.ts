/** Owns the local index of links: what answers of InstantPay showed, written in batches, best effort. */

import { type Clock, HOUR_MS, MINUTE_MS } from '../time.ts';
import { ORDERS_MAX, queryOf, sightingOf } from './index-keys.ts';
import type { KeyedHash, SeenLink, LinkIndex, LinkIndexStore } from './index-port.ts';

/** Links of one write: SQLite answers synchronously, and each write should take a millisecond or two. */
export const BATCH_LINKS = 20;
/** More than the largest page; what does not fit while the store is slow is seen again another time. */
export const WAITING_MAX = 2_000;
/** Links kept, the latest seen. */
export const KEPT_LINKS = 200_000;
/** Links written between two prunings. */
const PRUNE_EVERY = 2_000;
/** A link that is seen again within this time is not written again. */
const FRESH_MS = 12 * HOUR_MS;
/** Links that a stop still writes. */
const CLOSING_LINKS = 10 * BATCH_LINKS;
/** While more wait than a stop writes, a walk is under way: it needs the time, so there is a pause after each batch. */
const SPREAD_MS = 100;
/** How many links are remembered as fresh. */
const FRESH_MAX = 50_000;
/** How long nothing is written after a failed write. */
const PAUSE_MS = MINUTE_MS;

export interface LinkIndexOptions {
  store: LinkIndexStore;
  hash: KeyedHash;
  clock: Clock;
  pause: (durationMs: number) => Promise<void>;
  /** Told of a failed read or write. */
  onProblem: (error: unknown) => void;
}

export interface WritableLinkIndex extends LinkIndex {
  /** Takes what an answer showed; returns at once and never throws. */
  see(facts: SeenLink): void;
  /** Resolves when the last of what waits is written; a stop does not wait for more than a few batches. */
  close(): Promise<void>;
}

export function createLinkIndex({
  store,
  hash,
  clock,
  pause,
  onProblem,
}: LinkIndexOptions): WritableLinkIndex {
  /** When a link was written with so many values: a claim adds an order to its history. */
  const fresh = new Map<string, number>();
  /** Hashed when they are written: a page of a walk would take a few milliseconds longer to read. */
  let waiting: SeenLink[] = [];
  let writing: Promise<void> | undefined;
  let pausedUntil = 0;
  let sincePruned = PRUNE_EVERY;

  const writeAll = async (): Promise<void> => {
    try {
      while (waiting.length > 0) {
        const batch = waiting.splice(0, BATCH_LINKS).map((facts) => sightingOf(facts, hash));
        await store.remember(batch, clock());
        sincePruned += batch.length;
        if (sincePruned >= PRUNE_EVERY) {
          sincePruned = 0;
          await store.prune(KEPT_LINKS);
        }
        if (waiting.length > CLOSING_LINKS) await pause(SPREAD_MS);
      }
    } catch (error) {
      waiting = [];
      fresh.clear();
      pausedUntil = clock() + PAUSE_MS;
      onProblem(error);
    }
    // In the same turn as the last look at `waiting`: what is seen from here on starts the next writing.
    writing = undefined;
  };

  return {
    see(facts) {
      // Before anything is made of it: in a walk nearly every link goes this way.
      if (waiting.length >= WAITING_MAX) return;
      const now = clock();
      const size = sizeOf(facts);
      if (size === 0 || now < pausedUntil) return;
      // Joined, not concatenated: V8 would keep the parts beside the whole.
      const seen = [facts.linkId, size].join(' ');
      if (now - (fresh.get(seen) ?? -Infinity) < FRESH_MS) return;
      waiting.push(bounded(facts));
      fresh.delete(seen);
      fresh.set(seen, now);
      if (fresh.size > FRESH_MAX) fresh.delete(fresh.keys().next().value ?? '');
      // Never in this turn: an answer is being read.
      writing ??= Promise.resolve().then(writeAll);
    },

    async close() {
      waiting = waiting.slice(0, CLOSING_LINKS);
      await writing;
    },

    async candidates(target, limit) {
      try {
        const query = queryOf(target, hash);
        return query === undefined ? [] : await store.find(query, limit);
      } catch (error) {
        onProblem(error);
        return [];
      }
    },
  };
}

/** Thousands of them may wait, and a history may have an order for each of its entries. */
function bounded(facts: SeenLink): SeenLink {
  const { orderIds } = facts;
  return orderIds.length > ORDERS_MAX ? { ...facts, orderIds: orderIds.slice(0, ORDERS_MAX) } : facts;
}

/** How many values it can be found by. */
function sizeOf({ url, name, email, mobile, referenceNo, orderIds }: SeenLink): number {
  const given = [url, name, email, mobile, referenceNo, ...orderIds].filter((value) => value !== undefined);
  return given.length;
}
