/** Owns an SQLite file with the tables of Payout Desk, made once in a process: copying it takes a tenth of making one. */

import { copyFile, mkdtemp } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/store/database.ts';

let migrated: Promise<string> | undefined;

/** Puts a file with the tables, and no rows of anybody, at the path. */
export async function copyMigratedFile(path: string): Promise<void> {
  migrated ??= makeMigratedFile();
  await copyFile(await migrated, path);
}

async function makeMigratedFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-migrated-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'desk.db');
  // Closing writes what is in the write-ahead log into the file.
  await (await openStore(`sqlite:${path}`)).close();
  return path;
}
