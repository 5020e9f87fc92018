/** Owns which tests judge a mutation of src/payouts: those of the rules alone, so that each run takes a moment. */

import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['test/payouts/**/*.test.ts'] } });
