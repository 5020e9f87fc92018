/**
 * Owns `npm run test:image -- <image>`: starts an image as production does, beside the local Slack and the local InstantPay,
 * and exits with 0 only if it works. Needs Docker on Linux, or what ENGINE names.
 */

import '../../src/node-version.ts';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startInstantPay } from '../../fakes/instantpay/server.ts';
import { startSlack } from '../../fakes/slack/slack.ts';

const ENGINE = process.env['ENGINE'] ?? 'docker';
const NAME = `payout-desk-smoke-${process.pid}`;
/** Of group 0, and of nobody in the image: as OpenShift chooses it. */
const SOMEBODY = '1000650000:0';
const START_MS = 60_000;

const [image = 'payout-desk'] = process.argv.slice(2);

function engine(args: readonly string[], input?: string) {
  const { status, stdout, stderr, error } = spawnSync(ENGINE, args, { input, maxBuffer: 10_000_000 });
  if (error) throw error;
  return { status, stdout, said: `${stdout.toString('latin1')}${stderr.toString('utf8')}` };
}

const inside = (command: readonly string[], input?: string) =>
  engine(['exec', '--interactive', NAME, ...command], input);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  server.close();
  await once(server, 'close');
  return address.port;
}

async function step(name: string, work: () => Promise<void> | void): Promise<void> {
  await work();
  process.stdout.write(`ok  ${name}\n`);
}

const slack = await startSlack();
const instantpay = await startInstantPay();
const port = await freePort();
const settings = {
  SLACK_BOT_TOKEN: slack.botToken,
  SLACK_SIGNING_SECRET: slack.signingSecret,
  SLACK_API_URL: slack.apiUrl,
  INSTANTPAY_CLIENT_ID: instantpay.credentials.clientId,
  INSTANTPAY_CLIENT_SECRET: instantpay.credentials.clientSecret,
  INSTANTPAY_ENDPOINT_IP: instantpay.credentials.endpointIp,
  INSTANTPAY_BASE_URL: instantpay.url,
  APPROVAL_CHANNEL: slack.channels.approvals.id,
  APPROVERS: slack.people.approver.id,
  HOST: '127.0.0.1',
  PORT: String(port),
};
const chart = {
  timezone: 'Asia/Kolkata',
  days: ['2026-11-21', '2026-11-22'],
  statuses: ['EXPIRED'],
  totals: [{ day: '2026-11-22', status: 'EXPIRED', count: 2, totalPaise: '1250000' }],
};

/** As `deploy/` has it: a read-only root, no capabilities, nobody in particular. */
function start(): ChildProcess {
  const hardened = ['--read-only', '--tmpfs=/tmp', '--cap-drop=ALL', '--security-opt=no-new-privileges'];
  const variables = Object.entries(settings).map(([name, value]) => `--env=${name}=${value}`);
  const args = [
    'run',
    '--rm',
    `--name=${NAME}`,
    '--network=host',
    `--user=${SOMEBODY}`,
    ...hardened,
    ...variables,
  ];
  return spawn(ENGINE, [...args, image], { stdio: ['ignore', 'ignore', 'inherit'] });
}

let child: ChildProcess | undefined;
try {
  await step('without settings it ends with 78 and names them', () => {
    const { status, said } = engine(['run', '--rm', image]);
    assert.equal(status, 78, said);
    for (const name of ['SLACK_BOT_TOKEN', 'INSTANTPAY_CLIENT_ID', 'APPROVERS'])
      assert.match(said, new RegExp(name));
  });
  child = start();
  await step('its own health check passes, on a read-only root as somebody without a name', async () => {
    const until = Date.now() + START_MS;
    while (inside(['node', 'bin/healthcheck.cjs']).status !== 0) {
      assert.equal(child?.exitCode, null, 'it ended');
      assert(Date.now() < until, 'not healthy in time');
      await sleep(250);
    }
  });
  await step('it is ready', async () => {
    assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200);
  });
  await step('the commands of the operator run in it', () => {
    const verified = inside(['node', 'dist/audit.js', 'verify']);
    assert.equal(verified.status, 0, verified.said);
  });
  await step('a chart is drawn by the library of its processor', () => {
    const drawn = inside(['node', 'dist/draw.js'], JSON.stringify(chart));
    assert.equal(drawn.stdout.subarray(1, 4).toString('latin1'), 'PNG', drawn.said);
  });
  await step('asked to stop, it ends with 0', async () => {
    const ended = once(child ?? assert.fail(), 'exit');
    engine(['stop', NAME]);
    assert.deepEqual(await ended, [0, null]);
  });
} catch (error) {
  process.stdout.write(`FAIL  ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  if (child?.exitCode === null) engine(['rm', '--force', NAME]);
  await slack.close();
  await instantpay.close();
}
