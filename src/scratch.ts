/**
 * Owns temporary files: in a folder of this process alone, readable by its user alone, removed when they are not needed
 * any more. What a crash left is removed at the next start.
 */

import { closeSync, createReadStream, openAsBlob, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Unavailable } from './errors.ts';

// Read by people.
export const NOT_WRITTEN =
  'The file could not be written: the temporary folder of Payout Desk is full or read-only.';

export const NOT_READ = 'The temporary folder of Payout Desk cannot be read. Contact your administrator.';

/** Its methods reject with Unavailable, whose cause says why. */
export interface ScratchFile {
  /** Appends; one after the other. */
  write(text: string): Promise<void>;
  /** Removes lines by their index, from 0; it is asked of each, in their order. */
  dropLines(isDropped: (index: number) => boolean): Promise<void>;
  /** What was written, read from the file piece by piece. */
  content(): Promise<Blob>;
  /** Never rejects. */
  remove(): Promise<void>;
}

export interface Scratch {
  create(): Promise<ScratchFile>;
  /** Removes everything. */
  close(): Promise<void>;
}

const PREFIX = 'payout-desk-files-';
/** No file of any process is needed for longer. */
const STALE_MS = 24 * 60 * 60_000;
/** Lines of one write. */
const LINES_AT_ONCE = 500;

/** Those of this process: several replicas may be in one, in tests. */
const own = new Set<string>();

/** `parent`: default the system's folder for temporary files. */
export function createScratch(now: () => number, parent: string = tmpdir()): Scratch {
  let folder: Promise<string> | undefined;
  let made = 0;
  // Now, not with the first file: after a crash nobody may want one for days.
  const tidied = removeStale(parent, now());

  const openFolder = async (): Promise<string> => {
    await tidied;
    await removeStale(parent, now());
    // 0700, by mkdtemp.
    const path = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
    own.add(path);
    return path;
  };

  return {
    create: () =>
      written(async () => {
        folder ??= openFolder();
        const path = join(await folder.catch(forget), `${(made += 1)}.csv`);
        return scratchFile(path);
      }),
    async close() {
      await tidied;
      const path = await folder?.catch(() => undefined);
      if (path === undefined) return;
      own.delete(path);
      await rm(path, { recursive: true, force: true });
    },
  };

  /** A disk that was full may have room later. */
  function forget(error: unknown): never {
    folder = undefined;
    throw error;
  }
}

let spills = 0;

/**
 * Opens a file without a name, for the tables of one walk: it is gone when it is closed, and with the process. Undefined when
 * the folder takes none.
 */
export function openSpill(parent: string = tmpdir()) {
  let file: number;
  try {
    const path = join(parent, `${PREFIX}${process.pid}-${(spills += 1)}.table`);
    file = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
  } catch {
    return undefined;
  }
  let end = 0;
  return {
    reserve: (bytes: number): number => (end += bytes) - bytes,
    write(at: number, bytes: Uint8Array): boolean {
      try {
        return writeSync(file, bytes, 0, bytes.length, at) === bytes.length;
      } catch {
        // A disk that is full.
        return false;
      }
    },
    read(at: number, bytes: Uint8Array): void {
      let read = -1;
      try {
        read = readSync(file, bytes, 0, bytes.length, at);
      } catch (error) {
        throw new Unavailable(NOT_READ, { cause: error });
      }
      if (read < bytes.length) throw new Unavailable(NOT_READ);
    },
    close: () => closeSync(file),
  };
}

async function written<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new Unavailable(NOT_WRITTEN, { cause: error });
  }
}

async function scratchFile(path: string): Promise<ScratchFile> {
  // Fails when it exists.
  const make = () => writeFile(path, '', { flag: 'wx', mode: 0o600 });
  await make().catch(async (error: unknown) => {
    if (!isMissing(error)) throw error;
    // A folder that a cleaner of temporary files removed is made again.
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
    await make();
  });
  return {
    // Opened and closed each time: an open handle that nobody closes, as after a failure, would end the process.
    write: (text) => written(() => appendFile(path, text, { mode: 0o600 })),
    dropLines: (isDropped) =>
      written(async () => {
        const kept = `${path}.kept`;
        await writeFile(kept, '', { mode: 0o600 });
        await copyLines(path, kept, isDropped);
        await rename(kept, path);
      }),
    content: () => written(() => openAsBlob(path)),
    async remove() {
      for (const one of [path, `${path}.kept`]) await rm(one, { force: true }).catch(() => {});
    },
  };
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function copyLines(from: string, to: string, isDropped: (index: number) => boolean): Promise<void> {
  let index = 0;
  let lines: string[] = [];
  const flush = async (): Promise<void> => {
    if (lines.length > 0) await appendFile(to, `${lines.join('\n')}\n`);
    lines = [];
  };
  for await (const line of createInterface({ input: createReadStream(from), crlfDelay: Infinity })) {
    if (!isDropped(index)) lines.push(line);
    index += 1;
    if (lines.length === LINES_AT_ONCE) await flush();
  }
  await flush();
}

/** Folders of processes that ended, and whatever is a day old. Best effort: another replica may remove them too. */
async function removeStale(parent: string, now: number): Promise<void> {
  const names = await readdir(parent).catch((): string[] => []);
  for (const name of names.filter((one) => one.startsWith(PREFIX))) {
    const path = join(parent, name);
    if (own.has(path)) continue;
    const pid = Number(/^\d+/.exec(name.slice(PREFIX.length))?.[0]);
    const changedAt = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => now,
    );
    // Of this process's ID and not this process's: of an earlier one, as in a container that was started again.
    const isLeft = pid === process.pid || !isRunning(pid) || now - changedAt > STALE_MS;
    if (isLeft) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It runs as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
