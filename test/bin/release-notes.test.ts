/** Owns the notes of a release: one version’s part of the changelog, and nothing when what is released is not one version. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CHANGELOG = `# Changelog

Words before.

## Unreleased

### Added

- Not released.

## 1.10.0

## [1.1.0] - 2026-12-01

### Added

- A second thing.

### Fixed

- A fault of ## 1.0.0.

## 1.0.0 - 2026-11-22

- The first thing.
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'payout-desk-notes-'));
  writeFileSync(join(folder, 'CHANGELOG.md'), CHANGELOG);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function notes(version: string, tag: string) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version }));
  const args = [resolve('bin/release-notes.cjs'), tag];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test.each([
  ['1.1.0', 'v1.1.0', '### Added\n\n- A second thing.\n\n### Fixed\n\n- A fault of ## 1.0.0.\n'],
  ['1.0.0', '1.0.0', '- The first thing.\n'],
])('%s: its section alone', (version, tag, expected) => {
  expect(notes(version, tag)).toEqual({ status: 0, stdout: expected, stderr: '' });
});

test.each([
  ['1.1.0', 'v1.0.0', 'The tag is v1.0.0, package.json has 1.1.0.\n'],
  ['2.0.0', 'v2.0.0', 'CHANGELOG.md has no section "## 2.0.0".\n'],
  // Not that of 1.10.0, nor the other way round.
  ['1.1', 'v1.1', 'Usage: node bin/release-notes.cjs v<version>\n'],
  ['1.10.0', 'v1.10.0', 'The section "## 1.10.0" of CHANGELOG.md is empty.\n'],
])('package.json %s, tag %s: refused', (version, tag, expected) => {
  expect(notes(version, tag)).toEqual({ status: 1, stdout: '', stderr: expected });
});
