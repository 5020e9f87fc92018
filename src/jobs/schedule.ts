/** Owns running the jobs when they are due; node-cron keeps the time. */

import { createTask, type ScheduledTask } from 'node-cron';
import type { Log } from '../log.ts';
import type { InFlight } from '../ops/in-flight.ts';

export interface Job {
  name: string;
  cron: string;
  timezone?: string;
  /** Resolves to `failed` when the run did not succeed; default `ok`. */
  run: () => Promise<JobOutcome | void>;
}

export const JOB_OUTCOMES = ['ok', 'failed'] as const;
export type JobOutcome = (typeof JOB_OUTCOMES)[number];

export interface JobOptions {
  log: Log;
  inFlight: Pick<InFlight, 'accept'>;
  /** Runs the work of this job with the log fields that every line of it carries. */
  logWith: (job: string, work: () => Promise<void>) => Promise<void>;
  onDone: (job: string, outcome: JobOutcome) => void;
}

export interface Schedule {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts every job when it is due. A run that is still going when the next is due skips that one; a run that fails is
 * logged and counted, and the job runs again when it is next due.
 */
export function createSchedule(jobs: readonly Job[], options: JobOptions): Schedule {
  let tasks: ScheduledTask[] = [];
  const attempt = async (job: Job): Promise<void> => {
    try {
      options.onDone(job.name, (await job.run()) ?? 'ok');
    } catch (error) {
      options.onDone(job.name, 'failed');
      options.log.error({ error }, 'job failed');
    }
  };
  const run = async (job: Job): Promise<void> => {
    const done = options.inFlight.accept();
    if (!done) return;
    try {
      await options.logWith(job.name, () => attempt(job));
    } finally {
      done();
    }
  };
  return {
    async start() {
      tasks = jobs.map((job) =>
        createTask(job.cron, () => run(job), {
          name: job.name,
          noOverlap: true,
          ...(job.timezone && { timezone: job.timezone }),
          logger: {
            info: () => {},
            debug: () => {},
            warn: () => {},
            error: (message) => options.log.error({ reason: String(message) }, 'node-cron error'),
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
