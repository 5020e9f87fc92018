/** Owns the benchmark of the event loop: no job may keep it from turning for 20 ms, however much the store holds. */

import { type ChildProcess, fork } from 'node:child_process';
import { copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSlack } from '../fakes/slack/slack.ts';
import { BEFORE, fill } from './jobs-fill.ts';
import { ARENAS, MEMORY } from './digests.ts';
import type { Block } from './jobs-process.ts';
import type { Result } from './result.ts';

const BLOCK_MS = 20;
/** Half of them are open, which is what a digest keeps at most. */
const LINKS = 40_000;
/** The machine may be shared: each block is the shortest of these. */
const RUNS = 5;

export async function blocksOfJobs(runs = RUNS): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-bench-'));
  const slack = await startSlack({ now: () => BEFORE });
  const list = fork(join(import.meta.dirname, 'long-list.ts'), [String(LINKS), '0']);
  try {
    const instantpayUrl = String(await message(list));
    const filled = join(folder, 'filled.db');
    const people = Object.values(slack.people).map(({ id }) => id);
    await fill(filled, {
      digests: slack.channels.digests.id,
      approvals: slack.channels.approvals.id,
      people,
    });
    const all: Block[] = [];
    for (let run = 0; run < runs; run += 1) {
      const path = join(folder, `desk-${run}.db`);
      await copyFile(filled, path);
      // Else the first commit that is synchronised would write the copy as well.
      await onDisk(path);
      const env = { ...process.env, ...ARENAS, ...settings(slack, instantpayUrl, path) };
      const measured = await message(
        fork(join(import.meta.dirname, 'jobs-process.ts'), { env, execArgv: MEMORY }),
      );
      if (!isBlocks(measured)) throw new Error('the jobs were not measured');
      all.push(...measured);
      await rm(path);
    }
    return [...Map.groupBy(all, ({ job }) => job)].map(([job, blocks]) => ({
      name: `${job}: longest block / ${BLOCK_MS} ms, CPU ${Math.min(...blocks.map(({ cpuMs }) => cpuMs)).toFixed(1)} ms`,
      ratio: Math.min(...blocks.map(({ wallMs }) => wallMs)) / BLOCK_MS,
      bound: { atMost: 1 },
    }));
  } finally {
    list.kill();
    await slack.close();
    await rm(folder, { recursive: true });
  }
}

async function onDisk(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
}

function settings(slack: Awaited<ReturnType<typeof startSlack>>, instantpayUrl: string, path: string) {
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    INSTANTPAY_CLIENT_ID: 'bench',
    INSTANTPAY_CLIENT_SECRET: 'bench',
    INSTANTPAY_ENDPOINT_IP: '203.0.113.10',
    INSTANTPAY_BASE_URL: instantpayUrl,
    DATABASE_URL: `sqlite:${path}`,
    APPROVAL_CHANNEL: slack.channels.approvals.id,
    APPROVERS: slack.people.approver.id,
    OPERATORS: slack.people.operator.id,
    VIEWERS: '*',
    ADMINS: slack.people.admin.id,
    REMIND_BEFORE: '1d',
    HOST: '127.0.0.1',
    PORT: '0',
  };
}

/** The first message of a process; rejects when it ends without one. */
function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`a process of the benchmark ended with ${code}`)));
  });
}

function isBlocks(value: unknown): value is Block[] {
  return (
    Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null && 'cpuMs' in one)
  );
}
