/**
 * Owns mutation testing: `npm run test:mutation` changes the code of one area in every way Stryker knows, one small change
 * at a time, and asks that area's tests to notice. `AREA` chooses it, as test/mutation-areas.ts lists them.
 *
 * The score is killed plus timed out, of all mutants that run; what a module does while it loads and the words of messages
 * count too. What survives is mostly code that cannot matter: a default for what is never missing, a case that only falls
 * through.
 */

import { area } from './test/mutation-areas.ts';

export default {
  testRunner: 'vitest',
  mutate: area.mutate,
  vitest: { configFile: 'vitest.mutation.config.ts' },
  // Names no file on purpose: Stryker would rewrite it through an interface that TypeScript 7 no longer has.
  tsconfigFile: 'tsconfig.none.json',
  tempDirName: '.stryker-tmp',
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, reportTests: false },
  coverageAnalysis: 'perTest',
  timeoutMS: 10_000,
  concurrency: 2,
  thresholds: { high: 90, low: 85, break: 85 },
};
