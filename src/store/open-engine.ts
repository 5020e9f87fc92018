/** Owns picking the engine by its address. */

import type { Access, OpenEngine } from './engine.ts';
import { openPostgres } from './postgres.ts';
import type { Report } from './schema.ts';
import { openSqlite } from './sqlite.ts';

export const URL_EXPECTED =
  'DATABASE_URL: expected sqlite:./path/to/file.db or postgres://user:password@host:5432/database.';

/** Rejects with an Error of one line that says what to do; it holds no password. */
export async function openEngine(
  databaseUrl: string,
  report: Report,
  access: Access = 'own',
): Promise<OpenEngine> {
  const path = sqlitePath(databaseUrl);
  if (path !== undefined) return openSqlite(path, access);
  if (isPostgresUrl(databaseUrl)) return openPostgres(databaseUrl, report, { readOnly: access !== 'own' });
  throw new Error(URL_EXPECTED);
}

/** The file of this address; undefined for another engine. */
export function sqlitePath(databaseUrl: string): string | undefined {
  if (!databaseUrl.startsWith('sqlite:')) return undefined;
  return databaseUrl.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '') || undefined;
}

export function isPostgresUrl(databaseUrl: string): boolean {
  return /^postgres(ql)?:\/\//.test(databaseUrl);
}
