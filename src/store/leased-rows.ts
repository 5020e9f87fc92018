/**
 * Owns rows that one holder at a time works on: taken up when they are due, renewed, given back, ended, and removed in the
 * end. Each write of a holder is a compare-and-swap on the fencing token of its claim, on a row that is not finished.
 */

import {
  type RawBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
  type UpdateObject,
  type UpdateQueryBuilder,
  type UpdateResult,
} from 'kysely';
import type { Engine } from './engine.ts';
import { AT_ONCE, inSteps } from './in-steps.ts';
import { toInstant } from './instant.ts';
import { leases } from './lease.ts';
import type { Database, Tables } from './schema.ts';

/** The primary keys. Every table here has `attempts`, `next_attempt_at` and `finished_at` beside the columns of its lease. */
const KEYS = {
  export_runs: ['id'],
  reminder_runs: ['id'],
  watch_messages: ['id'],
  digest_messages: ['id'],
  digest_runs: ['schedule_id', 'due_at'],
  digest_files: ['schedule_id', 'due_at', 'kind'],
} as const satisfies { [Table in keyof Tables]?: readonly (keyof Tables[Table])[] };

type LeasedTable = keyof typeof KEYS;
type KeyColumn<Table extends LeasedTable> = (typeof KEYS)[Table][number];
type Key<Table extends LeasedTable> = {
  [Column in KeyColumn<Table>]: Tables[Table][Column & keyof Tables[Table]];
};
/** A row that this process claimed. */
type Held<Table extends LeasedTable> = Key<Table> & { token: number };
type Changes<Table extends LeasedTable> = UpdateObject<Tables, Table, Table>;

interface LeasedRows<Table extends LeasedTable> {
  /** The rows that are not finished, due and not leased. */
  due(now: number): SelectQueryBuilder<Tables, Table, unknown>;
  /** Takes up the row, if it is among those: it counts the attempt, and returns what the caller wants of the row. */
  claim(
    key: Key<Table>,
    now: number,
    leaseMs: number,
  ): UpdateQueryBuilder<Tables, Table, Table, UpdateResult>;
  /** The writes of a holder: false when the lease was lost, or the row is finished. */
  save(held: Held<Table>, changes: Changes<Table>): Promise<boolean>;
  renew(held: Held<Table>, now: number, leaseMs: number, changes?: Changes<Table>): Promise<boolean>;
  /** Gives the lease back; the row is due again at `nextAttemptAt`. */
  release(held: Held<Table>, nextAttemptAt: number, changes?: Changes<Table>): Promise<boolean>;
  finish(held: Held<Table>, now: number, changes?: Changes<Table>): Promise<boolean>;
}

/** The table's rows, as `db` sees them: a transaction for what is stored with something else. */
export function leasedRows<Table extends LeasedTable>(
  db: Database,
  engine: Engine,
  table: Table,
): LeasedRows<Table>;
/** Checked for every one of the tables: it names no column that one of them has not. */
export function leasedRows(db: Database, engine: Engine, table: LeasedTable): LeasedRows<LeasedTable> {
  const lease = leases(engine);

  const unfinished = (key: Partial<Record<KeyColumn<LeasedTable>, string>>) => {
    let query = db.updateTable(table).where('finished_at', 'is', null);
    for (const column of KEYS[table]) query = query.where(sql.ref(column), '=', key[column]);
    return query;
  };

  const save = async (held: Held<LeasedTable>, changes: Changes<LeasedTable>): Promise<boolean> => {
    const saved = await unfinished(held)
      .where('lease_token', '=', held.token)
      .set(changes)
      .executeTakeFirst();
    return saved.numUpdatedRows > 0n;
  };

  return {
    due: (now) =>
      db
        .selectFrom(table)
        .where('finished_at', 'is', null)
        .where('next_attempt_at', '<=', toInstant(now))
        .where((eb) => lease.free(eb.ref('lease_until'), now)),
    claim: (key, now, leaseMs) =>
      unfinished(key)
        .where('next_attempt_at', '<=', toInstant(now))
        .where((eb) => lease.free(eb.ref('lease_until'), now))
        .set((eb) => ({ ...lease.taken(now, leaseMs), attempts: eb('attempts', '+', 1) })),
    save,
    renew: (held, now, leaseMs, changes) =>
      save(held, { ...changes, lease_until: lease.until(now, leaseMs) }),
    release: (held, nextAttemptAt, changes) =>
      save(held, { ...changes, lease_until: null, next_attempt_at: toInstant(nextAttemptAt) }),
    finish: (held, now, changes) =>
      save(held, { ...changes, lease_until: null, finished_at: toInstant(now) }),
  };
}

/** Since when Slack may have the message: the earliest post that is not confirmed, from which on it is searched. */
export const earliestPost = (now: number): RawBuilder<string> =>
  sql<string>`coalesce(posting_at, ${toInstant(now)})`;

/** Removes what was finished before. Messages of digests are kept while a stray of theirs is: digests.ts removes them. */
export async function pruneFinished(
  db: Database,
  table: Exclude<LeasedTable, 'digest_messages'>,
  before: number,
): Promise<void> {
  const key = sql.join(KEYS[table].map((column) => sql.ref(column)));
  await inSteps(() =>
    db
      .deleteFrom(table)
      .where(
        sql<SqlBool>`(${key}) in (select ${key} from ${sql.table(table)} where finished_at < ${toInstant(before)} limit ${AT_ONCE})`,
      )
      .executeTakeFirst(),
  );
}
