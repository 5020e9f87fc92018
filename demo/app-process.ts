/** Owns the demo’s app process: Payout Desk as `npm start` runs it; it ends when its parent does. */

import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject, objectOf } from '../fakes/slack/json.ts';
import type { App } from '../src/app.ts';

export interface AppProcessOptions {
  /** The contract's settings. Nothing else of this process's environment reaches Payout Desk. */
  settings: Readonly<Record<string, string>>;
  /** What Payout Desk writes goes here. */
  logPath: string;
  /** For its temporary files; default: the system's folder. */
  scratch?: string;
  /** How far Payout Desk's clock runs ahead of the real one. */
  clockShiftMs: number;
  /** Those that keep to minutes of the real hour run only when they are asked to. */
  jobsByHand?: boolean;
  startWithinMs?: number;
}

/** Jobs that can be run at once, in the order of the table. */
const RUNS = {
  approvals: (app: App) => app.runApprovals(),
  homes: (app: App) => app.publishHomes(),
  reminders: (app: App) => app.runReminders(),
  exports: (app: App) => app.runExports(),
  watches: (app: App) => app.runWatches(),
  'automatic reminders': (app: App) => app.runAutomaticReminders(),
  'stuck links': (app: App) => app.runStuck(),
  'digest files': (app: App) => app.runDigestFiles(),
  retention: (app: App) => app.removeOld(),
  digest: (app: App) => app.digest.work(),
} as const;
export type RunByHand = keyof typeof RUNS;
const BY_HAND: readonly string[] = ['automatic reminders', 'stuck links'] satisfies RunByHand[];
const NEVER = '0 0 0 1 1 *';

export interface AppProcess {
  url: string;
  pid: number;
  /** What it is working on at the moment: requests of people and jobs. */
  inFlight(): Promise<number>;
  /** Resolves with the exit code once it has ended, for whatever reason. */
  ended: Promise<number | undefined>;
  /** Its clock goes on by so much, then these jobs run, default all, in the order of the table. */
  skip(durationMs: number, runs?: readonly RunByHand[]): Promise<void>;
  /** SIGTERM as an operator sends it; SIGKILL when that takes too long. Resolves with the exit code. */
  stop(withinMs?: number): Promise<number | undefined>;
  /** SIGKILL: nothing is ended in order. */
  kill(): void;
}

/** Kept by who has one: a process starts sooner. */
const COMPILED = process.env.NODE_COMPILE_CACHE;
const CLOCK_SHIFT = 'DEMO_CLOCK_SHIFT_MS';
const JOBS_BY_HAND = 'DEMO_JOBS_BY_HAND';
/** The contract gives Payout Desk 10 s to stop. */
const STOP_MS = 11_000;

export async function startAppProcess(options: AppProcessOptions): Promise<AppProcess> {
  const log = openSync(options.logPath, 'a');
  const child = fork(import.meta.filename, {
    env: {
      ...options.settings,
      [CLOCK_SHIFT]: String(options.clockShiftMs),
      ...(options.jobsByHand && { [JOBS_BY_HAND]: 'yes' }),
      PATH: process.env.PATH,
      ...(options.scratch !== undefined && { TMPDIR: options.scratch }),
      ...(COMPILED !== undefined && { NODE_COMPILE_CACHE: COMPILED }),
    },
    execArgv: [],
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('exit', (code) => resolve(code ?? undefined));
    child.once('error', () => resolve(undefined));
  });
  const stop = async (withinMs = STOP_MS): Promise<number | undefined> => {
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), withinMs);
    const code = await ended;
    clearTimeout(patience);
    return code;
  };
  const port = await Promise.race([
    portOf(child),
    ended,
    sleep(options.startWithinMs ?? 20_000, 'late', { ref: false }),
  ]);
  if (typeof port !== 'object') {
    child.kill('SIGKILL');
    const why = port === 'late' ? 'it did not open in time' : `it ended with exit code ${String(port)}`;
    throw new Error(
      `Payout Desk did not start: ${why}.\n${await lastLines(options.logPath)}\nIts log: ${options.logPath}`,
    );
  }
  const url = `http://127.0.0.1:${port.port}`;
  let asked = 0;
  return {
    url,
    pid: child.pid ?? 0,
    ended,
    stop,
    kill: () => void child.kill('SIGKILL'),
    skip: (durationMs, runs) => {
      if (!child.connected) return Promise.reject(new Error('Payout Desk is not running'));
      const id = (asked += 1);
      const ran = new Promise<void>((resolve, reject) => {
        const onMessage = (message: unknown): void => {
          if (!isObject(message) || message.id !== id) return;
          child.off('message', onMessage);
          if (message.ran === true) resolve();
          else reject(new Error('Payout Desk did not run its jobs'));
        };
        child.on('message', onMessage);
        child.send({ id, durationMs, runs });
      });
      const gone = ended.then(() => Promise.reject(new Error('Payout Desk ended before its jobs ran')));
      return Promise.race([ran, gone]);
    },
    async inFlight() {
      const metrics = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) });
      const count = /^payout_desk_in_flight (\d+)/m.exec(await metrics.text())?.[1];
      if (count === undefined) throw new Error('Payout Desk does not say what it is working on');
      return Number(count);
    },
  };
}

function portOf(child: ChildProcess): Promise<{ port: number }> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (typeof message !== 'object' || message === null || !('port' in message)) return;
      if (typeof message.port === 'number') resolve({ port: message.port });
    });
  });
}

export async function lastLines(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trimEnd().split('\n').slice(-6).join('\n');
}

/** In the child: what `npm start` does, on a clock that may be shifted. */
async function runApp(): Promise<void> {
  // However the parent ends, this channel closes with it.
  const orphaned = (): void => void process.kill(process.pid, 'SIGTERM');
  process.on('disconnect', orphaned);
  const { run } = await import('../src/main.ts');
  let shiftMs = Number(process.env[CLOCK_SHIFT] ?? 0);
  const byHand = process.env[JOBS_BY_HAND] === undefined ? [] : BY_HAND;
  const app = await run(process.env, {
    clock: () => Date.now() + shiftMs,
    cronOf: (job) => (byHand.includes(job) ? NEVER : undefined),
  });
  if (app) {
    const obey = async ({ durationMs, runs }: JsonObject): Promise<boolean> => {
      shiftMs += Number(durationMs);
      let ran = true;
      // One that fails keeps none of the others; why is in the log.
      for (const [name, job] of Object.entries(RUNS)) {
        if (Array.isArray(runs) && !runs.includes(name)) continue;
        await job(app).catch((error: unknown) => {
          ran = false;
          app.log.error({ error }, 'job failed');
        });
      }
      return ran;
    };
    process.on('message', (message) => {
      const { id } = objectOf(message);
      void obey(objectOf(message)).then((ran) => process.connected && process.send?.({ id, ran }));
    });
    process.send?.({ port: app.port });
    return;
  }
  // It has said why on stderr and set its exit code; nothing may keep it.
  process.off('disconnect', orphaned);
  process.disconnect?.();
}

if (import.meta.main) await runApp();
