/** Owns the operator's commands on the store: back it up, migrate it, move it to PostgreSQL. */

import type { Config } from '../config.ts';
import { backupSqlite } from '../store/backup.ts';
import { migrateStore } from '../store/database.ts';
import { moveStore } from '../store/move.ts';
import { isPostgresUrl, sqlitePath } from '../store/open-engine.ts';
import { verdictLine, faultLines } from './audit-commands.ts';

type StoreSettings = Pick<Config, 'databaseUrl' | 'auditKey'>;
type Write = (line: string) => void;

/** Returns the exit code: 0 only for a copy whose audit is intact. Rejects with a one-line Error; then there is no file. */
export async function backUp(
  { databaseUrl, auditKey }: StoreSettings,
  file: string,
  write: Write,
): Promise<number> {
  const source = sqlitePath(databaseUrl);
  if (source === undefined) throw new Error(useDump(databaseUrl, file));
  const { file: written, sizeBytes, audit } = await backupSqlite(source, file, auditKey);
  for (const line of faultLines(audit)) write(line);
  write(
    `${written}: ${Math.ceil(sizeBytes / 1_024).toLocaleString('en-IN')} KB; audit ${verdictLine(audit)}`,
  );
  if (!audit.intact) write('The copy is as the store is. See docs/audit.md for what a fault means.');
  return audit.intact ? 0 : 1;
}

/** PostgreSQL has its own tools; the password stays out of the line. */
function useDump(databaseUrl: string, file: string): string {
  const url = new URL(databaseUrl);
  url.password = '';
  url.searchParams.delete('password');
  return `PostgreSQL is backed up by its own tool: pg_dump --format=custom --file=${quoted(file)} ${quoted(url.href)}`;
}

/** For a shell. */
function quoted(word: string): string {
  return /^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Returns the exit code. Rejects with a one-line Error. */
export async function migrateNow({ databaseUrl }: StoreSettings, write: Write): Promise<number> {
  const { applied, of } = await migrateStore(databaseUrl);
  for (const name of applied) write(`migrated: ${name}`);
  write(`schema ${of} of ${of}${applied.length === 0 ? ': nothing to do' : ''}`);
  return 0;
}

/** Returns the exit code. Rejects with a one-line Error; then the target is as it was. */
export async function moveTo(
  { databaseUrl, auditKey }: StoreSettings,
  target: string,
  write: Write,
): Promise<number> {
  if (sqlitePath(databaseUrl) === undefined)
    throw new Error(
      'DATABASE_URL: expected the SQLite store that is moved, such as sqlite:./data/payout-desk.db.',
    );
  if (!isPostgresUrl(target))
    throw new Error('The target: expected postgres://user:password@host:5432/database.');
  const { tables, rows, audit } = await moveStore(databaseUrl, target, {
    auditKey,
    onTable: (table, count) => write(`${table}: ${count.toLocaleString('en-IN')}`),
  });
  for (const line of faultLines(audit)) write(line);
  write(
    `moved and compared: ${tables} tables, ${rows.toLocaleString('en-IN')} rows; audit ${verdictLine(audit)}`,
  );
  write(
    'Set DATABASE_URL to the new address and start. Put the SQLite file away: nothing may start on it again.',
  );
  return 0;
}
