/** Owns Payout Desk as an operator meets it: a process with an environment, an exit code, lines and signals. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WELL_KNOWN } from '../fakes/instantpay/seed.ts';
import { type InstantPay, startInstantPay } from '../fakes/instantpay/server.ts';
import { type LocalSlack, startSlack } from '../fakes/slack/slack.ts';
import { toText } from '../fakes/slack/to-text.ts';
import { createApp } from '../src/app.ts';
import { type Env, loadConfig, READABLE_FILE } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { RESTARTING } from '../src/slack/dispatch.ts';
import { STATE_TITLES } from '../src/slack/views/approval-words.ts';
import { OUTCOME_REASONS, OUTCOME_TITLES } from '../src/slack/views/outcome-words.ts';
import { bundleFolder } from './bundled.ts';
import { startSocketMode } from './fakes/socket-mode.ts';
import { START_PROBLEMS } from '../src/cli/explain-failure.ts';
import { FILE_PROBLEMS } from '../src/store/sqlite.ts';

/** Bundled, as the image runs it; the test of the launcher runs the sources. */
const MAIN = join(bundleFolder(), 'dist/main.js');
/** Several processes are started at once, and some tests start two one after the other. */
vi.setConfig({ testTimeout: 60_000 });

let slack: LocalSlack;
let instantpay: InstantPay;
let folder: string;
const running = new Set<ChildProcess>();
let stores = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'payout-desk-main-'));
  slack = await startSlack();
  instantpay = await startInstantPay();
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await slack.close();
  await instantpay.close();
  rmSync(folder, { recursive: true, force: true });
});

function goodEnv(): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    INSTANTPAY_CLIENT_ID: instantpay.credentials.clientId,
    INSTANTPAY_CLIENT_SECRET: instantpay.credentials.clientSecret,
    INSTANTPAY_ENDPOINT_IP: instantpay.credentials.endpointIp,
    INSTANTPAY_BASE_URL: instantpay.url,
    DATABASE_URL: `sqlite:${join(folder, `desk-${(stores += 1)}.db`)}`,
    APPROVAL_CHANNEL: slack.channels.approvals.id,
    APPROVERS: slack.people.approver.id,
    OPERATORS: slack.people.operator.id,
    HOST: '127.0.0.1',
    PORT: '0',
  };
}

/** Payout Desk as `npm start` runs it, in a folder of its own so that no other .env is read. */
function launch(env: Env, cwd = folder, command = [MAIN]) {
  const child = spawn(process.execPath, command, {
    cwd,
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const out = { stdout: '', stderr: '' };
  let look: () => void = () => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
    look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text;
  });
  const closed = once(child, 'close').then(() => {
    running.delete(child);
    look();
    return child.exitCode;
  });
  return {
    child,
    out,
    closed,
    /** The port, once it is open. */
    async opened(): Promise<number> {
      const open = Promise.withResolvers<number>();
      look = () => {
        const line = out.stdout.split('\n').find((one) => one.includes('"listening"'));
        if (line?.endsWith('}')) open.resolve(Number(/"port":(\d+)/.exec(line)?.[1]));
        else if (child.exitCode !== null) open.reject(new Error(`it ended: ${out.stderr}`));
      };
      look();
      return open.promise;
    },
  };
}

/** Runs it to its end. */
async function outcome(env: Env, cwd?: string) {
  const replica = launch(env, cwd);
  const code = await replica.closed;
  return { code, lines: replica.out.stderr.trim().split('\n'), ...replica.out };
}

// ---- Settings ---------------------------------------------------------------------------------------------

test.concurrent('nothing set: exit 78 and every missing setting by name', async () => {
  const { code, stderr, stdout } = await outcome({});
  expect(code).toBe(78);
  for (const name of [
    'SLACK_BOT_TOKEN',
    'SLACK_SIGNING_SECRET',
    'INSTANTPAY_CLIENT_ID',
    'INSTANTPAY_CLIENT_SECRET',
    'INSTANTPAY_ENDPOINT_IP',
    'APPROVAL_CHANNEL',
    'APPROVERS',
  ])
    expect(stderr).toMatch(new RegExp(`^  ${name}: expected .+$`, 'm'));
  expect(stderr).not.toMatch(/\bat .*\.ts|Error/);
  expect(stdout).toBe('');
});

test.concurrent('everything wrong: every fault at once, no value echoed', async () => {
  const secret = 'hunter2-do-not-print';
  const wrong: Record<string, string> = {
    SLACK_BOT_TOKEN: secret,
    SLACK_APP_TOKEN: secret,
    SLACK_API_URL: `ftp://${secret}`,
    INSTANTPAY_CLIENT_ID: 'YWY3OTAzYzNlM2ExZTJlOfh549Gzt+5IEcETrD5Yx+Q=',
    INSTANTPAY_CLIENT_SECRET: '679db35f926b8d0240a8c0d28729528ee8e6d5effa5fa0b20c04454004d2d825',
    INSTANTPAY_ENDPOINT_IP: secret,
    INSTANTPAY_BASE_URL: secret,
    INSTANTPAY_ENVIRONMENT: secret,
    INSTANTPAY_TIMEOUT: secret,
    DATABASE_URL: secret,
    APPROVAL_CHANNEL: secret,
    APPROVERS: '*',
    OPERATORS: secret,
    VIEWERS: secret,
    ADMINS: secret,
    APPROVAL_TTL: secret,
    APPROVALS_REQUIRED_ABOVE: secret,
    DIGEST_CHANNEL: secret,
    DIGEST_CRON: secret,
    DIGEST_TIMEZONE: secret,
    DIGEST_STATUSES: secret,
    DIGEST_GRACE: secret,
    NOTIFY_COOLDOWN: secret,
    PORT: '99999',
    METRICS_PORT: secret,
    SLACK_SIGNING_SECRET: 'hunter2',
    BREAK_GLASS: secret,
    LOG_LEVEL: secret,
  };
  const { code, stderr } = await outcome(wrong);
  expect(code).toBe(78);
  for (const name of Object.keys(wrong)) expect(stderr).toContain(`  ${name}: expected `);
  expect(stderr).not.toMatch(/hunter2|YWY3OTAz|679db35f/);
});

test.concurrent('secrets from files: one that cannot be read is named, the others are read', async () => {
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `${text}\n`);
    return path;
  };
  const {
    SLACK_BOT_TOKEN: botToken = '',
    SLACK_SIGNING_SECRET: signingSecret = '',
    INSTANTPAY_CLIENT_ID: clientId = '',
    INSTANTPAY_CLIENT_SECRET: clientSecret = '',
    ...rest
  } = goodEnv();
  const env = {
    ...rest,
    SLACK_BOT_TOKEN_FILE: file('bot', botToken),
    SLACK_SIGNING_SECRET_FILE: file('signing', signingSecret),
    INSTANTPAY_CLIENT_ID_FILE: file('id', clientId),
    INSTANTPAY_CLIENT_SECRET_FILE: file('secret', clientSecret),
  };
  const missing = await outcome({ ...env, INSTANTPAY_CLIENT_SECRET_FILE: join(folder, 'nowhere') });
  expect(missing.code).toBe(78);
  expect(missing.lines).toHaveLength(2);
  expect(missing.stderr).toContain(`INSTANTPAY_CLIENT_SECRET_FILE: expected ${READABLE_FILE}`);
  const good = launch(env);
  await good.opened();
  good.child.kill('SIGTERM');
  expect(await good.closed).toBe(0);
});

test.concurrent('a .env in the folder is read', async () => {
  const own = mkdtempSync(join(folder, 'own-'));
  writeFileSync(join(own, '.env'), 'LOG_LEVEL=deafening\n');
  const { code, stderr } = await outcome(goodEnv(), own);
  expect(code).toBe(78);
  expect(stderr).toContain('LOG_LEVEL: expected trace, debug');
});

// ---- What keeps it from starting --------------------------------------------------------------------------

async function oneLine(env: Env, words: RegExp | string): Promise<void> {
  const { code, lines, stderr } = await outcome(env);
  expect(code).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^Payout Desk cannot start: /);
  if (typeof words === 'string') expect(stderr).toContain(words);
  else expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/xox|xapp|demo-client/);
}

test.concurrent('a store that cannot be written to', () =>
  oneLine({ ...goodEnv(), DATABASE_URL: 'sqlite:/proc/no/desk.db' }, /DATABASE_URL: .*check the path/));

test.concurrent('a store that is something else', () => {
  const path = join(folder, 'letter.db');
  writeFileSync(path, 'Dear reader, '.repeat(1_000));
  return oneLine({ ...goodEnv(), DATABASE_URL: `sqlite:${path}` }, FILE_PROBLEMS.otherKind);
});

test.concurrent('a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await oneLine({ ...goodEnv(), PORT: String(port) }, START_PROBLEMS.portTaken(`port ${port}`));
  other.close();
});

test.concurrent('a Slack token that is refused', () =>
  oneLine(
    { ...goodEnv(), SLACK_BOT_TOKEN: 'xoxb-not-the-one' },
    START_PROBLEMS.tokenRejected('invalid_auth'),
  ));

test.concurrent('Slack out of reach', () =>
  oneLine({ ...goodEnv(), SLACK_API_URL: 'http://127.0.0.1:9/api/' }, START_PROBLEMS.slackAway));

test.concurrent('an app token that is refused', () =>
  oneLine(
    { ...goodEnv(), SLACK_APP_TOKEN: 'xapp-not-the-one' },
    START_PROBLEMS.tokenRejected('invalid_auth'),
  ));

test.concurrent('a Socket Mode connection that never comes about: one line after a while, and the process ends', async () => {
  const own = await startSlack();
  const socket = await startSocketMode(own);
  socket.refuseNext(1_000);
  const env = { ...goodEnv(), SLACK_APP_TOKEN: own.appToken, SLACK_API_URL: own.apiUrl };
  await oneLine(env, START_PROBLEMS.noConnection);
  await socket.close();
  await own.close();
});

// ---- Life and end -----------------------------------------------------------------------------------------

const get = async (port: number, path: string) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, text: await response.text() };
};

test('health, readiness, metrics; SIGTERM answers what is running and ends with 0', async () => {
  const env = { ...goodEnv(), LOG_LEVEL: 'trace' };
  const replica = launch(env);
  const port = await replica.opened();
  slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  const { operator } = slack.people;
  expect(await get(port, '/healthz')).toEqual({ status: 200, text: 'ok\n' });
  expect(await get(port, '/readyz')).toMatchObject({ status: 200, text: '{"ready":true,"problems":[]}\n' });

  // A second replica on the same records would do the same work twice.
  await oneLine(env, FILE_PROBLEMS.inUse);

  // A signed body that Bolt stumbles over does not end the process.
  const body = 'payload=null';
  const timestamp = Math.floor(Date.now() / 1_000);
  const digest = createHmac('sha256', slack.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const odd = fetch(`http://127.0.0.1:${port}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': `v0=${digest}`,
    },
    body,
    signal: AbortSignal.timeout(3_000),
  });
  expect((await odd).status).toBe(500);

  const tracked = await operator.command('/payout', `track ${WELL_KNOWN.issued}`);
  await tracked.answer();
  const metrics = await get(port, '/metrics');
  expect(metrics.text).toContain('payout_desk_requests_total{route="command track",outcome="ok"} 1');
  expect(metrics.text).toContain('payout_desk_instantpay_calls_total{operation="track",outcome="ok"} 1');
  expect(metrics.text).not.toMatch(/[0-9a-f]{24}|U0ASHA|C0PAYOUTS/);

  instantpay.fault({ operation: 'track', effect: { kind: 'delay', delayMs: 1_500 } });
  const slow = await operator.command('/payout', `track ${WELL_KNOWN.claimed}`);
  replica.child.kill('SIGTERM');
  while (!replica.out.stdout.includes('"msg":"stopping"')) await once(replica.child.stdout, 'data');
  expect(await get(port, '/readyz')).toEqual({
    status: 503,
    text: '{"ready":false,"problems":["stopping"]}\n',
  });
  expect((await get(port, '/healthz')).status).toBe(200);
  const late = await operator.command('/payout', 'list');
  expect(toText(await late.answer())).toContain(RESTARTING);
  expect(toText(await slow.answer())).toContain('CLAIMED');
  expect(await replica.closed).toBe(0);
  expect(replica.out.stderr).toBe('');
  for (const line of replica.out.stdout.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
});

test.concurrent('SIGHUP, as a closed terminal sends it, drains too', async () => {
  const replica = launch(goodEnv());
  await replica.opened();
  replica.child.kill('SIGHUP');
  // npm and the terminal may both deliver it.
  replica.child.kill('SIGHUP');
  expect(await replica.closed).toBe(0);
  expect(replica.out.stdout).toContain('"msg":"stopped"');
});

test.concurrent('npm’s launcher passes SIGTERM on, and the drained end comes back as 0', async () => {
  const replica = launch(goodEnv(), folder, [resolve('bin/run.cjs'), 'src/main.ts']);
  await replica.opened();
  replica.child.kill('SIGTERM');
  expect(await replica.closed).toBe(0);
  expect(replica.out.stdout).toContain('"msg":"stopped"');
});

test.concurrent('a misspelt setting is told: at start in the log, beside faults on stderr', async () => {
  const replica = launch({ ...goodEnv(), DIGEST_CHANEL: 'C0DIGESTS' });
  await replica.opened();
  replica.child.kill('SIGTERM');
  await replica.closed;
  const warned = replica.out.stdout.split('\n').filter((line) => line.includes('misspelt setting'));
  expect(warned.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', setting: 'DIGEST_CHANEL', expected: 'DIGEST_CHANNEL' },
  ]);
  const { APPROVERS, ...rest } = goodEnv();
  const { code, lines } = await outcome({ ...rest, APROVERS: APPROVERS });
  expect(code).toBe(78);
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatch(/^ {2}APROVERS: .* APPROVERS\?$/);
});

test('a rejection during the start that nobody handles is logged, and the start goes on', async () => {
  const own = await startSlack();
  own.faults.set('auth.test', { kind: 'hold' });
  const preload = "process.on('SIGUSR2', () => void Promise.reject(new Error('a stray reconnect')));";
  const replica = launch({
    ...goodEnv(),
    SLACK_API_URL: own.apiUrl,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}`,
  });
  await own.waitFor(() => own.callsTo('auth.test').length > 0, { withinMs: 15_000 });
  replica.child.kill('SIGUSR2');
  while (!replica.out.stdout.includes('unhandled rejection')) await once(replica.child.stdout, 'data');
  const logged = replica.out.stdout.split('\n').find((line) => line.includes('unhandled rejection'));
  expect(JSON.parse(logged ?? '')).toMatchObject({
    level: 'error',
    error: { message: 'a stray reconnect' },
  });
  own.faults.clear();
  await replica.opened();
  replica.child.kill('SIGTERM');
  expect(await replica.closed).toBe(0);
  await own.close();
});

test('SIGTERM while it starts: the start ends, then Payout Desk does, with 0', async () => {
  const own = await startSlack();
  own.faults.set('auth.test', { kind: 'hold' });
  const replica = launch({ ...goodEnv(), SLACK_API_URL: own.apiUrl });
  await own.waitFor(() => own.callsTo('auth.test').length > 0, { withinMs: 15_000 });
  replica.child.kill('SIGTERM');
  own.faults.clear();
  expect(await replica.closed).toBe(0);
  expect(replica.out.stdout).toContain('"msg":"stopped"');
  await own.close();
});

test('killed while the one call is under way: the next life finds out what became of it, without a second call', async () => {
  const env = { ...goodEnv(), INSTANTPAY_TIMEOUT: '20s' };
  const replica = launch(env);
  slack.deliverTo(`http://127.0.0.1:${await replica.opened()}/slack/events`);
  const { operator, approver } = slack.people;
  const linkId = WELL_KNOWN.issuedLarge;
  const asked = await operator.command('/payout', `cancel ${linkId} paid twice`);
  await asked.answer();
  const card = await slack.message(slack.channels.approvals, (message) => toText(message).includes(linkId));
  instantpay.fault({ operation: 'cancel', linkId, effect: { kind: 'noHeaders', when: 'after' } });
  await approver.click(card, 'Approve');
  await slack.waitFor(() => toText(card).includes(STATE_TITLES.executing));
  while (instantpay.callsOf('cancel', linkId).length === 0) await once(replica.child.stdout, 'data');
  replica.child.kill('SIGKILL');
  await replica.closed;

  // A minute later, by its clock.
  const later = await createApp(loadConfig(env), {
    clock: () => Date.now() + 60_000,
    log: createLog('silent', []),
    cronOf: () => '0 0 1 1 *',
  });
  await later.caughtUp;
  expect(toText(card)).toContain(OUTCOME_TITLES.cancelled);
  expect(toText(card)).toContain(OUTCOME_REASONS.seenCancelled);
  expect(instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  await later.stop();
});
