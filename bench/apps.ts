/** Owns the processes of the benchmarks: the other side of commands, and the apps that are measured, each as it is started in production. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { copyFile } from 'node:fs/promises';
import { bundle } from '../bundle/bundle.ts';
import { ARENAS, MEMORY } from './digests.ts';
import type { Usage } from './report-usage.ts';
import { type Message, type Order, type Outcome, SIGNING_SECRET, SOCKET } from './settings.ts';

const FOLDER = import.meta.dirname;
const REPORT = ['--import', join(FOLDER, 'report-usage.ts')];
const LISTENS_WITHIN_MS = 60_000;

/** The first message of a process; rejects when it ends without one. */
export function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`a process of the benchmark ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (value) => {
      child.off('exit', ended);
      resolve(value);
    });
  });
}

export interface Upstream {
  url: string;
  run(order: Omit<Order, 'links'> & { links?: number }): Promise<Outcome>;
  /** Of so many requests to either service one fails; 0: none. */
  fail(every: number): void;
  close(): void;
}

export async function startUpstream(): Promise<Upstream> {
  const child = fork(join(FOLDER, 'upstream.ts'));
  const url = String(await message(child));
  const tell = (what: Message): boolean => child.send(what);
  return {
    url,
    async run(order) {
      tell({ order: { links: 500, ...order } });
      const outcome = await message(child);
      if (!isOutcome(outcome)) throw new Error('no outcome');
      return outcome;
    },
    fail: (faultEvery) => void tell({ faultEvery }),
    close: () => void child.kill(),
  };
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'object' && value !== null && 'p99Ms' in value;
}

/** An app that is measured, and how it is started. */
export interface Kind {
  name: string;
  file: string;
  /** Of Node itself. */
  flags?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

export interface Running {
  /** Where an order reaches it. */
  events: string;
  pid: number;
  /** From the start of its process to its line that it listens. */
  startMs: number;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

export const BARE: Kind = { name: 'bare Bolt', file: join(FOLDER, 'bare-bolt.ts') };

/** Payout Desk from its sources, as `npm start` runs it. */
export function deskKind(databasePath: string, env: Record<string, string> = {}): Kind {
  const settings = {
    DATABASE_URL: `sqlite:${databasePath}`,
    APPROVAL_CHANNEL: 'C0APPROVAL',
    APPROVERS: 'U0BENCH0001,U0BENCH0002',
    OPERATORS: 'U0BENCH0000',
    VIEWERS: '*',
    HOST: '127.0.0.1',
  };
  const file = join(FOLDER, '../src/main.ts');
  return {
    name: 'Payout Desk from its sources',
    file,
    flags: MEMORY,
    env: { ...ARENAS, ...settings, ...env },
  };
}

/** Payout Desk as the image runs it: the bundle, made in a folder. */
export async function imageKind(folder: string, databasePath: string): Promise<Kind> {
  const dist = join(folder, 'dist');
  await bundle(dist);
  await copyFile(join(FOLDER, '../package.json'), join(folder, 'package.json'));
  const kind = deskKind(databasePath, { NODE_COMPILE_CACHE: join(folder, 'compiled-bundle') });
  return { ...kind, name: 'Payout Desk as in the image', file: join(dist, 'main.js') };
}

export async function start(kind: Kind, upstream: string): Promise<Running> {
  const port = await freePort();
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    SLACK_API_URL: `${upstream}/api/`,
    INSTANTPAY_CLIENT_ID: 'bench',
    INSTANTPAY_CLIENT_SECRET: 'bench-secret',
    INSTANTPAY_ENDPOINT_IP: '203.0.113.10',
    INSTANTPAY_BASE_URL: upstream,
    PORT: String(port),
    ...kind.env,
  };
  const startedAt = performance.now();
  const child = fork(kind.file, {
    env,
    execArgv: [...(kind.flags ?? []), ...REPORT, ...profileFlags(kind)],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  await listening(child).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  const startMs = performance.now() - startedAt;
  const appToken = kind.env?.SLACK_APP_TOKEN;
  return {
    events: appToken === undefined ? `http://127.0.0.1:${port}/slack/events` : SOCKET + appToken,
    pid: child.pid ?? 0,
    startMs,
    async usage() {
      child.send('usage');
      const usage = await message(child);
      if (!isUsage(usage)) throw new Error('no usage');
      return usage;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** BENCH_PROFILE names a folder: a profile of Payout Desk's processor time is written there when it stops. */
function profileFlags({ name }: Kind): string[] {
  const folder = process.env.BENCH_PROFILE;
  return folder && name.startsWith('Payout Desk') ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
}

function isUsage(value: unknown): value is Usage {
  return typeof value === 'object' && value !== null && 'rssBytes' in value;
}

/** Resolves at the line that says so; everything else that it writes is dropped. */
function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error(`${child.spawnfile} does not listen`));
    const late = setTimeout(fail, LISTENS_WITHIN_MS);
    child.once('exit', fail);
    if (!child.stdout) return fail();
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      if (!/\blistening\b/.test(line)) return;
      lines.removeAllListeners('line');
      lines.close();
      child.stdout?.resume();
      clearTimeout(late);
      child.off('exit', fail);
      resolve();
    });
  });
}

function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
  });
  return promise;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
