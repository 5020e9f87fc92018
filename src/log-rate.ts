/** Owns how often a line of the log that strangers can cause is written. */

/** Returns a function that writes at once, then at most once a minute, with how often it was called since. */
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
