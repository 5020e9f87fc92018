/**
 * Owns running each job once without due work and once with it, in a process of its own whose parent gives the settings by the
 * environment. Tells its parent of each job the longest time that the event loop did not turn.
 */

import '../src/node-version.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { createApp } from '../src/app.ts';
import { loadConfig, secretsOf } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { AFTER, BEFORE } from './jobs-fill.ts';

export interface Block {
  job: string;
  /** Milliseconds between two turns of the event loop, at most. */
  wallMs: number;
  /** Of this thread alone, within one turn: what other processes of the machine do changes it little. */
  cpuMs: number;
}

const DAY_MS = 86_400_000;
let now = BEFORE;
const config = loadConfig(process.env);
const app = await createApp(config, {
  clock: () => now,
  cronOf: () => '0 0 1 1 *',
  log: createLog('trace', secretsOf(config), { write: () => undefined }),
});
await app.caughtUp;

const JOBS: Record<string, () => Promise<unknown>> = {
  'approvals, cards and outcomes': () => app.runApprovals(),
  homes: () => app.publishHomes(),
  reminders: () => app.runReminders(),
  exports: () => app.runExports(),
  'watches and their messages': () => app.runWatches(),
  'automatic reminders': () => app.runAutomaticReminders(),
  'stuck links': () => app.runStuck(),
  digest: () => app.digest.work(),
  'digest messages': async () => (await app.digest.due(), app.digest.post()),
  'digest files': () => app.runDigestFiles(),
};

async function longestBlock(work: () => Promise<unknown>): Promise<Omit<Block, 'job'>> {
  await pause(200);
  const longest = { wallMs: 0, cpuMs: 0 };
  const end = new AbortController();
  const turns = (async () => {
    while (!end.signal.aborted) {
      const before = performance.now();
      const used = process.threadCpuUsage();
      await pause(1);
      const { user, system } = process.threadCpuUsage(used);
      longest.wallMs = Math.max(longest.wallMs, performance.now() - before - 1);
      longest.cpuMs = Math.max(longest.cpuMs, (user + system) / 1_000);
    }
  })();
  await pause(5);
  await work();
  end.abort();
  await turns;
  return longest;
}

const blocks: Block[] = [];
const runAll = async (when: string): Promise<void> => {
  for (const [job, run] of Object.entries(JOBS)) {
    blocks.push({ job: `${job}, ${when}`, ...(await longestBlock(run)) });
  }
};

// Code that ran is compiled.
for (const run of Object.values(JOBS)) await run();
await runAll('nothing due');
now = AFTER;
await runAll('with due work');
now += DAY_MS;
await runAll('a day later');
await app.stop();
process.send?.(blocks, () => process.exit());
