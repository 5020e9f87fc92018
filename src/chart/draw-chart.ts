/** Owns drawing a chart in a process of its own: bounded in time, with none of this one's environment. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Unavailable } from '../errors.ts';
import type { ChartData } from '../payouts/digest/files.ts';

/** Beside this file: `draw.ts`, or `draw.js` in the bundle. */
const DRAW = fileURLToPath(new URL(`./draw${import.meta.url.slice(-'.ts'.length)}`, import.meta.url));
/** A second or two on a small machine. */
const DRAW_MS = 60_000;
const PICTURE_MAX_BYTES = 10_000_000;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

// Read by people.
export const NOT_DRAWN = 'The chart could not be drawn.';

/** Returns a PNG. Rejects with Unavailable, whose cause says why. `script`: what draws. */
export function drawChart(data: ChartData, script: string = DRAW): Promise<Blob> {
  const { promise, resolve, reject } = Promise.withResolvers<Blob>();
  const child = execFile(
    process.execPath,
    [script],
    { encoding: 'buffer', env: {}, timeout: DRAW_MS, killSignal: 'SIGKILL', maxBuffer: PICTURE_MAX_BYTES },
    (error, picture, problems) => {
      if (error === null && picture.subarray(0, PNG.length).equals(PNG))
        resolve(new Blob([new Uint8Array(picture)], { type: 'image/png' }));
      else reject(new Unavailable(NOT_DRAWN, { cause: error ?? new Error(problems.toString('utf8')) }));
    },
  );
  // A process that ended before it read everything: its exit code tells more.
  child.stdin?.on('error', () => {});
  child.stdin?.end(
    JSON.stringify(data, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  );
  return promise;
}
