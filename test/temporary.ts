/**
 * Owns the folder that all temporary files of a run are in, gone with it whatever a test leaves behind. It is in memory where
 * Linux has room for it: waiting for a disk is a sixth of the time.
 */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const PREFIX = 'payout-desk-tests-';
/** What the files of all tests take at once, with much to spare. */
const ROOM_BYTES = 4 * 1_024 ** 3;

/** For vitest's `globalSetup`, before what makes files. */
export default function setup(): () => void {
  const folder = folderInMemory() ?? mkdtempSync(join(tmpdir(), PREFIX));
  // PostgreSQL runs as another user below root.
  chmodSync(folder, 0o755);
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Undefined where there is no room, where it cannot be written to, and where programs may not be started from it, as in containers. */
function folderInMemory(): string | undefined {
  let folder: string | undefined;
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < ROOM_BYTES) return undefined;
    folder = mkdtempSync(join(MEMORY, PREFIX));
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    if (spawnSync(program).status === 0) return folder;
  } catch {
    // There is another place.
  }
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  return undefined;
}
