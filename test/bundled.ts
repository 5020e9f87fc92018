/**
 * Owns the bundle that tests start processes from, made once for a run: a process of it needs a third of the processor time
 * of one that loads the sources, module by module.
 */

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../bundle/bundle.ts';
import { ROOT } from './house/sources.ts';

/** The variable that holds the folder. */
const FOLDER = 'TEST_BUNDLE';
/** Beside what `npm run build` bundles. */
const ALSO = ['src/chart/draw-chart.ts', 'src/errors.ts'];
/** It imports `main.ts`, which is then no entry that starts by itself: a bundle of its own. */
const REPLICA = 'test/chaos/replica-process.ts';

/** For vitest's `globalSetup`. */
export default async function setup(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'payout-desk-bundle-'));
  await bundle(join(folder, 'dist'), ALSO);
  await bundle(join(folder, 'replica/dist'), [REPLICA]);
  for (const each of [folder, join(folder, 'replica')])
    copyFileSync(join(ROOT, 'package.json'), join(each, 'package.json'));
  process.env[FOLDER] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Holds `package.json` and `dist`, and in `replica` another two. */
export function bundleFolder(): string {
  const folder = process.env[FOLDER];
  if (folder === undefined) throw new Error('vitest was started without test/bundled.ts in its globalSetup');
  return folder;
}

/** The path of the process of a replica. */
export function bundledReplica(): string {
  return join(bundleFolder(), 'replica/dist/replica-process.js');
}
