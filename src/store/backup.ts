/** Owns copying an SQLite store that may be in use, and verifying the copy. */

import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { auditStore } from './audit.ts';
import type { AuditVerdict } from './audit-verify.ts';
import { translateFailures } from './failure.ts';
import { openEngine } from './open-engine.ts';
import type { Tables } from './schema.ts';
import { FILE_PROBLEMS, fileRefused } from './sqlite.ts';

/** Pages copied at once: between two of these the event loop turns. */
const PAGES_AT_ONCE = 200;
const BUSY_TIMEOUT_MS = 5_000;

export const BACKUP_PROBLEMS = {
  exists: (file: string) => `${file} exists already; name another file.`,
  notWritten: (file: string, code: string) =>
    `${file} cannot be written: check the folder and its permissions (${code}).`,
  damaged: (source: string) => `The copy is damaged, so ${source} is: restore an earlier backup.`,
} as const;

export interface Backup {
  file: string;
  sizeBytes: number;
  /** Of the copy. */
  audit: AuditVerdict;
}

/**
 * Copies the store as it is at one moment: commits made meanwhile are not part of it, and wait for nothing. The file appears
 * under its name once it is whole, on the disk, and found sound. Rejects with an Error of one line; then there is no file.
 */
export async function backupSqlite(source: string, target: string, auditKey?: string): Promise<Backup> {
  const file = resolve(target);
  if (!existsSync(source)) throw new Error(fileRefused(source, FILE_PROBLEMS.missing));
  if (existsSync(file)) throw new Error(BACKUP_PROBLEMS.exists(target));
  const part = `${file}.part-${process.pid}`;
  try {
    createPrivately(part, target);
    await copy(source, part);
    const audit = await verifyCopy(source, part, auditKey);
    flush(part);
    // Not a rename, which would replace a file that came to be meanwhile.
    linkSync(part, file);
    flush(dirname(file));
    return { file, sizeBytes: statSync(file).size, audit };
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? new Error(BACKUP_PROBLEMS.exists(target), { cause: error }) : error;
  } finally {
    rmSync(part, { force: true });
  }
}

function createPrivately(part: string, target: string): void {
  try {
    closeSync(openSync(part, 'wx', 0o600));
    // Whatever the mask of this process is.
    chmodSync(part, 0o600);
  } catch (error) {
    throw new Error(BACKUP_PROBLEMS.notWritten(target, codeOf(error) ?? 'unknown'), { cause: error });
  }
}

/** One transaction holds one snapshot: otherwise each commit of the running process would begin the copy again. */
async function copy(source: string, part: string): Promise<void> {
  const database = new DatabaseSync(realpathSync(source), { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec('begin');
    if (!database.prepare('select 1 from sqlite_schema limit 1').get())
      throw new Error(fileRefused(source, FILE_PROBLEMS.hollow));
    await backup(database, part, { rate: PAGES_AT_ONCE });
  } finally {
    database.close();
  }
}

async function verifyCopy(source: string, part: string, auditKey: string | undefined): Promise<AuditVerdict> {
  const engine = await openEngine(`sqlite:${part}`, () => {}, 'still');
  const db = new Kysely<Tables>({ dialect: translateFailures(engine.dialect) });
  try {
    if (!(await isSound(db))) throw new Error(BACKUP_PROBLEMS.damaged(source));
    return await auditStore(db, auditKey).verify();
  } finally {
    await engine.close();
  }
}

async function isSound(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(1)`.execute(db);
  return rows.length === 1 && rows[0]?.integrity_check === 'ok';
}

function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
