/** Owns tables that are full, as after some years: values that differ from row to row, and nearly every row is finished. */

import { z } from 'zod';
import type { EngineName, TestDatabase } from './engines.ts';

/** Rows that are not finished, of every table. */
const OPEN = 5;
/** A few rows, however long Payout Desk has run. */
export const SMALL = ['audit_head', 'write_check', 'delegations', 'digest_strays', 'stuck_walks'];

const column = z.object({
  table: z.string(),
  name: z.string(),
  type: z.string(),
  required: z.coerce.number(),
});
type Column = z.infer<typeof column>;

/** By table. */
export async function columnsOf(engine: EngineName, database: TestDatabase): Promise<Map<string, Column[]>> {
  const columns = z.array(column).parse(await database.raw(COLUMNS[engine]));
  return Map.groupBy(columns, ({ table }) => table);
}

interface FillOptions {
  rows: number;
  /** Tables that stay as they are. */
  without?: readonly string[];
}

/** Nothing is leased or behind. */
export async function fillTables(
  engine: EngineName,
  database: TestDatabase,
  { rows, without = SMALL }: FillOptions,
): Promise<void> {
  const tables = await columnsOf(engine, database);
  const statements = [...tables]
    .filter(
      ([table]) => !without.includes(table) && !table.startsWith('kysely') && table !== 'schema_changes',
    )
    .map(([table, of]) => {
      const names = of.map(({ name }) => `"${name}"`).join(', ');
      return `insert into ${table} (${names}) select ${of.map((one) => valueOf(engine, one)).join(', ')} from ${NUMBERS[engine](rows)} where true on conflict do nothing`;
    });
  const unchecked =
    engine === 'sqlite' ? 'pragma foreign_keys = off' : 'set session_replication_role = replica';
  // PostgreSQL counts its rows by itself; SQLite plans without having counted, as in production.
  await database.raw(unchecked, ...statements, ...(engine === 'postgres' ? ['analyze'] : []));
}

function valueOf(engine: EngineName, { table, name, type, required }: Column): string {
  const isOpen = `n <= ${OPEN}`;
  const time = TIME[engine];
  if (/int/i.test(type)) {
    if (name === 'shown_version' || name === 'shown' || name === 'told_version') {
      return `case when ${isOpen} then 1 else 2 end`;
    }
    return /_version$|^wanted$/.test(name) ? '2' : 'n';
  }
  if (name === 'status' && table === 'cancel_requests') {
    return `case when ${isOpen} then 'pending' else 'executed' end`;
  }
  if (name === 'finished_at') return `case when ${isOpen} then null else ${time} end`;
  if (name === 'wake_at') return `case when ${isOpen} then ${time} end`;
  if (name === 'lease_until' || name === 'posting_at') return 'null';
  if (/(^at|_at|^since|^until)$/.test(name)) return time;
  return required === 1 || /_id$|^link|^reference/.test(name) ? `'x' || n` : 'null';
}

const COLUMNS = {
  sqlite: `select m.name as "table", p.name as name, p.type as type, (p."notnull" or p.pk > 0) as required
    from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table' and m.name not like 'sqlite%'`,
  postgres: `select table_name as "table", column_name as name, data_type as type,
    case is_nullable when 'NO' then 1 else 0 end as required
    from information_schema.columns where table_schema = 'public' order by ordinal_position`,
};
const NUMBERS = {
  sqlite: (rows: number) =>
    `(with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${rows}) select n from numbers)`,
  postgres: (rows: number) => `generate_series(1, ${rows}) as numbers (n)`,
};
const TIME = {
  sqlite: `strftime('%Y-%m-%dT%H:%M:%S.000Z', 1767225600 + n * 600, 'unixepoch')`,
  postgres: `to_char(timestamp '2026-01-01' + n * interval '10 minutes', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')`,
};
