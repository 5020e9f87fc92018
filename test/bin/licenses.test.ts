/** Owns the list of licences: what the lockfile ships, and nothing under a licence that was not agreed to. */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'payout-desk-licences-'));
  mkdirSync(join(folder, 'docs'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function list() {
  const { status, stderr } = spawnSync(process.execPath, [resolve('bin/licenses.cjs')], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stderr };
}
const written = (): string => readFileSync(join(folder, 'docs/licenses.md'), 'utf8');

test('docs/licenses.md is what `npm run licenses` writes', () => {
  copyFileSync('package-lock.json', join(folder, 'package-lock.json'));
  expect(list()).toEqual({ status: 0, stderr: '' });
  expect(readFileSync('docs/licenses.md', 'utf8')).toBe(written());
  for (const name of Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).dependencies))
    expect(written()).toContain(`| \`${name}\` |`);
});

test.each([
  [{ license: 'GPL-3.0-only' }, 'GPL-3.0-only'],
  [{}, 'none'],
])('%j is refused, and not written', (record, licence) => {
  const packages = {
    '': {},
    'node_modules/a': { license: 'MIT' },
    'node_modules/a/node_modules/@b/c': record,
  };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
  writeFileSync(join(folder, 'docs/licenses.md'), 'before');
  expect(list()).toEqual({ status: 1, stderr: `@b/c: ${licence} was not agreed to\n` });
  expect(written()).toBe('before');
});

test('what is for development alone is not shipped', () => {
  const packages = { '': {}, 'node_modules/a': { license: 'MIT' }, 'node_modules/d': { dev: true } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
  expect(list().status).toBe(0);
  expect(written()).toContain('| `a` | MIT |');
  expect(written()).not.toContain('`d`');
});
