/** Owns remembering which links are PROCESSING: what answers of InstantPay showed, written in batches, best effort. */

import { eachInSteps, inTurns, type Steps, type Turn } from '../in-turns.ts';
import { type Clock, DAY_MS, HOUR_MS, MINUTE_MS } from '../time.ts';
import type { ProcessingStore, SeenStatus } from './processing-port.ts';

/** Links of one write: SQLite answers synchronously, and each write should take a millisecond or two. */
const BATCH_LINKS = 50;
/** More than the largest page; what does not fit while the store is slow is seen again another time. */
export const WAITING_LINKS = 5_000;
/** A link that is still PROCESSING within this time is not written again. */
export const FRESH_MS = HOUR_MS;
/** Other replicas remember and forget links too. */
export const RELOAD_MS = 10 * MINUTE_MS;
/** Links written between two prunings. */
const PRUNE_EVERY = 2_000;
/** How long nothing is written after a failed write. */
const PAUSE_MS = MINUTE_MS;
/** Links that a stop still writes. */
const CLOSING_LINKS = 4 * BATCH_LINKS;
/** While more wait than a stop writes, a walk is under way: it needs the time, so there is a pause after each batch. */
const SPREAD_MS = 100;

/** A link that no answer shows PROCESSING for so long is forgotten. */
export const FORGOTTEN_AFTER_MS = 30 * DAY_MS;
/** Links remembered, the latest seen. */
export const KEPT_PROCESSING = 50_000;
/** Of them, those that are compared with what answers show. */
export const KNOWN_AT_MOST = 10_000;

export interface ProcessingFeedOptions {
  store: ProcessingStore;
  clock: Clock;
  pause: (durationMs: number) => Promise<void>;
  /** Without it thousands of links are compared in one turn of the event loop. */
  turn?: Turn | undefined;
  /** Told of a failed read or write. */
  onProblem: (error: unknown) => void;
}

export interface ProcessingFeed {
  /** Takes what an answer showed; returns at once and never throws. */
  see(seen: SeenStatus): void;
  /** Resolves when the last of what waits is written; a stop does not wait for more than a few batches. */
  close(): Promise<void>;
}

export function createProcessingFeed({
  store,
  clock,
  pause,
  turn,
  onProblem,
}: ProcessingFeedOptions): ProcessingFeed {
  /** Links remembered as PROCESSING, here or by another replica, with when this process last wrote them. */
  const known = new Map<string, number>();
  const waiting = new Map<string, SeenStatus>();
  let loadedAt = -Infinity;
  let writing: Promise<void> | undefined;
  let pausedUntil = 0;
  let sincePruned = PRUNE_EVERY;

  const reload = async (): Promise<void> => {
    loadedAt = clock();
    const stored = new Set(await store.known(KNOWN_AT_MOST));
    const compare = function* (): Steps<void> {
      // Nothing is written meanwhile, so what is seen between two steps still waits.
      yield* eachInSteps(known.keys(), (linkId) => {
        if (!stored.has(linkId) && !waiting.has(linkId)) known.delete(linkId);
      });
      yield* eachInSteps(stored, (linkId) => {
        if (!known.has(linkId)) known.set(linkId, -Infinity);
      });
    };
    await inTurns(turn, compare());
  };

  const writeBatch = async (): Promise<void> => {
    const batch = [...waiting.values().take(BATCH_LINKS)];
    for (const { linkId } of batch) waiting.delete(linkId);
    await store.seen(batch, clock());
    for (const { linkId, claimedAt } of batch) {
      if (claimedAt !== undefined) await store.claimedAt(linkId, claimedAt);
    }
    sincePruned += batch.length;
    if (sincePruned < PRUNE_EVERY) return;
    sincePruned = 0;
    await store.prune(clock() - FORGOTTEN_AFTER_MS, KEPT_PROCESSING);
  };

  const writeAll = async (): Promise<void> => {
    try {
      if (clock() - loadedAt >= RELOAD_MS) await reload();
      while (waiting.size > 0) {
        await writeBatch();
        if (waiting.size > CLOSING_LINKS) await pause(SPREAD_MS);
      }
    } catch (error) {
      waiting.clear();
      known.clear();
      loadedAt = -Infinity;
      pausedUntil = clock() + PAUSE_MS;
      onProblem(error);
    }
    // In the same turn as the last look at `waiting`: what is seen from here on starts the next writing.
    writing = undefined;
  };

  /** Whether it says something that is not stored: nearly every link of a long list is not, and was never, PROCESSING. */
  const isNews = ({ linkId, status, claimedAt }: SeenStatus, now: number): boolean => {
    if (status !== 'PROCESSING') return known.has(linkId);
    return claimedAt !== undefined || now - (known.get(linkId) ?? -Infinity) >= FRESH_MS;
  };

  return {
    // Not the rest of what was seen, which is not masked.
    see({ linkId, status, claimedAt }) {
      const seen: SeenStatus = { linkId, status, claimedAt };
      const now = clock();
      if (now < pausedUntil) return;
      if (isNews(seen, now) && waiting.size < WAITING_LINKS) {
        waiting.set(seen.linkId, seen);
        known.delete(seen.linkId);
        if (seen.status === 'PROCESSING') known.set(seen.linkId, now);
        // The longest ago: a reload keeps no more either, and a walk may see hundreds of thousands before the next.
        if (known.size > KNOWN_AT_MOST + WAITING_LINKS) known.delete(known.keys().next().value ?? '');
      }
      if (waiting.size > 0 || now - loadedAt >= RELOAD_MS) writing ??= writeAll();
    },

    async close() {
      for (const linkId of [...waiting.keys()].slice(CLOSING_LINKS)) waiting.delete(linkId);
      await writing;
    },
  };
}
