/** Owns SQLite: one file, one process, every commit on the disk before it is acknowledged, unless its caller does not wait. */

import { closeSync, existsSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { SqliteDatabase } from 'kysely';
import type { Access, OpenEngine } from './engine.ts';
import { TransactionalDialect, yielding } from './sqlite-dialect.ts';

/**
 * Waiting blocks the event loop. The process has the file to itself; only a backup or an sqlite3 shell holds it, and
 * briefly.
 */
const BUSY_TIMEOUT_MS = 250;
/** Before a transaction: its commit does not wait for the disk. The next statement outside of it is synchronised again. */
export const UNSYNCHRONISED = 'pragma synchronous = normal';
/**
 * Pages of the log after which a commit copies them into the file. With SQLite's default of 1,000 that one commit takes up to 10 ms
 * of processor time, and as long for the disk; the sum is the same.
 */
const CHECKPOINT_PAGES = 150;
/** Statements kept for the next time. Lists of values make one text for each length. */
const PREPARED_MAX = 200;
/** SQLITE_BUSY: another program holds the file. */
const BUSY = 5;

/** Why a file cannot be opened, and what to do about it. */
export const FILE_PROBLEMS = {
  inUse: 'another Payout Desk process is using it; stop that process first',
  missing: 'it does not exist yet; start Payout Desk first, or name its file',
  notOpened: 'it cannot be opened or created; check the path and its permissions',
  hollow:
    'this file holds no records of Payout Desk, as a plain copy of a file in use; restore a backup, or remove the file to start anew',
  otherKind: 'it is not an SQLite database; name another file or move this one away',
  /** `code` is the operating system's. */
  folder: (code: string) =>
    `the folder cannot be created or written to; check the path and its permissions (${code})`,
} as const;

/** SQLite's result codes with what to do about them: https://sqlite.org/rescode.html */
const ADVICE: Record<number, string> = {
  [BUSY]: 'another program is writing to it; close that program',
  8: 'no write permission; grant it to the user of Payout Desk',
  11: 'it is damaged; restore a backup',
  13: 'the disk is full; make room',
  14: FILE_PROBLEMS.notOpened,
  26: FILE_PROBLEMS.otherKind,
};

/** Throws a one-line Error. */
export function openSqlite(path: string, access: Access = 'own'): OpenEngine {
  const opened =
    path === ':memory:'
      ? { database: new DatabaseSync(path) }
      : access === 'own'
        ? openFile(path)
        : openBeside(path, access);
  const { dialect, waiting } = yielding(new TransactionalDialect({ database: adaptor(opened) }));
  return {
    kind: 'sqlite',
    dialect,
    connections: () => ({ open: Number(opened.database.isOpen), idle: 0, waiting: waiting() }),
    close: async () => {
      if (opened.database.isOpen) adaptor(opened).close();
    },
    explain: (error) => fault(path, error),
  };
}

interface OpenedFile {
  database: DatabaseSync;
  /** Kept as long as the database: garbage collection would release it, and a second process could start. */
  lock?: DatabaseSync;
}

function openFile(given: string): OpenedFile {
  let lock: DatabaseSync | undefined;
  let database: DatabaseSync | undefined;
  try {
    const path = prepareFolder(given);
    lock = lockFor(path);
    const mustHoldRecords = isWritten(path) && !hasLog(path);
    createPrivately(path);
    database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    if (mustHoldRecords && isHollow(database)) throw new Hollow();
    database.exec(
      `pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
    );
    return { database, lock };
  } catch (error) {
    database?.close();
    lock?.close();
    throw fault(given, error);
  }
}

/** Takes no lock: in WAL mode readers and the one writer do not disturb each other. */
function openBeside(given: string, access: 'beside' | 'still'): OpenedFile {
  try {
    if (!existsSync(given)) throw new NoRecords();
    const file = pathToFileURL(resolve(given));
    // Otherwise SQLite makes the side files of its write-ahead log, also to read.
    if (access === 'still') file.searchParams.set('immutable', '1');
    return { database: new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, readOnly: true }) };
  } catch (error) {
    throw fault(given, error);
  }
}

/** The real path, also when the file is a symbolic link: the lock is beside the file itself. */
function prepareFolder(given: string): string {
  const path = resolve(given);
  if (existsSync(path)) return realpathSync(path);
  makeFolder(dirname(path));
  return path;
}

/** Not mkdirSync's recursive form, which never returns where a folder cannot be made inside one that exists (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

function isWritten(path: string): boolean {
  return existsSync(path) && statSync(path).size > 0;
}

/** Whether records are beside the file: who only reads, such as a backup, leaves an empty log behind. */
export function hasLog(path: string): boolean {
  return isWritten(`${path}-wal`);
}

/**
 * A file of SQLite without a table. Payout Desk leaves none behind, so it is a plain copy of a file in use, whose records are in
 * the write-ahead log that was not copied: a start on it would look as if nothing had ever been recorded.
 */
function isHollow(database: DatabaseSync): boolean {
  return database.prepare('select 1 from sqlite_schema limit 1').get() === undefined;
}

class InUse extends Error {}
class NoRecords extends Error {}
class Hollow extends Error {}

/**
 * Two processes on one file would both run the jobs, each as if it were alone. The operating system holds this lock for
 * the process and releases it however the process ends, so no stale lock remains. It is on a file of its own so that
 * the database can be read and backed up while Payout Desk runs.
 */
function lockFor(path: string): DatabaseSync {
  createPrivately(`${path}.lock`);
  // Long enough for a doctor that looks whether it is held, see `isHeld`.
  const lock = new DatabaseSync(`${path}.lock`, { timeout: BUSY_TIMEOUT_MS });
  try {
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    throw errcode(error) === BUSY ? new InUse() : error;
  }
}

/** Whether a running process has this file to itself; creates nothing, and keeps nobody from starting. */
export function isHeld(given: string): boolean {
  const path = existsSync(given) ? realpathSync(given) : resolve(given);
  if (!existsSync(`${path}.lock`)) return false;
  const lock = new DatabaseSync(`${path}.lock`, { timeout: 0, readOnly: true });
  try {
    lock.prepare('select 1 from sqlite_schema').get();
    return false;
  } catch (error) {
    if (errcode(error) === BUSY) return true;
    throw fault(given, error);
  } finally {
    lock.close();
  }
}

/**
 * Never opens a file that exists: closing it again would drop the locks this process holds on it (POSIX). SQLite
 * gives its side files the mode of the database.
 */
function createPrivately(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'wx', 0o600));
}

function adaptor({ database, lock }: OpenedFile): SqliteDatabase {
  // Each wait blocks the event loop: while another program holds the file, one statement waits, the others fail at once.
  let isTaken = false;
  const wait = (timeoutMs: number): void => {
    isTaken = timeoutMs === 0;
    database.exec(`pragma busy_timeout = ${timeoutMs}`);
  };
  let isSynchronised = true;
  let isAllowed = false;
  /** Only a transaction that begins right after `UNSYNCHRONISED` is not; should the way back fail, so does the statement. */
  const synchronise = (sql: string): void => {
    if (!isSynchronised && !(isAllowed && sql === 'begin') && !database.isTransaction) {
      database.exec('pragma synchronous = full');
      isSynchronised = true;
    }
    isAllowed = sql === UNSYNCHRONISED;
    if (isAllowed) isSynchronised = false;
  };
  const noticing = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!isTaken && errcode(error) === BUSY) wait(0);
      throw error;
    }
  };
  /** By their text, the least used first: preparing a statement takes longer than running it. */
  const prepared = new Map<string, { statement: StatementSync; reader: boolean }>();
  const prepareOnce = (sql: string): { statement: StatementSync; reader: boolean } => {
    let known = prepared.get(sql);
    if (known) prepared.delete(sql);
    else {
      const statement = database.prepare(sql);
      known = { statement, reader: statement.columns().length > 0 };
    }
    prepared.set(sql, known);
    if (prepared.size > PREPARED_MAX) prepared.delete(prepared.keys().next().value ?? '');
    return known;
  };
  return {
    close() {
      prepared.clear();
      database.close();
      lock?.close();
    },
    prepare(sql) {
      synchronise(sql);
      // Some failures (a full disk) end the transaction by themselves; rolling back again would hide the reason.
      const nothingToDo = sql === 'rollback' && !database.isTransaction;
      // A transaction that begins reading and then writes could be refused half way; IMMEDIATE asks at once.
      const { statement, reader } = prepareOnce(
        nothingToDo ? 'select 1' : sql === 'begin' ? 'begin immediate' : sql,
      );
      return {
        reader,
        all: (parameters) => noticing(() => statement.all(...parameters.map(toValue))),
        run: (parameters) => {
          const result = noticing(() => statement.run(...parameters.map(toValue)));
          if (isTaken && sql === 'begin') wait(BUSY_TIMEOUT_MS);
          return result;
        },
        iterate: (parameters) => statement.iterate(...parameters.map(toValue)),
      };
    },
  };
}

function toValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError(`SQLite has no place for a ${typeof value}.`);
}

/** The line of an operator: `reason` is one of `FILE_PROBLEMS`. */
export function fileRefused(path: string, reason: string): string {
  return `DATABASE_URL: ${path} cannot be used: ${reason}.`;
}

function fault(path: string, error: unknown): Error {
  return new Error(fileRefused(path, reasonOf(error)), { cause: error });
}

function reasonOf(error: unknown): string {
  if (error instanceof InUse) return FILE_PROBLEMS.inUse;
  if (error instanceof NoRecords) return FILE_PROBLEMS.missing;
  if (error instanceof Hollow) return FILE_PROBLEMS.hollow;
  const advice = ADVICE[errcode(error) ?? -1];
  if (advice !== undefined) return advice;
  if (!(error instanceof Error)) return String(error);
  // From the file system, before SQLite came to see the file.
  if ('syscall' in error && 'code' in error) {
    return FILE_PROBLEMS.folder(String(error.code));
  }
  return error.message;
}

function errcode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  // The low byte is the kind, the rest its details.
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
