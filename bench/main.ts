/** Owns `npm run bench`: speeds as ratios of the same machine in the same run, so that they can be compared anywhere. */

import '../src/node-version.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startInstantPay } from '../fakes/instantpay/server.ts';
import { createInstantPayClient } from '../src/instantpay/client.ts';
import type { PayoutLink } from '../src/payouts/links/link.ts';
import { startStuck } from '../src/payouts/digest/stuck.ts';
import { startTotals } from '../src/payouts/digest/totals.ts';
import { startExpiring } from '../src/payouts/links/expiring.ts';
import { openStore } from '../src/store/database.ts';
import { approvalBesideCommits } from './approve.ts';
import { commandsBesideOthers } from './commands.ts';
import { digestsOfLongLists } from './digests.ts';
import { commandsOnFullStore } from './full-store.ts';
import { blocksOfJobs } from './jobs.ts';
import { judge, writeFigures } from './figures.ts';
import { commandsBesideOtherBots } from './others.ts';
import type { Result } from './result.ts';

async function seconds(work: () => Promise<void> | void): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

/** A walk that fetches ahead against one that waits for each page, with an InstantPay that takes its time. */
async function walkAhead(): Promise<Result> {
  const instantpay = await startInstantPay();
  instantpay.fault({ effect: { kind: 'delay', delayMs: 40 }, operation: 'list', times: 0 });
  const walk = async (pagesAhead: number): Promise<number> => {
    const client = createInstantPayClient({
      baseUrl: instantpay.url,
      ...instantpay.credentials,
      concurrency: pagesAhead,
      recordsPerPage: 10,
    });
    const took = await seconds(async () => {
      for await (const page of client.links({})) void page;
    });
    client.close();
    return took;
  };
  await walk(4);
  const ratio = (await walk(1)) / (await walk(4));
  await instantpay.close();
  return { name: 'walk of all links: one page at a time / four ahead', ratio, bound: { atLeast: 2 } };
}

/** Memory of a digest over many links against one over few: it must not grow with the list. */
async function digestMemory(): Promise<Result> {
  const link = (index: number): PayoutLink => ({
    linkId: index.toString(16).padStart(24, '0'),
    status: index % 2 ? 'EXPIRED' : 'PROCESSING',
    statusText: '',
    amountPaise: (index * 7_919) % 50_000_000,
    purpose: `invoice ${index}`,
    description: undefined,
    contact: { name: `Recipient ${index}`, email: undefined, mobile: undefined },
    referenceNo: undefined,
    orderId: undefined,
    paymentModes: [],
    verifyBene: undefined,
    createdAt: index * 1_000,
    activatedAt: undefined,
    expiresAt: index * 1_000,
  });
  const kept = (links: number): number => {
    const totals = startTotals(['EXPIRED', 'PROCESSING', 'ISSUED']);
    const expiring = startExpiring(86_400_000, 0);
    const stuck = startStuck(86_400_000, links * 1_000);
    for (let index = 0; index < links; index += 1) {
      for (const part of [totals, expiring, stuck]) part.add(link(index));
    }
    const shown = [totals.totals(['EXPIRED']), expiring.links()];
    return JSON.stringify(shown, (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ).length;
  };
  return {
    name: 'what a digest keeps: 200,000 links / 1,000 links',
    ratio: kept(200_000) / kept(1_000),
    bound: { atMost: 1.5 },
  };
}

/** A decision with its hash-chained audit row against one bare insert, both on SQLite with full synchronisation. */
async function decisionCost(): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-bench-'));
  const rounds = 500;
  const store = await openStore(`sqlite:${join(folder, 'desk.db')}`);
  const appended = await seconds(async () => {
    for (let round = 0; round < rounds; round += 1) {
      await store.audit.append({ at: round, actorId: 'U0BENCH', action: 'audit.read' });
    }
  });
  await store.close();
  const bare = new DatabaseSync(join(folder, 'bare.db'));
  bare.exec(
    'pragma journal_mode = wal; pragma synchronous = full; create table audit (at integer, action text)',
  );
  const insert = bare.prepare('insert into audit values (?, ?)');
  const inserted = await seconds(() => {
    for (let round = 0; round < rounds; round += 1) insert.run(round, 'bench');
  });
  bare.close();
  await rm(folder, { recursive: true });
  return {
    name: 'an audit row in its chain / a bare insert',
    ratio: appended / inserted,
    bound: { atMost: 25 },
  };
}

const results = [
  await walkAhead(),
  await digestMemory(),
  await decisionCost(),
  ...(await commandsBesideOthers()),
  await approvalBesideCommits(),
  ...(await commandsOnFullStore()),
  ...(await digestsOfLongLists()),
  ...(await blocksOfJobs()),
  ...(process.argv.includes('--others') ? await commandsBesideOtherBots() : []),
];
for (const result of results) {
  const { name, ratio } = result;
  const { within, limit } = judge(result);
  process.stdout.write(`${within ? 'ok  ' : 'SLOW'} ${ratio.toFixed(2).padStart(8)}  ${name} (${limit})\n`);
  if (!within) process.exitCode = 1;
}
await writeFigures(results);
