/** Owns the PostgreSQL of the chaos tests: a database of its own for each test. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { postgres } from '../store/sql.ts';
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
