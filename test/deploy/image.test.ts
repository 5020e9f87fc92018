/**
 * Owns the image without an engine: the steps of the Dockerfile are played in a folder, and what came of them is started
 * as the Dockerfile says, by a user who owns nothing there.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../../bundle/bundle.ts';
import { startInstantPay, type InstantPay } from '../../fakes/instantpay/server.ts';
import { startSlack, type LocalSlack } from '../../fakes/slack/slack.ts';
import { ROOT } from '../house/sources.ts';
import { instructionsOf, lastStage } from './dockerfile.ts';

const dockerfile = instructionsOf(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
const stage = lastStage(dockerfile);
const commandOf = (keyword: string): string[] => {
  const { rest } = stage.findLast((step) => step.keyword === keyword) ?? { rest: '' };
  return JSON.parse(/\[.*\]$/.exec(rest)?.[0] ?? '[]');
};

/** Root plays another user, as a container does; who is not root is the other user already. */
const isRoot = process.getuid?.() === 0;
const SOMEBODY = isRoot ? { uid: 54_321, gid: 0 } : {};

let folder: string;
let node = process.execPath;
let app: string;
let slack: LocalSlack;
let instantpay: InstantPay;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'payout-desk-image-'));
  chmodSync(folder, 0o755);
  app = join(folder, 'app');
  mkdirSync(app);
  chmodSync(app, 0o755);
  for (const { keyword, rest } of stage) if (keyword === 'COPY') await copy(rest);
  const build = dockerfile.find(({ rest }) => rest.startsWith('npm run build'))?.rest;
  expect(build).toContain('chmod -R a+rX,go-w package.json LICENSE bin dist');
  for (const name of ['package.json', 'LICENSE', 'bin', 'dist']) openToAll(join(app, name));
  // The checkout, and the Node in it, may be closed to others.
  if (isRoot) share(process.execPath, (node = join(folder, 'node')));
  // As the Dockerfile makes it.
  const data = join(folder, 'data');
  mkdirSync(data);
  if (isRoot) chownSync(data, 1000, 0);
  chmodSync(data, 0o2770);
  slack = await startSlack();
  instantpay = await startInstantPay();
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await slack.close();
  await instantpay.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One step of the last stage; all of them copy from the first one. */
async function copy(rest: string): Promise<void> {
  const [flag, ...words] = rest.split(' ');
  expect(flag).toBe('--from=build');
  const to = join(app, words.at(-1) ?? '');
  for (const from of words.slice(0, -1).map((path) => path.replace('/app/', ''))) {
    // The test compiles by itself.
    if (from === 'compiled') continue;
    if (from === 'dist') await bundle(to);
    else cpSync(join(ROOT, from), join(to, basename(from)));
  }
}

/** `chmod a+rX`. */
function openToAll(path: string): void {
  const { mode } = statSync(path);
  chmodSync(path, mode | (mode & 0o100 ? 0o555 : 0o444));
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name));
}

/** A link, or a copy where that is on another disk or private. */
function share(from: string, to: string): void {
  try {
    if ((statSync(from).mode & 0o044) === 0) throw new Error('private');
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
    openToAll(to);
  }
}

function environment(): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    INSTANTPAY_CLIENT_ID: instantpay.credentials.clientId,
    INSTANTPAY_CLIENT_SECRET: instantpay.credentials.clientSecret,
    INSTANTPAY_ENDPOINT_IP: instantpay.credentials.endpointIp,
    INSTANTPAY_BASE_URL: instantpay.url,
    APPROVAL_CHANNEL: slack.channels.approvals.id,
    APPROVERS: slack.people.approver.id,
    DATABASE_URL: `sqlite:${folder}/data/payout-desk.db`,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
  };
}

/** Starts it as the Dockerfile does. */
async function start(env: Record<string, string>) {
  const [, ...args] = commandOf('CMD');
  const child = spawn(node, args, { cwd: app, env, ...SOMEBODY });
  running.add(child);
  const out = { stdout: '', stderr: '' };
  const opened = Promise.withResolvers<string>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
    const port = /"port":(\d+)[^\n]*"listening"/.exec(out.stdout)?.[1];
    if (port !== undefined) opened.resolve(port);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
  child.once('exit', (code) => opened.reject(new Error(`exit ${code}: ${out.stdout}${out.stderr}`)));
  return { child, out, port: await opened.promise };
}

/** By a user who owns nothing. */
function run(args: string[], env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(node, args, {
    cwd: app,
    env,
    encoding: 'utf8',
    ...SOMEBODY,
  });
  return { status, said: `${stdout}${stderr}` };
}

/** The step of the Dockerfile that compiles, played with a folder of ours; returns the folder. */
function compile(): string {
  const compiled = join(folder, 'compiled');
  mkdirSync(compiled);
  chmodSync(compiled, 0o777);
  const step = dockerfile.find(({ rest }) => rest.startsWith('NODE_COMPILE_CACHE='))?.rest ?? '';
  const [, flags = '', script = ''] = /node (.*) --eval "(.*)"$/.exec(step) ?? [];
  // Node keeps what it compiled by its flags.
  expect(flags.split(' ')).toEqual(commandOf('CMD').slice(1, -1));
  const args = [...flags.split(' '), '--eval', script.replaceAll('/app/', `${app}/`)];
  // It says nothing, so nothing was started.
  expect(run(args, { NODE_COMPILE_CACHE: compiled })).toEqual({ status: 0, said: '' });
  return compiled;
}

test('it runs with any user ID, on what it may not write, compiled and healthy, and ends when it is asked to', async () => {
  const compiled = compile();
  const [of = ''] = readdirSync(compiled);
  const files = readdirSync(join(compiled, of));
  // The entry and its parts.
  expect(files.length).toBeGreaterThan(5);
  chmodSync(join(compiled, of), 0o555);
  const env = environment();
  const { child, port, out } = await start({
    ...env,
    NODE_COMPILE_CACHE: compiled,
    NODE_DEBUG_NATIVE: 'COMPILE_CACHE',
  });
  const [, ...check] = commandOf('HEALTHCHECK');
  expect(run(check, { ...env, PORT: port })).toEqual({ status: 0, said: '' });
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
  expect(ready.status).toBe(200);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(statSync(join(folder, 'data/payout-desk.db')).size).toBeGreaterThan(0);
  expect(out.stderr).toMatch(/code cache for ESM \S+\/app\/dist\/main\.js was accepted/);
  expect(readdirSync(join(compiled, of))).toHaveLength(files.length);
}, 120_000);
