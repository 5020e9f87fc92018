/** Owns the count of the tour: a step passed when nothing was found wrong with it. */

import type { Paint } from '../terminal/paint.ts';

export interface Score {
  /** Something is wrong with the step that is being played. */
  fault: (why: string) => void;
  /** Ends the step and prints its result. */
  count: (claim: string) => void;
  readonly failed: number;
  line: () => string;
}

export function createScore(print: (text: string) => void, paint: Paint): Score {
  let passed = 0;
  let failed = 0;
  let faults: string[] = [];
  return {
    fault: (why) => void faults.push(why),
    count(claim) {
      if (faults.length === 0) {
        passed += 1;
        print(`  ${paint.good('✓')} ${claim}`);
        return;
      }
      failed += 1;
      print(`  ${paint.bad('✗')} ${claim}`);
      for (const why of faults) print(`      ${why.replaceAll('\n', '\n      ')}`);
      faults = [];
    },
    get failed() {
      return failed;
    },
    line: () => `${passed} passed, ${failed} failed`,
  };
}
