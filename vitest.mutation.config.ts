/** Owns how the tests that judge mutations run. */

import { defineConfig } from 'vitest/config';
import { area } from './test/mutation-areas.ts';

export default defineConfig({
  test: { include: area.tests, globalSetup: ['test/store/postgres.ts'], testTimeout: 120_000 },
});
