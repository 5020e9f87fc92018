/**
 * Owns the soak: commands at a steady rate while both services fail now and then. `node bin/run.cjs bench/soak.ts 30 50` runs
 * for 30 minutes at 50 commands a second; one minute without arguments. Memory and open files must end as they began.
 */

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deskKind, start, startUpstream } from './apps.ts';

const [minutes = 1, aSecond = 50] = process.argv.slice(2).map(Number);
const AT_ONCE = 50;
/** Of so many requests to either service one is answered with HTTP 500, or cut off. */
const FAULT_EVERY = 200;
/** Parts of the run that are compared: the first is left out, since code is compiled and caches fill in it. */
const PARTS = 10;
/** What the last parts may be of the second one. */
const BOUND = { memory: 1.15, descriptors: 1.25, p99: 2 };

interface Part {
  rssMb: number;
  descriptors: number;
  p50Ms: number;
  p99Ms: number;
  failed: number;
}

const folder = await mkdtemp(join(tmpdir(), 'payout-desk-bench-'));
const upstream = await startUpstream();
try {
  const desk = await start(deskKind(join(folder, 'desk.db')), upstream.url);
  const commands = Math.ceil((minutes * 60 * aSecond) / PARTS);
  upstream.fail(FAULT_EVERY);
  const parts: Part[] = [];
  for (let index = 0; index < PARTS; index += 1) {
    const order = { app: desk.events, commands, atOnce: AT_ONCE, aSecond };
    const { p50Ms, p99Ms, failed } = await upstream.run(order);
    const { rssBytes } = await desk.usage();
    // Where the system does not list them, they are not compared.
    const descriptors = (await readdir(`/proc/${desk.pid}/fd`).catch(() => [])).length;
    const part = { rssMb: rssBytes / 1e6, descriptors, p50Ms, p99Ms, failed };
    parts.push(part);
    const shown = Object.entries(part).map(([name, value]) => `${name} ${value.toFixed(0)}`);
    process.stdout.write(`${index + 1} of ${PARTS}: ${shown.join(', ')}\n`);
  }
  upstream.fail(0);
  await desk.stop();
  for (const [name, of, atMost] of [
    ['memory', 'rssMb', BOUND.memory],
    ['descriptors', 'descriptors', BOUND.descriptors],
    ['p99', 'p99Ms', BOUND.p99],
  ] as const) {
    const ratio = mean(parts.slice(-3), of) / mean(parts.slice(1, 4), of);
    const within = !(ratio > atMost);
    process.stdout.write(
      `${within ? 'ok  ' : 'OVER'} ${ratio.toFixed(2)}  ${name}: last three parts / second to fourth (at most ${atMost})\n`,
    );
    if (!within) process.exitCode = 1;
  }
} finally {
  upstream.close();
  await rm(folder, { recursive: true });
}

function mean(parts: readonly Part[], of: keyof Part): number {
  return parts.reduce((sum, part) => sum + part[of], 0) / parts.length;
}
