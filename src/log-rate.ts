/** Owns the rate of log lines that unauthenticated requests can cause. */

/** Returns a function that calls `write` at once, then at most once a minute, with the number of calls since. */
export function atMostOnceAMinute(now: () => number, write: (count: number) => void): () => void {
  let nextAt = -Infinity;
  let count = 0;
  return () => {
    count += 1;
    if (now() < nextAt) return;
    nextAt = now() + 60_000;
    write(count);
    count = 0;
  };
}
