/** Owns the fault tests at full size: one file after the other, since each loads the machine on purpose. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'test/{chaos,exploration,fuzz,signatures}/**/*.test.ts',
      'test/jobs/month*.test.ts',
      'test/ops/alerts.test.ts',
      'test/slack/views/{outside-text,home}.test.ts',
    ],
    globalSetup: ['test/store/postgres.ts', 'test/bundled.ts'],
    env: { CHAOS: 'full' },
    fileParallelism: false,
    // The exploration keeps every state of a scenario it has met.
    execArgv: ['--max-old-space-size=8192'],
    testTimeout: 2 * 60 * 60_000,
    hookTimeout: 2 * 60_000,
  },
});
