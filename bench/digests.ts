/** Owns the benchmarks of a digest over a very long list: its time against the least that InstantPay's pages take, and its memory. */

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Measured } from './digest-process.ts';
import type { Result } from './result.ts';

const RECORDS = 100_000;
const RECORDS_A_PAGE = 100;
const PAGE_MS = 20;
/** INSTANTPAY_CONCURRENCY, when it is not set. */
const AT_ONCE = 8;
/** As bin/run.cjs starts Payout Desk. */
export const MEMORY = ['--max-semi-space-size=16', '--heap-growing-percent=50'];
export const ARENAS = { MALLOC_ARENA_MAX: '2' };
const MEGABYTE = 1e6;
/** What a digest may take beside what the process holds when idle. */
const PEAK_MB = 60;

export async function digestsOfLongLists(): Promise<Result[]> {
  const one = await digestOver(RECORDS, PAGE_MS);
  // The same memory whatever InstantPay takes, so the longer list is sent at once.
  const ten = await digestOver(10 * RECORDS, 0);
  const floorMs = (RECORDS / RECORDS_A_PAGE / AT_ONCE) * PAGE_MS;
  const overIdleMb = ({ peakBytes, idleBytes }: Measured): number => (peakBytes - idleBytes) / MEGABYTE;
  return [
    {
      name: 'digest of 100,000 links: its time / 8 pages of 20 ms at once',
      ratio: one.durationMs / floorMs,
      bound: { atMost: 1.3 },
    },
    {
      name: 'digest of 100,000 links: its CPU time / the same',
      ratio: one.cpuMs / floorMs,
      bound: { atMost: 1.3 },
    },
    {
      name: `digest of 100,000 links: peak memory above idle / ${PEAK_MB} MB`,
      ratio: overIdleMb(one) / PEAK_MB,
      bound: { atMost: 1 },
    },
    {
      name: `digest of 1,000,000 links: peak memory above idle / ${PEAK_MB} MB`,
      ratio: overIdleMb(ten) / PEAK_MB,
      bound: { atMost: 1 },
    },
  ];
}

async function digestOver(records: number, pageMs: number): Promise<Measured> {
  const list = fork(join(import.meta.dirname, 'long-list.ts'), [String(records), String(pageMs)]);
  try {
    const address = String(await message(list));
    const digest = fork(join(import.meta.dirname, 'digest-process.ts'), [address], {
      execArgv: MEMORY,
      env: { ...process.env, ...ARENAS },
    });
    const measured = await message(digest);
    if (!isMeasured(measured)) throw new Error('the digest was not measured');
    return measured;
  } finally {
    list.kill();
  }
}

/** The first message of a process; rejects when it ends without one. */
function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`a process of the benchmark ended with ${code}`)));
  });
}

function isMeasured(value: unknown): value is Measured {
  return typeof value === 'object' && value !== null && 'peakBytes' in value;
}
