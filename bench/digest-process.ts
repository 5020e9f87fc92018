/**
 * Owns one digest over a list of any length, as a process of its own: `node bench/digest-process.ts <address>` tells its parent
 * how long it took, and how much memory it needed beside what the process holds when idle.
 */

import '../src/node-version.ts';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadConfig } from '../src/config.ts';
import { eventLoopTurn } from '../src/deadline.ts';
import { createGateway } from '../src/instantpay/gateway.ts';
import { createInstantPayClient } from '../src/instantpay/client.ts';
import { createKeyedHash, createQuickHash } from '../src/keyed-hash.ts';
import { composeDigest } from '../src/payouts/digest/digest.ts';
import { createProcessingFeed } from '../src/payouts/links/processing-feed.ts';
import { createLinkIndex } from '../src/payouts/links/sightings.ts';
import { openSpill } from '../src/scratch.ts';
import { openStore } from '../src/store/database.ts';

export interface Measured {
  durationMs: number;
  /** Of this process alone: what other processes of the machine do changes it little. */
  cpuMs: number;
  idleBytes: number;
  peakBytes: number;
  recordsRead: number;
}

const folder = await mkdtemp(join(tmpdir(), 'payout-desk-bench-'));
const config = loadConfig({
  SLACK_BOT_TOKEN: 'xoxb-bench',
  SLACK_SIGNING_SECRET: 'bench'.repeat(8),
  INSTANTPAY_CLIENT_ID: 'bench',
  INSTANTPAY_CLIENT_SECRET: 'bench',
  INSTANTPAY_ENDPOINT_IP: '203.0.113.10',
  INSTANTPAY_BASE_URL: process.argv[2],
  APPROVAL_CHANNEL: 'C0BENCH00',
  APPROVERS: 'U0BENCH00',
});
const store = await openStore(`sqlite:${join(folder, 'desk.db')}`);
const linkIndex = createLinkIndex({
  store: store.linkIndex,
  hash: createKeyedHash('bench'),
  clock: Date.now,
  pause,
  onProblem: (error) => process.stderr.write(`link index: ${String(error)}\n`),
});
const processing = createProcessingFeed({
  store: store.processing,
  clock: Date.now,
  pause,
  turn: eventLoopTurn,
  onProblem: (error) => process.stderr.write(`ages of links: ${String(error)}\n`),
});
// As src/parts.ts joins them: what an answer shows goes to each.
const client = createInstantPayClient({
  ...config.instantpay,
  onLink(facts) {
    linkIndex.see(facts);
    processing.see(facts);
  },
  recipientHash: createQuickHash(),
  openSpill,
});
const gateway = createGateway(client);
const deps = {
  gateway,
  store,
  linkIndex,
  directory: {
    person: async () => 'member' as const,
    name: async (userId: string) => userId,
    groupMembers: async () => new Set<string>(),
  },
  clock: Date.now,
  newId: () => randomUUID(),
  turn: eventLoopTurn,
  openSpill,
  policy: config.policy,
  unsaved: new Map(),
  called: new Map(),
  onTransition: () => undefined,
  settings: { ...config.rules, approvalChannel: config.approvalChannel },
};

/**
 * The most since its start, as the system counts it: looking every few milliseconds would cost CPU time and miss what is between.
 * Where the system shows it, not by getrusage, which counts the process that started this one as well.
 */
async function peakOfThisProcess(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) * 1_024;
}

/** Code that ran is compiled, and its memory is the process's own. */
async function warmUp(): Promise<void> {
  let links = 0;
  for await (const page of gateway.links({})) {
    links += page.links.length;
    if (links >= 3_000) return;
  }
}

await warmUp();
await pause(500);
const idleBytes = process.memoryUsage.rss();
const startedAt = performance.now();
const usedBefore = process.cpuUsage();
const digest = await composeDigest(deps, { statuses: ['EXPIRED', 'PROCESSING'] });
const durationMs = performance.now() - startedAt;
const used = process.cpuUsage(usedBefore);
const cpuMs = (used.user + used.system) / 1_000;
const peakBytes = await peakOfThisProcess();
client.close();
await Promise.all([linkIndex.close(), processing.close()]);
await store.close();
await rm(folder, { recursive: true });
if (!digest.complete) throw new Error(digest.reason);
process.send?.({
  durationMs,
  cpuMs,
  idleBytes,
  peakBytes,
  recordsRead: digest.recordsRead,
} satisfies Measured);
