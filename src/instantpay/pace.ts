/**
 * Owns how hard walks press InstantPay: how many of their pages are under way at once, over all walks of a client. The number
 * is halved when InstantPay shows that it has too much to do, and grows by one at a time while it answers; no page leaves
 * before the time that a Retry-After names.
 */

import { InstantPayError } from './errors.ts';
import type { ReadOptions } from './options.ts';

/** Answers in a row until one page more is asked for at once. */
const ANSWERS_A_STEP = 10;
/** A Retry-After of more is not believed. */
const LONGEST_PAUSE_MS = 5 * 60_000;

/** One of the pages that may be under way at once. Both are safe to call again. */
export interface Place {
  /** The answer is here: the next page may leave while this one is read. */
  release(): void;
  /** For an attempt after `release`: resolves when it is its turn again. */
  take(): Promise<void>;
}

export interface Pace {
  /** Runs a walk's work when it is its turn. Rejects when InstantPay asked for a longer pause than a call may take. */
  run<Result>(work: (place: Place) => Promise<Result>, signal: AbortSignal | undefined): Promise<Result>;
  /** Called before each attempt of any call; returns what to tell of its outcome, undefined when it was answered. */
  attempt(): (failure: InstantPayError | undefined) => void;
}

type PaceOptions = Pick<ReadOptions, 'concurrency' | 'timeoutMs' | 'now'> & {
  /** Resolves early when the signal is aborted. */
  sleep: (durationMs: number, signal: AbortSignal | undefined) => Promise<void>;
};

/** `onChange`: told of the number of pages at once, before and after. */
export function createPace(
  { concurrency, timeoutMs, now, sleep }: PaceOptions,
  onChange: (from: number, to: number) => void,
): Pace {
  let atOnce = concurrency;
  /** Counts the slowdowns: what was under way at one may fail together, and is one sign. */
  let slowdowns = 0;
  let answers = 0;
  let pausedUntil = -Infinity;
  let running = 0;
  // An array, not a linked list: what a list has let go of holds the rest in memory until the next full collection.
  const waiting: (() => void)[] = [];

  function change(to: number): void {
    answers = 0;
    if (to === atOnce) return;
    onChange(atOnce, to);
    atOnce = to;
    startWaiting();
  }

  function startWaiting(): void {
    while (running < atOnce && waiting.length > 0) {
      running += 1;
      waiting.shift()?.();
    }
  }

  function newPlace(): Place {
    let isTaken = false;
    return {
      async take() {
        if (isTaken) return;
        isTaken = true;
        if (running < atOnce) running += 1;
        else await new Promise<void>((resolve) => waiting.push(resolve));
      },
      release() {
        if (!isTaken) return;
        isTaken = false;
        running -= 1;
        startWaiting();
      },
    };
  }

  async function pause(signal: AbortSignal | undefined): Promise<void> {
    const waitMs = pausedUntil - now();
    if (waitMs <= 0) return;
    // The rule of a single call: no attempt before its time, and none that comes too late for the one who asked.
    if (waitMs > 2 * timeoutMs) throw tooSoon(waitMs);
    await sleep(waitMs, signal);
  }

  return {
    async run(work, signal) {
      const place = newPlace();
      await place.take();
      try {
        await pause(signal);
        return await work(place);
      } finally {
        place.release();
      }
    },

    attempt() {
      const startedAfter = slowdowns;
      return (failure) => {
        if (failure === undefined) {
          answers += 1;
          if (answers >= ANSWERS_A_STEP) change(Math.min(concurrency, atOnce + 1));
          return;
        }
        if (!isOverloaded(failure)) return;
        const { retryAfterMs = 0 } = failure;
        pausedUntil = Math.max(pausedUntil, now() + Math.min(retryAfterMs, LONGEST_PAUSE_MS));
        answers = 0;
        if (startedAfter < slowdowns) return;
        slowdowns += 1;
        change(Math.max(1, Math.floor(atOnce / 2)));
      };
    },
  };
}

function isOverloaded({ httpStatus = 0, kind, sent }: InstantPayError): boolean {
  return httpStatus === 429 || httpStatus >= 500 || (kind === 'timeout' && sent);
}

function tooSoon(retryAfterMs: number): InstantPayError {
  const facts = { kind: 'http', operation: 'list', sent: false, transient: true, httpStatus: 429 } as const;
  return new InstantPayError({ ...facts, retryAfterMs });
}
