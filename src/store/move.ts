/**
 * Owns moving a store from SQLite to PostgreSQL: every table in one transaction, compared row by row and by the hashes of the
 * audit before it is committed. So a move that is cut off leaves nothing behind, and is simply made again.
 */

import { Kysely, sql } from 'kysely';
import { z } from 'zod';
import { auditStore } from './audit.ts';
import type { AuditVerdict } from './audit-verify.ts';
import { explained, inspectStore } from './inspect.ts';
import { translateFailures } from './failure.ts';
import { migrate, readSchema } from './migrations/all.ts';
import { openEngine } from './open-engine.ts';
import type { Change, Database, Tables } from './schema.ts';

/** Rows read and written at once; PostgreSQL takes 65,535 values a statement. */
const AT_ONCE = 500;

/** Every table, each after those it refers to. */
const TABLES = [
  'write_check',
  'cancel_requests',
  'cards',
  'cooldowns',
  'delegations',
  'indexed_links',
  'link_keys',
  'processing_links',
  'stuck_tellings',
  'stuck_walks',
  'reminder_runs',
  'export_runs',
  'auto_reminders',
  'auto_reminder_stops',
  'saved_lists',
  'transactions',
  'watches',
  'watchers',
  'watch_messages',
  'digest_subscriptions',
  'digest_runs',
  'digest_messages',
  'digest_strays',
  'digest_states',
  'digest_links',
  'digest_files',
  'daily_totals',
  'home_views',
  'audit',
  'audit_head',
] as const satisfies readonly (keyof Tables)[];
type Table = (typeof TABLES)[number];
/** Does not compile while a table is missing above. */
type Every = keyof Tables extends Table ? Table : never;

/** What migrations put into tables, and Payout Desk only updates: not a sign of use. */
const SEEDED: readonly Every[] = ['write_check', 'stuck_walks', 'audit_head'];

export const MOVE_PROBLEMS = {
  noSource: 'The SQLite store holds no records of Payout Desk; check DATABASE_URL.',
  otherVersion: 'The SQLite store is of another version. Run npm run migrate, then move it.',
  notEmpty: (table: string) =>
    `The target holds records of Payout Desk already (${table}). Name an empty database; nothing was changed.`,
  differs: (table: string) => `The copy of ${table} differs from the original. Nothing was moved.`,
  auditDiffers: 'The audit of the copy is not that of the original. Nothing was moved.',
} as const;

export interface Moved {
  tables: number;
  rows: number;
  /** Of the copy; the same as of the original. */
  audit: AuditVerdict;
}

export interface MoveOptions {
  auditKey?: string | undefined;
  /** Told of each table that was copied and compared. */
  onTable?: (table: string, rows: number) => void;
}

class MoveProblem extends Error {}

/** Rejects with an Error of one line; then the target is as it was. The source is never changed. */
export async function moveStore(
  sourceUrl: string,
  targetUrl: string,
  options: MoveOptions = {},
): Promise<Moved> {
  if ((await inspectStore(sourceUrl)).schema?.applied.length === 0)
    throw new MoveProblem(MOVE_PROBLEMS.noSource);
  // To itself: refused while Payout Desk runs on it, and Payout Desk is refused meanwhile.
  const from = await openEngine(sourceUrl, () => {});
  try {
    const source = new Kysely<Tables>({ dialect: translateFailures(from.dialect) });
    const { pending, newer } = await readSchema(source);
    if (pending.length > 0 || newer.length > 0) throw new MoveProblem(MOVE_PROBLEMS.otherVersion);
    return await moveInto(targetUrl, source, options);
  } finally {
    await from.close();
  }
}

async function moveInto(targetUrl: string, source: Database, options: MoveOptions): Promise<Moved> {
  const to = await openEngine(targetUrl, () => {});
  try {
    const target = new Kysely<Tables>({ dialect: translateFailures(to.dialect) });
    await migrate(target, to.kind);
    return await target.transaction().execute((change) => copyAll(source, change, options));
  } catch (error) {
    throw error instanceof MoveProblem ? error : explained(to, error);
  } finally {
    await to.close();
  }
}

async function copyAll(
  source: Database,
  change: Change,
  { auditKey, onTable = () => {} }: MoveOptions,
): Promise<Moved> {
  // A process that starts on the target meanwhile waits, and then finds the records.
  await sql`lock table audit_head in access exclusive mode`.execute(change);
  await insistOnEmpty(change);
  for (const table of SEEDED) await sql`delete from ${sql.table(table)}`.execute(change);
  let rows = 0;
  for (const table of TABLES) {
    const shape = await shapeOf(source, table);
    let copied = 0;
    for await (const batch of batchesOf(source, table)) {
      await insert(change, shape, batch);
      await compare(change, shape, batch);
      copied += batch.length;
    }
    if ((await count(change, table)) !== copied) throw new MoveProblem(MOVE_PROBLEMS.differs(table));
    onTable(table, copied);
    rows += copied;
  }
  await sql`select setval('cancel_request_number', (select greatest(coalesce(max(number), 0) + 1, 1001) from cancel_requests), false)`.execute(
    change,
  );
  const [before, audit] = [
    await auditStore(source, auditKey).verify(),
    await auditStore(change, auditKey).verify(),
  ];
  // Faults are moved as they are: what matters is that none is added or lost.
  if (JSON.stringify(audit) !== JSON.stringify(before)) throw new MoveProblem(MOVE_PROBLEMS.auditDiffers);
  return { tables: TABLES.length, rows, audit };
}

async function insistOnEmpty(change: Change): Promise<void> {
  for (const table of TABLES) {
    const isEmpty =
      table === 'audit_head'
        ? (await sql`select 1 from audit_head where sequence > 0`.execute(change)).rows.length === 0
        : SEEDED.includes(table) || (await count(change, table)) === 0;
    if (!isEmpty) throw new MoveProblem(MOVE_PROBLEMS.notEmpty(table));
  }
}

async function count(db: Database, table: Table): Promise<number> {
  const { rows } = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(table)}`.execute(db);
  return Number(rows[0]?.rows);
}

type Row = Readonly<Record<string, unknown>>;

interface Shape {
  table: Table;
  columns: readonly string[];
  /** The columns of the primary key. */
  key: readonly string[];
}

async function shapeOf(source: Database, table: Table): Promise<Shape> {
  const { rows } = await sql<{
    name: string;
    pk: number;
  }>`select name, pk from pragma_table_info(${table})`.execute(source);
  return {
    table,
    columns: rows.map(({ name }) => name),
    key: rows.filter(({ pk }) => pk > 0).map(({ name }) => name),
  };
}

const numbered = z.looseObject({ place: z.number() });

/** In the order that SQLite keeps them in, which no table lacks. */
async function* batchesOf(source: Database, table: Table): AsyncGenerator<Row[]> {
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const { rows } =
      await sql`select rowid as place, * from ${sql.table(table)} where rowid > ${after} order by rowid limit ${AT_ONCE}`.execute(
        source,
      );
    const batch = rows.map((row) => numbered.parse(row));
    const last = batch.at(-1);
    if (last === undefined) return;
    after = last.place;
    yield batch;
  }
}

async function insert(change: Change, { table, columns }: Shape, batch: readonly Row[]): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = batch.map((row) => sql`(${sql.join(columns.map((column) => sql.val(row[column])))})`);
  await sql`insert into ${sql.table(table)} (${names}) values ${sql.join(values)}`.execute(change);
}

/** Each row as PostgreSQL gives it back, found by its key. */
async function compare(change: Change, { table, columns, key }: Shape, batch: readonly Row[]): Promise<void> {
  const keys = batch.map((row) => sql`(${sql.join(key.map((column) => sql.val(row[column])))})`);
  const names = sql.join(key.map((column) => sql.ref(column)));
  const { rows } =
    await sql<Row>`select * from ${sql.table(table)} where (${names}) in (${sql.join(keys)})`.execute(change);
  const keyOf = (row: Row): string => JSON.stringify(key.map((column) => row[column]));
  const copies = new Map(rows.map((row) => [keyOf(row), row]));
  for (const row of batch) {
    const copied = copies.get(keyOf(row));
    const isSame = copied !== undefined && columns.every((column) => copied[column] === row[column]);
    if (!isSame) throw new MoveProblem(MOVE_PROBLEMS.differs(table));
  }
}
