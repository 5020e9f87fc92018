/** Owns reading the store past the replica, while it runs or after it died. */

import { DatabaseSync } from 'node:sqlite';
import { postgres } from '../store/sql.ts';

/** Rows of one statement, by whichever engine the address names. The statement holds no values from outside. */
export async function select(databaseUrl: string, statement: string): Promise<Record<string, unknown>[]> {
  return (await rowsOf(databaseUrl, statement)).map((row) => Object.fromEntries(Object.entries(row ?? {})));
}

async function rowsOf(databaseUrl: string, statement: string): Promise<unknown[]> {
  if (!databaseUrl.startsWith('sqlite:')) return postgres(databaseUrl, [statement]);
  const database = new DatabaseSync(databaseUrl.slice('sqlite:'.length), { readOnly: true, timeout: 2_000 });
  try {
    return database.prepare(statement).all();
  } finally {
    database.close();
  }
}

/** The states of a link's requests, oldest first. */
export async function statesOf(databaseUrl: string, linkId: string): Promise<string[]> {
  const rows = await select(
    databaseUrl,
    `select status from cancel_requests where link_id = '${linkId}' order by requested_at`,
  );
  return rows.map(({ status }) => String(status));
}
