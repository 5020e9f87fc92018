/** Owns how the tests run: real servers and real files, so each file gets its own process and enough time to start. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One PostgreSQL for all files that need one.
    globalSetup: ['test/store/postgres.ts'],
    // Much of the time is waiting for processes and deadlines; one worker more than cores uses it.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
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
