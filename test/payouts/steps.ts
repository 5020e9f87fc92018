/** Owns running the steps of a long loop at once. */

import type { Steps } from '../../src/payouts/in-turns.ts';

export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
