/** Owns timers as promises: a pause, a turn of the event loop, and the race of a promise against one. */

/** Resolves after so many milliseconds. */
export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, durationMs));
}

/** Resolves when requests and timers had their turn. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/**
 * Settles as the promise does, or, after `ms`, with what `onLate` returns or throws. The work itself goes on: what it
 * does after the deadline is its own affair, and its rejection is handled.
 */
export async function withDeadline<Value, Late>(
  promise: Promise<Value>,
  ms: number,
  onLate: () => Late,
): Promise<Value | Late> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  try {
    return await Promise.race([promise, late.promise.then(onLate)]);
  } finally {
    clearTimeout(timer);
  }
}
