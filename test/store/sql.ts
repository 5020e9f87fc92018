/** Owns statements sent to PostgreSQL past the store. */

import { Client } from 'pg';

/** Returns the rows of all statements, one after the other. */
export async function postgres(url: string, statements: string[]): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  try {
    const rows: unknown[] = [];
    for (const statement of statements) rows.push(...(await client.query(statement)).rows);
    return rows;
  } finally {
    await client.end();
  }
}
