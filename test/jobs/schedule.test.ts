/** Owns the table of jobs: run when due, counted, not while stopping, and a failure is said and does not end it. */

import { afterEach, expect, test } from 'vitest';
import { createSchedule, type Job, type Schedule } from '../../src/jobs/schedule.ts';
import { createLog } from '../../src/log.ts';
import { createInFlight } from '../../src/ops/in-flight.ts';

const EVERY_SECOND = '* * * * * *';

let schedule: Schedule | undefined;
afterEach(() => schedule?.stop());

function begin(job: Pick<Job, 'run'>, inFlight = createInFlight()) {
  const lines: string[] = [];
  const ended: string[] = [];
  const next = { resolve: (_outcome: string): void => {} };
  schedule = createSchedule([{ name: 'test', cron: EVERY_SECOND, ...job }], {
    log: createLog('trace', [], { write: (line) => void lines.push(line) }),
    inFlight,
    onDone: (_job, outcome) => {
      ended.push(outcome);
      next.resolve(outcome);
    },
  });
  return {
    lines,
    ended,
    started: schedule.start(),
    /** The next end of a run. */
    once: () => new Promise<string>((resolve) => (next.resolve = resolve)),
  };
}

test('run on whole due times, counted as work', async () => {
  const inFlight = createInFlight();
  const dueAts: number[] = [];
  const counted: number[] = [];
  const job = begin(
    {
      run: async (dueAt) => {
        dueAts.push(dueAt);
        counted.push(inFlight.count);
      },
    },
    inFlight,
  );
  await job.started;
  expect(await job.once()).toBe('ok');
  expect(await job.once()).toBe('ok');
  expect(counted).toEqual([1, 1]);
  expect(inFlight.count).toBe(0);
  for (const dueAt of dueAts) expect(dueAt % 1_000).toBe(0);
  expect((dueAts[1] ?? 0) - (dueAts[0] ?? 0)).toBe(1_000);
});

test('a failure is logged and counted, and the next time is another chance', async () => {
  let runs = 0;
  const job = begin({
    run: async () => {
      runs += 1;
      if (runs === 1) throw new Error('call 9820011101');
    },
  });
  await job.started;
  expect(await job.once()).toBe('failed');
  expect(await job.once()).toBe('ok');
  expect(job.lines.join()).toContain('job test');
  expect(job.lines.join()).toContain('call ******1101');
});

test('a job that did not do what it is for says so, and nothing is logged for it', async () => {
  const job = begin({ run: async () => 'failed' });
  await job.started;
  expect(await job.once()).toBe('failed');
  expect(job.lines).toEqual([]);
});

test('a run that takes longer than its turn is not doubled', async () => {
  const release = Promise.withResolvers<void>();
  const beat = { count: 0, heard: Promise.withResolvers<void>() };
  let begun = 0;
  schedule = createSchedule(
    [
      {
        name: 'slow',
        cron: EVERY_SECOND,
        run: () => {
          begun += 1;
          return release.promise;
        },
      },
      {
        name: 'beat',
        cron: EVERY_SECOND,
        run: async () => {
          beat.count += 1;
          if (beat.count === 3) beat.heard.resolve();
        },
      },
    ],
    { log: createLog('silent', []), inFlight: createInFlight(), onDone: () => {} },
  );
  await schedule.start();
  await beat.heard.promise;
  expect(begun).toBe(1);
  release.resolve();
});

test('nothing starts while the desk is stopping', async () => {
  const inFlight = createInFlight();
  void inFlight.drain(0);
  let refused = 0;
  const asked = Promise.withResolvers<void>();
  const job = begin(
    { run: async () => void (refused = -1) },
    {
      ...inFlight,
      accept: () => {
        refused += 1;
        asked.resolve();
        return inFlight.accept();
      },
    },
  );
  await job.started;
  await asked.promise;
  expect(refused).toBe(1);
  expect(job.ended).toEqual([]);
});
