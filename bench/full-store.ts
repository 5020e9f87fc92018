/**
 * Owns the benchmark of commands on a store as after some years beside one that holds what is open there and nothing else: both
 * give the same answer, so what differs is searching, which no command may do.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deskKind, type Kind, median, type Running, start, startUpstream } from './apps.ts';
import { fill } from './jobs-fill.ts';
import type { Result } from './result.ts';

const ROUNDS = 5;
const COMMANDS = 60;
const AT_ONCE = 4;
const TYPED = [
  'track LINK',
  // From the second round on the link's request is open already: what is looked for first is the same.
  'cancel LINK Paid twice',
  'approvals',
  'watches',
  'audit',
  'audit LINK',
  'whoami',
  'digest',
  'help',
] as const;
const PLACE = { digests: 'C0BENCHDIG', approvals: 'C0APPROVAL', people: ['U0BENCH0000', 'U0BENCH0001'] };
/** All who type may use every command. */
const EVERYTHING = { ADMINS: people(), APPROVERS: people(), OPERATORS: people() };

/** Without its jobs, whose time is measured in jobs.ts. */
const quiet = (path: string): Kind => ({
  ...deskKind(path, EVERYTHING),
  file: join(import.meta.dirname, 'quiet-process.ts'),
});

function people(): string {
  return Array.from({ length: AT_ONCE }, (_, place) => `U0BENCH000${place}`).join(',');
}

export async function commandsOnFullStore(rounds = ROUNDS): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-bench-'));
  const upstream = await startUpstream();
  try {
    await fill(join(folder, 'full.db'), PLACE);
    await fill(join(folder, 'open.db'), PLACE, 'open');
    const full = await start(quiet(join(folder, 'full.db')), upstream.url);
    const open = await start(quiet(join(folder, 'open.db')), upstream.url);
    const cpuMs = new Map<string, number[]>();
    const measure = async (name: string, app: Running, text: string): Promise<void> => {
      const before = (await app.usage()).cpuMs;
      const { failed } = await upstream.run({ app: app.events, commands: COMMANDS, atOnce: AT_ONCE, text });
      if (failed > 0) throw new Error(`${text} was not answered`);
      const used = ((await app.usage()).cpuMs - before) / COMMANDS;
      cpuMs.set(`${name} ${text}`, [...(cpuMs.get(`${name} ${text}`) ?? []), used]);
    };
    for (let round = 0; round <= rounds; round += 1) {
      // What the first round compiles, and what the start left to do, is not counted.
      if (round === 1) cpuMs.clear();
      for (const text of TYPED) {
        await measure('full', full, text);
        await measure('open', open, text);
      }
    }
    await Promise.all([full.stop(), open.stop()]);
    const of = (key: string): number => median(cpuMs.get(key) ?? []);
    return TYPED.map((text) => ({
      name: `/payout ${text}: CPU with 1,000,000 audit rows / with what is open alone (${of(`full ${text}`).toFixed(2)} and ${of(`open ${text}`).toFixed(2)} ms)`,
      ratio: of(`full ${text}`) / of(`open ${text}`),
      bound: { atMost: 1.5 },
    }));
  } finally {
    upstream.close();
    await rm(folder, { recursive: true });
  }
}

if (import.meta.main) {
  for (const { name, ratio } of await commandsOnFullStore(Number(process.argv[2] ?? ROUNDS)))
    process.stdout.write(`${ratio.toFixed(2)} ${name}\n`);
}
