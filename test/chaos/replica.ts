/** Owns one replica in a process of its own, which a test can stop, kill, and move in time. */

import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { bundledReplica } from '../bundled.ts';
import type { Order } from './replica-process.ts';

export interface ReplicaOptions {
  /** The contract's settings. Nothing else of this process's environment reaches the replica. */
  settings: Readonly<Record<string, string>>;
  /** How far its clock is ahead of the real one at the start. */
  shiftMs?: number;
  /** How many times faster its clock runs, so that leases of half a minute end sooner. */
  speed?: number;
  /** How often it looks at waiting requests by itself; default never. */
  approvalsCron?: string;
  /** Shorter than a minute, since PostgreSQL's own clock judges it. Digests are looked at when a test says so. */
  digestLeaseMs?: number;
  cardLeaseMs?: number;
}

type Asked = Order extends infer Each ? (Each extends Order ? Omit<Each, 'id'> : never) : never;

const reply = z.union([
  z.object({ port: z.number() }),
  z.object({ id: z.number(), problem: z.string().optional() }),
]);

export interface Replica {
  url: string;
  pid: number;
  /** Resolves when it has ended, for whatever reason. */
  ended: Promise<End>;
  /** Its log, line by line. */
  lines: readonly string[];
  /** How many requests of people it is done with. */
  readonly handled: number;
  /** Lets its clock jump. */
  skip(ms: number): Promise<void>;
  /** Reads and posts the digests that are due; rejects when the job failed or the process ended. */
  digests(): Promise<void>;
  /** As `kill -9`: nothing in the process runs after it. */
  kill(): Promise<End>;
  /** SIGTERM; SIGKILL past the contract's ten seconds. */
  stop(): Promise<End>;
}

export interface End {
  code: number | undefined;
  afterMs: number;
  /** What it wrote on stderr. */
  said: string;
}

const STOP_MS = 11_000;

/** Starts a replica and resolves when it is open, or when it has ended without opening. */
export async function tryReplica(options: ReplicaOptions): Promise<Replica | End> {
  const {
    settings,
    shiftMs = 0,
    speed = 1,
    approvalsCron = '0 0 1 1 *',
    digestLeaseMs,
    cardLeaseMs,
  } = options;
  const startedAt = performance.now();
  const child = fork(bundledReplica(), {
    env: {
      ...settings,
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      CHAOS_CLOCK_SHIFT_MS: String(shiftMs),
      CHAOS_CLOCK_SPEED: String(speed),
      CHAOS_APPROVALS_CRON: approvalsCron,
      ...(digestLeaseMs && { CHAOS_DIGEST_LEASE_MS: String(digestLeaseMs) }),
      ...(cardLeaseMs && { CHAOS_CARD_LEASE_MS: String(cardLeaseMs) }),
    },
    execArgv: [],
    // Pipes, not files: what limits the files a process may write must not silence it.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: string[] = [];
  const errors: string[] = [];
  let handled = 0;
  if (child.stdout) {
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      if (line.includes('"msg":"handled"')) handled += 1;
    });
  }
  if (child.stderr) createInterface(child.stderr).on('line', (line) => errors.push(line));
  let signalledAt = startedAt;
  const ended = new Promise<End>((resolve) => {
    child.once('close', (code) =>
      resolve({ code: code ?? undefined, afterMs: performance.now() - signalledAt, said: errors.join('\n') }),
    );
  });
  const signal = async (name: NodeJS.Signals): Promise<End> => {
    signalledAt = performance.now();
    child.kill(name);
    const patience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    const end = await ended;
    clearTimeout(patience);
    return end;
  };
  const ask = orders(child);
  const port = await Promise.race([ask.port, ended]);
  if (typeof port !== 'number') return port;
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    ended,
    lines,
    get handled() {
      return handled;
    },
    skip: (ms) => ask.done({ do: 'skip', ms }),
    digests: () => ask.done({ do: 'digests' }),
    kill: () => signal('SIGKILL'),
    stop: () => signal('SIGTERM'),
  };
}

export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const started = await tryReplica(options);
  if ('url' in started) return started;
  throw new Error(`The replica ended with exit code ${started.code} before it opened: ${started.said}`);
}

/** The other end of the channel to a replica. */
function orders(child: ChildProcess): { port: Promise<number>; done(asked: Asked): Promise<void> } {
  const open = Promise.withResolvers<number>();
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  let last = 0;
  child.on('message', (message) => {
    const said = reply.parse(message);
    if ('port' in said) return open.resolve(said.port);
    const one = waiting.get(said.id);
    waiting.delete(said.id);
    if (said.problem === undefined) one?.resolve();
    else one?.reject(new Error(said.problem));
  });
  child.once('close', () => {
    for (const one of waiting.values()) one.reject(new Error('the replica ended'));
    waiting.clear();
  });
  return {
    port: open.promise,
    done(asked) {
      last += 1;
      const id = last;
      const one = Promise.withResolvers<void>();
      waiting.set(id, one);
      child.send({ ...asked, id }, (error) => {
        if (error) one.reject(error);
      });
      return one.promise;
    },
  };
}
