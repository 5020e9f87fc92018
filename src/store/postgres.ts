/** Owns PostgreSQL, which several replicas can share: a pool that survives restarts of the database. */

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

export const TAKES_NO_WRITES = 'it takes no writes; name the primary, not a standby';

/** Before the driver's words. */
export const CONNECTION_LOST = 'An idle database connection was lost';

/** Statements are short; a few connections a replica leave room for many replicas (PostgreSQL's default is 100). */
const POOL_SIZE = 8;
/** Slack waits 3 s for an answer; a person should not wait much longer to learn that the store is unavailable. */
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;
/** A failover behind an address, or a changed role, is noticed at the latest when a session ends by its age. */
const SESSION_LIFE_S = 300;
/** Above the statement's own: it fires only when the server no longer answers at all. */
const SILENCE_TIMEOUT_MS = 12_000;

export interface PostgresOptions {
  /** Reading alone is enough: a standby will do. */
  readOnly?: boolean | undefined;
  silenceTimeoutMs?: number | undefined;
}

export async function openPostgres(
  databaseUrl: string,
  report: Report,
  { readOnly = false, silenceTimeoutMs = SILENCE_TIMEOUT_MS }: PostgresOptions = {},
): Promise<OpenEngine> {
  const place = readPostgresUrl(databaseUrl);
  // Imported here: it is not needed on SQLite.
  const pg = await import('pg');
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'payout-desk',
    max: POOL_SIZE,
    maxLifetimeSeconds: SESSION_LIFE_S,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: silenceTimeoutMs,
    // A replica that hangs in the middle of a transaction must not hold the audit's head for the others.
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    ...(readOnly && { options: '-c default_transaction_read_only=on' }),
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
    dialect: new PostgresDialect({ pool: healing(pool, readOnly) }),
    close: () => (ended ??= pool.end()),
    connections: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    explain: (error) => explainPostgres(place, error),
  };
}

/**
 * An 'error' event without a listener ends a Node process. The pool listens only while a connection is idle, not between
 * two statements of a transaction: both are covered here.
 */
function survive(pool: Pool, report: Report): void {
  // Only the words: the pool hangs the client, and with it its settings, on the error.
  pool.on('error', (error) => {
    if (!pool.ending) report(new Error(`${CONNECTION_LOST}: ${error.message}`));
  });
  pool.on('connect', (client) => client.on('error', () => {}));
}

/**
 * The pool as Kysely expects it; a broken or read-only session is destroyed instead of going back to the pool, so a
 * failover needs no restart.
 */
function healing(pool: Pool, readOnly: boolean): PostgresPool {
  const checked = new WeakSet<PostgresPoolClient>();
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      if (!readOnly && !checked.has(client)) await insistOnWriting(client);
      checked.add(client);
      return lease(client);
    },
    end: () => pool.end(),
  };
}

/**
 * What libpq does for `target_session_attrs=read-write`, which the driver does not know. A commit is on the disk before
 * it is acknowledged, as on SQLite, whatever the server or the role is set to: a claim that a crash takes back would be
 * made again.
 */
async function insistOnWriting(client: PostgresPoolClient): Promise<void> {
  let session: { transaction_read_only: string } | undefined;
  try {
    ({
      rows: [session],
    } = await client.query<{ transaction_read_only: string }>(
      `select current_setting('transaction_read_only') as transaction_read_only,
        case when current_setting('synchronous_commit') in ('off', 'local')
          then set_config('synchronous_commit', 'on', false) end`,
      [],
    ));
  } catch (error) {
    client.release(true);
    throw error;
  }
  if (session?.transaction_read_only === 'off') return;
  client.release(true);
  throw new Error(TAKES_NO_WRITES);
}

function lease(client: PostgresPoolClient): PostgresPoolClient {
  let broken = false;
  async function watched<R>(answer: Promise<R>): Promise<R> {
    try {
      return await answer;
    } catch (error) {
      broken ||= !isAnswer(error) || endsSession(error);
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

/** True for an error of one statement, after which the connection can be used. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && error.severity === 'ERROR';
}

/**
 * SQLSTATEs after which the session is useless though it stays open: it is read-only since a failover (25006), the
 * server is going away (57P01 to 57P03), the connection failed (class 08).
 */
function endsSession(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return typeof error.code === 'string' && /^(25006|57P0[123]|08...)$/.test(error.code);
}
