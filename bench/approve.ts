/** Owns the benchmark of one approval: from the decision to the stored cancellation, beside a bare loop of the same calls and commits. */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { type DemoCall, type InstantPay, startInstantPay } from '../fakes/instantpay/server.ts';
import { loadConfig } from '../src/config.ts';
import { createInstantPayClient } from '../src/instantpay/client.ts';
import { createGateway } from '../src/instantpay/gateway.ts';
import { requestCancel } from '../src/payouts/cancel/ask.ts';
import { decideCancel } from '../src/payouts/cancel/decide.ts';
import { executeAll } from '../src/payouts/cancel/execute.ts';
import type { Deps } from '../src/payouts/deps.ts';
import { openStore } from '../src/store/database.ts';
import { median } from './apps.ts';
import type { Result } from './result.ts';

const ROUNDS = 5;
const REQUESTS = 60;
const MAKER = { userId: 'U0BENCH0001' };
const CHECKER = { userId: 'U0BENCH0002' };

export async function approvalBesideCommits(): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-bench-'));
  const instantpay = await startInstantPay();
  const config = loadConfig({
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_SIGNING_SECRET: 'bench'.repeat(8),
    INSTANTPAY_CLIENT_ID: instantpay.credentials.clientId,
    INSTANTPAY_CLIENT_SECRET: instantpay.credentials.clientSecret,
    INSTANTPAY_ENDPOINT_IP: instantpay.credentials.endpointIp,
    INSTANTPAY_BASE_URL: instantpay.url,
    APPROVAL_CHANNEL: 'C0BENCH00',
    APPROVERS: CHECKER.userId,
    OPERATORS: MAKER.userId,
  });
  const client = createInstantPayClient(config.instantpay);
  const store = await openStore(`sqlite:${join(folder, 'desk.db')}`);
  const deps: Deps = {
    gateway: createGateway(client),
    store,
    linkIndex: { candidates: async () => [] },
    directory: {
      person: async () => 'member',
      name: async () => undefined,
      groupMembers: async () => new Set<string>(),
    },
    clock: Date.now,
    newId: () => randomUUID(),
    policy: config.policy,
    unsaved: new Map(),
    called: new Map(),
    onTransition: () => undefined,
    settings: { ...config.rules, approvalChannel: config.approvalChannel },
  };
  const bare = new DatabaseSync(join(folder, 'bare.db'));
  bare.exec('pragma journal_mode = wal; pragma synchronous = full; create table log (at integer, text text)');
  const insert = bare.prepare('insert into log values (?, ?)');
  const commits = countCommits();
  const bareCalls = createBareCalls(instantpay);
  const ratios: number[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const ids: string[] = [];
      for (let index = 0; index < REQUESTS; index += 1) {
        const id = randomUUID();
        const linkIds = [instantpay.addLink({ status: 'ISSUED' }).linkId];
        await requestCancel(deps, MAKER, { id, linkIds, reason: 'Paid twice', requestedIn: 'C0BENCH00' });
        ids.push(id);
      }
      const [before, callsBefore] = [commits.count, instantpay.calls.length];
      const startedAt = performance.now();
      for (const id of ids) {
        const { batch } = await decideCancel(deps, CHECKER, id, 'approve');
        await executeAll(deps, batch);
      }
      const approvedMs = performance.now() - startedAt;
      const committed = commits.count - before;
      const repeats = bareCalls.like(instantpay.calls.slice(callsBefore));
      const bareAt = performance.now();
      for (const repeat of repeats) await repeat();
      for (let index = 0; index < committed; index += 1) insert.run(index, 'x'.repeat(1_000));
      // The first round compiles.
      if (round > 0) ratios.push(approvedMs / (performance.now() - bareAt));
    }
    if (instantpay.links('CANCELLED').length < 2 * REQUESTS * (ROUNDS + 1))
      throw new Error('not all were cancelled');
  } finally {
    commits.end();
    bare.close();
    bareCalls.close();
    client.close();
    await store.close();
    await instantpay.close();
    await rm(folder, { recursive: true });
  }
  return {
    name: 'approve to cancelled / the same calls and commits, bare',
    ratio: median(ratios),
    bound: { atMost: 2 },
  };
}

/** The calls that were made, one after the other over one connection, of other links and with nothing read of their answers. */
function createBareCalls({ url, credentials, addLink }: InstantPay) {
  const agent = new Agent({ keepAlive: true });
  const headers = {
    'X-Ipay-Auth-Code': '1',
    'X-Ipay-Client-Id': credentials.clientId,
    'X-Ipay-Client-Secret': credentials.clientSecret,
    'X-Ipay-Endpoint-Ip': credentials.endpointIp,
    'Content-Type': 'application/json',
  };
  const send = (method: string, path: string, body: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const length = { 'Content-Length': Buffer.byteLength(body) };
      const options = { method, agent, headers: { ...headers, ...length } };
      const sent = request(url + path, options, (answer) => answer.resume().once('end', resolve));
      sent.once('error', reject).end(body);
    });
  return {
    like(calls: readonly DemoCall[]): (() => Promise<void>)[] {
      const others = new Map<string, string>();
      return calls.map(({ operation, linkId = '', body = '' }) => {
        const other = others.get(linkId) ?? addLink({ status: 'ISSUED' }).linkId;
        others.set(linkId, other);
        const path = `/payments/payout/link/${operation}${operation === 'track' ? `/${other}` : ''}`;
        const method = operation === 'cancel' ? 'POST' : 'GET';
        return () => send(method, path, body.replaceAll(linkId, other));
      });
    },
    close: () => agent.destroy(),
  };
}

/** Commits of the store, each of which waits for the disk. */
function countCommits() {
  const counted = { count: 0, end: () => {} };
  // oxlint-disable-next-line typescript/unbound-method
  const { run } = StatementSync.prototype;
  StatementSync.prototype.run = new Proxy(run, {
    apply(target, statement: StatementSync, values) {
      if (statement.sourceSQL === 'commit') counted.count += 1;
      return Reflect.apply(target, statement, values);
    },
  });
  counted.end = () => void (StatementSync.prototype.run = run);
  return counted;
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await approvalBesideCommits())}\n`);
