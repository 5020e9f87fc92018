/** Owns the table of what the desk does by itself and when; node-cron keeps the time. */

import { createTask, type ScheduledTask } from 'node-cron';
import type { Log } from '../log.ts';
import type { InFlight } from './work.ts';

export interface Job {
  name: string;
  cron: string;
  timezone?: string;
  /** `dueAt`: the due time, epoch milliseconds. */
  run: (dueAt: number) => Promise<JobOutcome | void>;
}

export const JOB_OUTCOMES = ['ok', 'failed'] as const;
export type JobOutcome = (typeof JOB_OUTCOMES)[number];

export interface JobOptions {
  log: Log;
  inFlight: InFlight;
  onDone: (job: string, outcome: JobOutcome) => void;
}

export interface Schedule {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts every job on its time; a run still going when the next is due makes that one wait for its turn after. */
export function createSchedule(jobs: readonly Job[], options: JobOptions): Schedule {
  let tasks: ScheduledTask[] = [];
  const run = async (job: Job, dueAt: number): Promise<void> => {
    const done = options.inFlight.accept();
    if (!done) return;
    try {
      options.onDone(job.name, (await job.run(dueAt)) ?? 'ok');
    } catch (error) {
      options.onDone(job.name, 'failed');
      options.log.error(
        { route: `job ${job.name}`, error },
        'a job failed; it runs again when it is next due',
      );
    } finally {
      done();
    }
  };
  return {
    async start() {
      tasks = jobs.map((job) =>
        createTask(job.cron, ({ date }) => run(job, date.getTime()), {
          name: job.name,
          noOverlap: true,
          ...(job.timezone && { timezone: job.timezone }),
          logger: {
            info: () => {},
            debug: () => {},
            warn: () => {},
            error: (message) => options.log.error({ reason: String(message) }, 'node-cron reports an error'),
          },
        }),
      );
      for (const task of tasks) await task.start();
    },
    async stop() {
      for (const task of tasks) await task.destroy();
      tasks = [];
    },
  };
}
