/**
 * Owns long loops of the rules: as steps, with a turn of the event loop for requests and timers between two. The rules have
 * no timers; the app gives them the turn.
 */

/** Resolves in a later turn of the event loop. */
export type Turn = () => Promise<void>;

/** Work that may pause where it yields, and returns its result in the end. */
export type Steps<Result> = Generator<void, Result, void>;

/** Items of one step: a millisecond or two. */
export const A_STEP = 1_000;

/** Visits each item, with a pause after each `A_STEP` of them. */
export function* eachInSteps<Item>(items: Iterable<Item>, visit: (item: Item) => void): Steps<void> {
  let visited = 0;
  for (const item of items) {
    visit(item);
    visited += 1;
    if (visited % A_STEP === 0) yield;
  }
}

/** Runs the work to its end, each step in a turn of its own; without `turn` in one. */
export async function inTurns<Result>(turn: Turn | undefined, work: Steps<Result>): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await turn?.();
  }
}
