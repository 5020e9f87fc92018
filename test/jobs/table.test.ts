/** Owns the table of jobs: which run, when, and that none waits for another one's outage. */

import { expect, test } from 'vitest';
import type { DigestJob } from '../../src/jobs/digest.ts';
import { isCron } from '../../src/payouts/subscriptions/calendar.ts';
import { jobTable, type JobParts } from '../../src/jobs/table.ts';
import { freshCopy } from '../../src/payouts/cancel/messages.ts';
import { DAY_MS } from '../../src/payouts/time.ts';
import { sourcesOf } from '../house/sources.ts';
import { makeDeps, NOON, stored } from '../payouts/setup.ts';
import { entry, request } from '../store/samples.ts';

function partsOf(digest: DigestJob = digestOf([]), calls: string[] = []): JobParts {
  return {
    deps: makeDeps(),
    cards: { sync: async () => {}, advanceAndShow: async () => ({}) },
    homes: { run: async () => void calls.push('homes') },
    reminders: { run: async () => void calls.push('reminders') },
    exports: { run: async () => void calls.push('exports') },
    watches: {
      look: async () => void calls.push('look'),
      tell: async () => {
        calls.push('tell');
        return 'ok';
      },
    },
    automaticReminders: { run: async () => void calls.push('automatic reminders') },
    stuck: { run: async () => void calls.push('stuck links') },
    digest,
    digestFiles: async () => {
      calls.push('digest files');
      return 'ok';
    },
    logAnchor: async () => void calls.push('anchor'),
    removeOld: async () => void calls.push('retention'),
  };
}

function table(digest?: DigestJob) {
  const calls: string[] = [];
  const jobs = jobTable(partsOf(digest, calls));
  const run = async (name: string) => {
    const job = jobs.find((one) => one.name === name);
    if (!job) throw new Error(`There is no job ${name}.`);
    return job.run();
  };
  return { jobs, calls, run };
}

const names = (): string[] => table().jobs.map(({ name }) => name);

test('every job has a name of its own and is ever due', () => {
  expect(new Set(names()).size).toBe(names().length);
  expect(table().jobs.filter(({ cron }) => !isCron(cron))).toEqual([]);
});

test('every job is run by a test', () => {
  const suites = sourcesOf('test/jobs').map(({ text }) => text);
  const untested = names().filter((name) => !suites.some((text) => text.includes(`'${name}'`)));
  expect(untested).toEqual([]);
});

test('a test or the demo may say when each job runs', () => {
  const cronOf = (job: string) => (job === 'cards' ? '0 0 1 1 *' : undefined);
  const jobs = jobTable({ ...partsOf(), cronOf });
  expect(jobs.filter(({ cron }) => cron === '0 0 1 1 *').map(({ name }) => name)).toEqual(['cards']);
});

test('the anchor is logged late in the Indian day', async () => {
  const { jobs, calls, run } = table();
  expect(jobs.find(({ name }) => name === 'audit anchor')).toMatchObject({
    cron: '45 23 * * *',
    timezone: 'Asia/Kolkata',
  });
  await run('homes');
  expect(calls.splice(0)).toEqual(['homes']);
  await run('audit anchor');
  expect(calls).toEqual(['anchor']);
});

test('what is old is removed once an hour', async () => {
  const { jobs, calls, run } = table();
  expect(jobs.find(({ name }) => name === 'retention')).toMatchObject({ cron: '0 17 * * * *' });
  await run('retention');
  expect(calls).toEqual(['retention']);
});

test('a digest that is being read does not delay accounting and posting', async () => {
  const steps: string[] = [];
  const { run } = table(digestOf(steps));
  await run('digest messages');
  expect(steps).toEqual(['due', 'post']);
  expect(await run('digest')).toBe('failed');
});

test('each job of cancellation requests does its own part', async () => {
  const synced: string[] = [];
  const cards = {
    sync: async (id: string) => void synced.push(id),
    advanceAndShow: async (_request: unknown, step: () => Promise<unknown>) => {
      await step();
      return {};
    },
  };
  const deps = makeDeps();
  await deps.store.requests.open(
    [request({ id: 'p1', linkId: 'link-1' })],
    [entry()],
    [freshCopy('card', 'p1', 'request', 'C_APPROVALS')],
  );
  await deps.store.requests.open(
    [
      request({
        id: 'u1',
        linkId: 'link-2',
        status: 'unknown',
        decidedAt: NOON,
        executingAt: NOON,
        checks: 9,
      }),
    ],
    [entry()],
    [],
  );
  deps.time.now = NOON + 3 * DAY_MS;
  const jobs = jobTable({ ...partsOf(), deps, cards });
  const run = (name: string) => jobs.find((job) => job.name === name)?.run();
  const statuses = () => ['p1', 'u1'].map((id) => stored(deps, id)?.status);
  await run('cards');
  expect([synced, statuses()]).toEqual([['p1'], ['pending', 'unknown']]);
  await run('approvals');
  expect(statuses()).toEqual(['expired', 'unknown']);
  await run('outcomes');
  expect(statuses()).toEqual(['expired', 'unresolved']);
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
