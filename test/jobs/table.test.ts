/** Owns the table of jobs: which run, when, and that none waits for another one's outage. */

import { expect, test } from 'vitest';
import type { DigestJob } from '../../src/jobs/digest.ts';
import { isCron } from '../../src/jobs/calendar.ts';
import { jobTable } from '../../src/jobs/table.ts';
import { makeDeps } from '../payouts/setup.ts';

const ALWAYS = ['approvals', 'cards', 'outcomes', 'audit anchor'];

function table(digest?: DigestJob) {
  const calls: string[] = [];
  const jobs = jobTable({
    deps: makeDeps(),
    cards: { sync: async () => {}, advanceAndShow: async () => ({}) },
    digest,
    logAnchor: async () => void calls.push('anchor'),
  });
  const run = async (name: string) => jobs.find((job) => job.name === name)?.run();
  return { jobs, calls, run };
}

test('every job has a name of its own and is ever due', () => {
  const { jobs } = table(digestOf([]));
  expect(jobs.map(({ name }) => name)).toEqual([...ALWAYS, 'digest', 'digest messages']);
  expect(jobs.filter(({ cron }) => !isCron(cron))).toEqual([]);
});

test('without a digest channel there is no job for it', () => {
  expect(table().jobs.map(({ name }) => name)).toEqual(ALWAYS);
});

test('the anchor is logged late in the Indian day', async () => {
  const { jobs, calls, run } = table();
  expect(jobs.at(-1)).toMatchObject({ cron: '45 23 * * *', timezone: 'Asia/Kolkata' });
  await run('audit anchor');
  expect(calls).toEqual(['anchor']);
});

test('a digest that is being read does not delay accounting and posting', async () => {
  const steps: string[] = [];
  const { run } = table(digestOf(steps));
  await run('digest messages');
  expect(steps).toEqual(['due', 'post']);
  expect(await run('digest')).toBe('failed');
});

test('the jobs of cancellation requests run on an empty store', async () => {
  const { run } = table();
  for (const name of ['approvals', 'cards', 'outcomes']) await expect(run(name)).resolves.toBeUndefined();
});

function digestOf(steps: string[]): DigestJob {
  return {
    due: async () => void steps.push('due'),
    post: async () => {
      steps.push('post');
      return 'ok';
    },
    work: async () => 'failed',
  };
}
