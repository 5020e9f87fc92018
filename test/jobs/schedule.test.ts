/** Owns the table of jobs: run when due, counted, not while stopping, and a failure is said and does not end it. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSchedule, type Job, type Schedule } from '../../src/jobs/schedule.ts';
import { createLog, withLogFields } from '../../src/log.ts';
import { createInFlight } from '../../src/ops/in-flight.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';

const EVERY_SECOND = '* * * * * *';

let schedule: Schedule | undefined;
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T09:00:00.500Z') });
});
afterEach(async () => {
  await schedule?.stop();
  vi.useRealTimers();
});

const pass = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));

function begin(job: Pick<Job, 'run'> & Partial<Job>, inFlight = createInFlight()) {
  const lines: Record<string, unknown>[] = [];
  const ended: string[] = [];
  const counter = { fails: false };
  schedule = createSchedule([{ name: 'test', cron: EVERY_SECOND, ...job }], {
    log: createLog('trace', [], { write: (line) => void lines.push(JSON.parse(line)) }),
    inFlight,
    logWith: (name, work) => withLogFields({ requestId: 'RUN1', route: `job ${name}` }, work),
    onDone: (name, outcome) => {
      if (counter.fails) throw new Error('no such counter');
      ended.push(`${name} ${outcome}`);
    },
  });
  return { schedule, lines, ended, counter, started: schedule.start() };
}

test('run on whole due times, counted as work', async () => {
  const inFlight = createInFlight();
  const dueAts: number[] = [];
  const counted: number[] = [];
  const run = async (): Promise<void> => {
    dueAts.push(Date.now());
    counted.push(inFlight.count);
  };
  const job = begin({ run }, inFlight);
  await job.started;
  await pass(2_000);
  expect(job.ended).toEqual(['test ok', 'test ok']);
  expect(counted).toEqual([1, 1]);
  expect(inFlight.count).toBe(0);
  expect(dueAts).toEqual([Date.parse('2026-11-20T09:00:01Z'), Date.parse('2026-11-20T09:00:02Z')]);
});

test('a job with a time zone is due by it', async () => {
  const ten = Date.parse('2026-11-20T10:00:00+05:30');
  vi.setSystemTime(ten - 5_000);
  const dueAts: number[] = [];
  const run = async (): Promise<void> => void dueAts.push(Date.now());
  await begin({ run, cron: '0 10 * * *', timezone: 'Asia/Kolkata' }).started;
  await pass(4_000);
  expect(dueAts).toEqual([]);
  await pass(HOUR_MS);
  expect(dueAts).toEqual([ten]);
});

test('a failure is logged and counted, and the next time is another chance', async () => {
  const inFlight = createInFlight();
  let runs = 0;
  const run = async (): Promise<void> => {
    runs += 1;
    if (runs === 1) throw new Error('call 9820011101');
  };
  const job = begin({ run }, inFlight);
  await job.started;
  await pass(1_000);
  expect(job.ended).toEqual(['test failed']);
  expect(inFlight.count).toBe(0);
  await pass(1_000);
  expect(job.ended).toEqual(['test failed', 'test ok']);
  expect(job.lines).toEqual([
    expect.objectContaining({
      level: 'error',
      msg: 'job failed',
      requestId: 'RUN1',
      route: 'job test',
    }),
  ]);
  expect(JSON.stringify(job.lines)).toContain('call ******1101');
});

test('a job that did not do what it is for says so, and nothing is logged for it', async () => {
  const job = begin({ run: async () => 'failed' });
  await job.started;
  await pass(1_000);
  expect(job.ended).toEqual(['test failed']);
  expect(job.lines).toEqual([]);
});

test('what fails outside the job itself is logged too', async () => {
  const job = begin({ run: async () => {} });
  job.counter.fails = true;
  await job.started;
  await pass(1_000);
  expect(job.lines).toContainEqual(
    expect.objectContaining({
      level: 'error',
      msg: 'node-cron error',
      reason: expect.stringContaining('no such counter'),
    }),
  );
});

test('a run that takes longer than its turn is not doubled, nor is that news', async () => {
  let running = 0;
  let most = 0;
  const run = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    running -= 1;
  };
  const job = begin({ run });
  await job.started;
  await pass(10_000);
  expect(most).toBe(1);
  expect(job.ended.length).toBeGreaterThan(1);
  expect(job.lines).toEqual([]);
});

test('a process that was held up past a due time goes on with the next, without a word', async () => {
  const job = begin({ run: async () => {} });
  await job.started;
  vi.setSystemTime(Date.now() + HOUR_MS);
  await pass(3_000);
  expect(job.ended.length).toBeGreaterThan(0);
  expect(job.lines).toEqual([]);
});

test('nothing starts while Payout Desk is stopping', async () => {
  const inFlight = createInFlight();
  void inFlight.drain(0);
  let asked = 0;
  let runs = 0;
  const accept = (): ReturnType<typeof inFlight.accept> => {
    asked += 1;
    return inFlight.accept();
  };
  const job = begin({ run: async () => void (runs += 1) }, { ...inFlight, accept });
  await job.started;
  await pass(1_000);
  expect(asked).toBe(1);
  expect(runs).toBe(0);
  expect(job.ended).toEqual([]);
});

test('nothing runs after a stop; to stop twice, or what never started, is no harm', async () => {
  const job = begin({ run: async () => {} });
  await job.started;
  await pass(1_000);
  await job.schedule.stop();
  await job.schedule.stop();
  await pass(10_000);
  expect(job.ended).toHaveLength(1);
  const log = createLog('silent', []);
  const idle = createSchedule([], {
    log,
    inFlight: createInFlight(),
    logWith: (_job, work) => work(),
    onDone: () => {},
  });
  await expect(idle.stop()).resolves.toBeUndefined();
});
