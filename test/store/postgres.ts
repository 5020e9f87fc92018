/** Owns the PostgreSQL that tests run against: TEST_DATABASE_URL, or one of our own in a temporary folder. */

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { createPostgres } from './postgres-server.ts';
import { postgres } from './sql.ts';

/** The variable that holds how the names of one run's databases begin. */
export const DATABASE_PREFIX = 'TEST_DATABASE_PREFIX';

const DATABASE = z.object({ name: z.string() });

export interface RunningPostgres {
  /** A superuser's address: tests create a database each. */
  url: string;
  stop(): Promise<void>;
}

/** Rejects when PostgreSQL cannot be started: half of the tests left out must not look like all of them passed. */
export async function startPostgres(): Promise<RunningPostgres> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return { url: given, stop: async () => {} };
  const server = await createPostgres();
  return { url: server.url, stop: () => server.close() };
}

/** For vitest's `globalSetup`: one server for all files, which find it by TEST_DATABASE_URL. */
export default async function setup(): Promise<() => Promise<void>> {
  try {
    const server = await startPostgres();
    process.env['TEST_DATABASE_URL'] = server.url;
    const prefix = `desk_${randomBytes(4).toString('hex')}`;
    process.env[DATABASE_PREFIX] = prefix;
    return async () => {
      // A server of somebody's own is left as it was.
      for (const { name } of await databasesOf(server.url, prefix)) {
        await postgres(server.url, [`drop database "${name}" with (force)`]);
      }
      await server.stop();
    };
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    process.stderr.write(
      `PostgreSQL for the tests did not start: ${reason}. Set TEST_DATABASE_URL to one that runs.\n`,
    );
    process.exit(1);
  }
}

async function databasesOf(url: string, prefix: string): Promise<{ name: string }[]> {
  const rows = await postgres(url, [
    `select datname as name from pg_database where datname like '${prefix}\\_%'`,
  ]);
  return rows.map((row) => DATABASE.parse(row));
}
