/**
 * Owns leases: one holder of a row for a time, by one clock for all replicas, with a fencing token on which a holder that
 * lost it fails. Scheduling hints are other columns, on the caller's clock.
 */

import { type Expression, type Generated, type RawBuilder, sql } from 'kysely';
import { toInstant } from './instant.ts';
import type { Engine } from './engine.ts';

/** The columns of a table whose rows are leased. */
export interface LeaseColumns {
  /** The fencing token: grows with each claim, so a later write compares and swaps on it. */
  lease_token: number;
  /** NULL: not leased. */
  lease_until: string | null;
}

/** Not leased when inserted, by the columns' defaults. */
export type NewLease = { [Column in keyof LeaseColumns]: Generated<LeaseColumns[Column]> };

export interface Leases {
  /** The clock that judges leases: the server's on PostgreSQL, that of the one process on SQLite. */
  now(callerNow: number): RawBuilder<string>;
  /** What a claim writes: the next token, and the end of a lease that starts now. */
  taken(
    callerNow: number,
    leaseMs: number,
  ): { [Column in keyof LeaseColumns]: RawBuilder<NonNullable<LeaseColumns[Column]>> };
  /** The end of a lease that starts now. */
  until(callerNow: number, leaseMs: number): RawBuilder<string>;
  /** Whether the row has no holder, or its holder's lease expired. */
  free(leaseUntil: Expression<string | null>, callerNow: number): RawBuilder<boolean>;
}

/**
 * Replicas' wall clocks differ and PostgreSQL is the one thing they share, so its clock judges their leases. SQLite
 * serves one process, whose clock is handed in with each call.
 */
export function leases(engine: Engine): Leases {
  const at = engine === 'postgres' ? serverInstant : callerInstant;
  const now = (callerNow: number) => at(callerNow, 0);
  return {
    now,
    taken: (callerNow, leaseMs) => ({ lease_token: NEXT_TOKEN, lease_until: at(callerNow, leaseMs) }),
    until: at,
    free: (leaseUntil, callerNow) =>
      sql<boolean>`(${leaseUntil} is null or ${leaseUntil} <= ${now(callerNow)})`,
  };
}

/** An earlier holder can write no more: its token is another one. */
export const NEXT_TOKEN = sql<number>`lease_token + 1`;

const callerInstant = (callerNow: number, plusMs: number): RawBuilder<string> =>
  sql<string>`${toInstant(callerNow + plusMs)}`;

/** `clock_timestamp()` and not `now()`: that one is fixed at the beginning of a transaction. */
const serverInstant = (_callerNow: number, plusMs: number): RawBuilder<string> => sql<string>`to_char(
  (clock_timestamp() + make_interval(secs => cast(${plusMs / 1_000} as double precision))) at time zone 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
