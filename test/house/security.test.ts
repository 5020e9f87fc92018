/** Owns that the threat model says what the code does: scopes, tables, settings and licences that it names. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SETTING_NAMES } from '../../src/config-schema.ts';
import { lostWithout, SCOPE_NAMES, SCOPES } from '../../src/slack/api/methods.ts';
import { ROOT } from './sources.ts';

const fileAt = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const model = fileAt('docs/security.md');

test('it names every scope with what it is for, and no other', () => {
  const rows = SCOPE_NAMES.map(
    (scope) =>
      `| \`${scope}\` | ${SCOPES[scope].why} | ${lostWithout(scope) ?? 'Payout Desk does not work.'} |\n`,
  );
  const [, table] = /<!-- scopes -->\n(.*)<!-- \/scopes -->/s.exec(model) ?? [];
  expect(table).toBe(`| scope | why | without it |\n|---|---|---|\n${rows.join('')}`);
  // Said not to be asked for.
  for (const scope of ['chat:write.public', 'users:read.email']) expect(SCOPE_NAMES).not.toContain(scope);
});

test('every setting it and SECURITY.md name exists', () => {
  const named = [...`${model}${fileAt('SECURITY.md')}`.matchAll(/`([A-Z]{3,}(?:_[A-Z]+)*)`/g)].map(
    ([, name]) => name,
  );
  expect(named.length).toBeGreaterThan(8);
  for (const name of named) expect(SETTING_NAMES).toContain(name);
});

test('the limits it names are those of the server and of the index', () => {
  expect(model).toContain('1 MB, 15 s, 2,000 connections');
  expect(fileAt('src/ops/server.ts')).toMatch(/requestTimeoutMs = 15_000, maxConnections = 2_000/);
  expect(model).toContain('up to 200,000');
  expect(fileAt('docs/decisions/0009-an-index-of-keyed-hashes.md')).toContain('200,000');
});
