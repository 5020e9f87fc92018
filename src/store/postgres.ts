/** Owns PostgreSQL: a pool that outlives restarts of the database, so that several replicas can share one desk. */

import {
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely';
import type { Pool } from 'pg';
import type { OpenEngine } from './engine.ts';
import { explainPostgres, readPostgresUrl } from './postgres-fault.ts';
import type { Report } from './schema.ts';

/** Statements are short; a few connections a replica leave room for many replicas (PostgreSQL's default is 100). */
const POOL_SIZE = 8;
/** Slack waits 3 s for an answer, so a person should not wait much longer to hear that the records are away. */
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;
/** Above the statement's own: it fires only when the server no longer answers at all. */
const SILENCE_TIMEOUT_MS = 12_000;

export async function openPostgres(
  databaseUrl: string,
  report: Report,
  silenceTimeoutMs = SILENCE_TIMEOUT_MS,
): Promise<OpenEngine> {
  const place = readPostgresUrl(databaseUrl);
  // Loaded here and not above: a desk on SQLite has no use for it.
  const pg = await import('pg');
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'payout-desk',
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: silenceTimeoutMs,
    // A replica that hangs in the middle of a transaction must not hold the audit's head for the others.
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    // Sequences and paise stay far below 2^53, so int8 is read as a number, as SQLite reads it.
    types: {
      getTypeParser: (oid, format) =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  survive(pool, report);

  let ended: Promise<void> | undefined;
  return {
    kind: 'postgres',
    dialect: new PostgresDialect({ pool: healing(pool) }),
    close: () => (ended ??= pool.end()),
    explain: (error) => explainPostgres(place, error),
  };
}

/**
 * Node ends a process over an 'error' event that nobody listens to. The pool listens while a connection is idle, and
 * nobody does between two statements of a transaction: both are covered here.
 */
function survive(pool: Pool, report: Report): void {
  // Only the words: the pool hangs the client, and with it its settings, on the error.
  pool.on('error', (error) => {
    if (!pool.ending) report(new Error(`An idle database connection was lost: ${error.message}`));
  });
  pool.on('connect', (client) => client.on('error', () => {}));
}

/**
 * The pool as Kysely wants it; a connection that failed in any way but a plain answer of the server is thrown away
 * instead of being handed to the next caller, which is how the desk heals by itself.
 */
function healing(pool: Pool): PostgresPool {
  return {
    options: pool.options,
    connect: async () => lease(await pool.connect()),
    end: () => pool.end(),
  };
}

function lease(client: PostgresPoolClient): PostgresPoolClient {
  let broken = false;
  async function watched<R>(answer: Promise<R>): Promise<R> {
    try {
      return await answer;
    } catch (error) {
      broken ||= !isAnswer(error);
      throw error;
    }
  }
  function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query<R>(what: string | PostgresCursor<R>, values: readonly unknown[] = []) {
    return typeof what === 'string' ? watched(client.query<R>(what, values)) : client.query(what);
  }
  return { query, release: (destroy) => client.release(broken || destroy === true) };
}

/** True for what the server said about one statement, after which the connection goes on. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && error.severity === 'ERROR';
}
