/** Owns the benchmarks of one command beside other apps: processor time, answers a second, start, and memory when idle. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  BARE,
  deskKind,
  imageKind,
  type Kind,
  median,
  type Running,
  start,
  startUpstream,
  type Upstream,
} from './apps.ts';
import type { Result } from './result.ts';
import type { Order } from './settings.ts';

const ROUNDS = 5;
const COMMANDS = 1_000;
const AT_ONCE = 32;
/** Code that ran often is compiled. */
const WARM_COMMANDS = 3_000;
/** After its start an app is idle by then. */
const IDLE_AFTER_MS = 3_000;
const MEGABYTE = 1e6;

interface Figures {
  cpuMs: number[];
  aSecond: number[];
  startMs: number[];
  idleMb: number[];
}

export async function commandsBesideOthers(rounds = ROUNDS): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-bench-'));
  const upstream = await startUpstream();
  const kinds = [
    BARE,
    await imageKind(folder, join(folder, 'image.db')),
    deskKind(join(folder, 'desk.db'), { NODE_COMPILE_CACHE: join(folder, 'compiled') }),
  ];
  try {
    const all = new Map<string, Figures>(
      kinds.map(({ name }) => [name, { cpuMs: [], aSecond: [], startMs: [], idleMb: [] }]),
    );
    const of = (kind: Kind): Figures => {
      const figures = all.get(kind.name);
      if (!figures) throw new Error(kind.name);
      return figures;
    };
    // The first start compiles, as the build of the image does.
    for (const kind of kinds) await (await start(kind, upstream.url)).stop();
    for (let round = 0; round < rounds; round += 1) {
      for (const kind of kinds) {
        const app = await start(kind, upstream.url);
        of(kind).startMs.push(app.startMs);
        await pause(IDLE_AFTER_MS);
        of(kind).idleMb.push((await app.usage()).rssBytes / MEGABYTE);
        await app.stop();
      }
    }
    const running = new Map<Kind, Running>();
    for (const kind of kinds) running.set(kind, await start(kind, upstream.url));
    for (const [, app] of running) await load(upstream, app, WARM_COMMANDS);
    for (let round = 0; round < rounds; round += 1) {
      for (const [kind, app] of running) {
        const { cpuMs, seconds } = await load(upstream, app, COMMANDS);
        of(kind).cpuMs.push(cpuMs);
        of(kind).aSecond.push(COMMANDS / seconds);
      }
    }
    for (const [, app] of running) await app.stop();
    return kinds.filter((kind) => kind !== BARE).flatMap((kind) => compare(kind.name, of(kind), of(BARE)));
  } finally {
    upstream.close();
    await rm(folder, { recursive: true });
  }
}

/** As fast as it answers. `mention`: as in an order. */
export async function load(upstream: Upstream, app: Running, commands: number, mention?: Order['mention']) {
  const before = await app.usage();
  const order = { app: app.events, commands, atOnce: AT_ONCE, naming: true, mention };
  const { seconds, failed } = await upstream.run(order);
  if (failed > 0) throw new Error(`${failed} commands were not answered`);
  const after = await app.usage();
  return { cpuMs: (after.cpuMs - before.cpuMs) / commands, seconds };
}

function compare(name: string, desk: Figures, bare: Figures): Result[] {
  const ratio = (what: keyof Figures): number => median(desk[what]) / median(bare[what]);
  const both = (what: keyof Figures, unit: string): string =>
    `${median(desk[what]).toFixed(2)} and ${median(bare[what]).toFixed(2)} ${unit}`;
  return [
    {
      name: `${name}, /payout track: CPU / ${BARE.name} (${both('cpuMs', 'ms')})`,
      ratio: ratio('cpuMs'),
      bound: { atMost: 1.15 },
    },
    {
      name: `${name}, /payout track: answers a second / ${BARE.name} (${both('aSecond', 'a second')})`,
      ratio: ratio('aSecond'),
      bound: { atLeast: 0.9 },
    },
    {
      name: `${name}: start to listening / ${BARE.name} (${both('startMs', 'ms')})`,
      ratio: ratio('startMs'),
      bound: { atMost: 1.5 },
    },
    {
      name: `${name}: idle memory / 120 MB (${both('idleMb', 'MB')})`,
      ratio: median(desk.idleMb) / 120,
      bound: { atMost: 1 },
    },
  ];
}

if (import.meta.main) {
  for (const { name, ratio } of await commandsBesideOthers(Number(process.argv[2] ?? ROUNDS)))
    process.stdout.write(`${ratio.toFixed(2)} ${name}\n`);
}
