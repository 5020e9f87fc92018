/** Owns how the tests run: against real servers and real files, with enough time to start them. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Small files that take long; begun last, one of them would run alone while the other workers have nothing to do. */
const LONG = /\/test\/(exploration\/exploration|demo\/(tour|page-browser)|chaos\/\w[\w-]*|main)\.test\.ts$/;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted(
      (one, other) => Number(LONG.test(other.moduleId)) - Number(LONG.test(one.moduleId)),
    );
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One folder, one PostgreSQL and one bundle for all files that need them.
    globalSetup: ['test/temporary.ts', 'test/store/postgres.ts', 'test/bundled.ts'],
    setupFiles: ['test/random.ts'],
    // Much of the time is waiting for processes and deadlines; two workers more than cores use it.
    maxWorkers: 4,
    // Files share a worker: a process and all imports for each of them would be a fifth of the processor time.
    isolate: false,
    // Node loads the modules by itself, as it does in production: nothing is transformed.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // The processes that tests start read Payout Desk's modules compiled.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'payout-desk-compiled') },
    sequence: { sequencer: LongFirst },
    // A golden file that is missing is a failure, not a new one; `-u` writes it.
    update: 'none',
    // Only what hangs runs into these: on a machine with much else to do a test takes ten times as long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      thresholds: {
        'src/payouts/**': { lines: 95 },
        'src/instantpay/**': { lines: 95 },
      },
    },
  },
});
