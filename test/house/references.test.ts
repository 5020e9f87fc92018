/** Owns the check that what is named exists: rulings, traps and files. */

import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const RULINGS = readFileSync(join(ROOT, 'docs/instantpay-rulings.md'), 'utf8');
const PLATFORM = readFileSync(join(ROOT, 'docs/slack-platform.md'), 'utf8');

const numbersOf = (text: string, pattern: RegExp): number[] =>
  [...text.matchAll(pattern)].map((match) => Number(match[1]));

const rulings = new Set(numbersOf(RULINGS, /^- \*\*R(\d+) /gm));
const traps = new Set(numbersOf(PLATFORM.slice(PLATFORM.indexOf('## Traps')), /^(\d+)\. /gm));

/** Every text of the repository that may name a ruling or a trap. */
const texts = ['src', 'test', 'demo', 'fakes', 'bench', 'bundle', 'docs', '.']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((name) =>
      join(folder, name),
    ),
  )
  .filter((path) => /\.(ts|md)$/.test(path) && !path.includes('node_modules'))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** Named as a ruling: in brackets, in a list or a range of them, or in words; test data such as 'R1' in quotes is none. */
const RULING = /(?<!['"`\w/-])R(\d{1,2})(?!['"\w-])/g;

test('the rulings are numbered without gaps, once each', () => {
  expect([...rulings]).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  expect(numbersOf(RULINGS, /^- \*\*R(\d+) /gm)).toHaveLength(rulings.size);
});

test('every ruling that is named is defined', () => {
  const unknown = texts.flatMap(({ path, text }) =>
    numbersOf(text, RULING)
      .filter((number) => !rulings.has(number))
      .map((number) => `${path}: R${number}`),
  );
  expect(unknown).toEqual([]);
});

test('every trap that is named is defined', () => {
  const unknown = texts.flatMap(({ path, text }) =>
    numbersOf(text, /\btraps? (\d+)/g)
      .filter((number) => !traps.has(number))
      .map((number) => `${path}: trap ${number}`),
  );
  expect(traps.size).toBeGreaterThan(0);
  expect(unknown).toEqual([]);
});

test('the search finds what it is for', () => {
  const beyond = ['R', '30'].join('');
  expect(numbersOf(`nothing is sent twice (R9), see R2 and ${beyond}; trap 7`, RULING)).toEqual([9, 2, 30]);
  expect(numbersOf("externalRef: 'R1', 'SR7', R1X", RULING)).toEqual([]);
});

test('every file that a document names or links exists', () => {
  const named = texts
    .filter(({ path }) => path.endsWith('.md') && path !== 'CHANGELOG.md')
    .flatMap(({ path, text }) => [
      ...[...text.matchAll(/`((?:src|test|fakes|demo|bench|bin|docs)\/[\w*./{},-]+)`/g)].map(
        ([, file = '']) => ({ path, file }),
      ),
      ...[...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, file = '']) => ({
        path,
        file: join(dirname(path), file),
      })),
    ]);
  expect(named.length).toBeGreaterThan(50);
  const missing = named.filter(({ file }) => globSync(file, { cwd: ROOT }).length === 0);
  expect(missing.map(({ path, file }) => `${path}: ${file}`)).toEqual([]);
});

test('every file that an area of mutation testing names exists', () => {
  const areas = readFileSync(join(ROOT, 'test/mutation-areas.ts'), 'utf8');
  const named = [...areas.matchAll(/'!?((?:src|test)\/[^']+)'/g)].flatMap(([, pattern = '']) => {
    const [, before = '', choices, after = ''] = /^(.*)\{(.*)\}(.*)$/.exec(pattern) ?? [];
    return choices === undefined ? [pattern] : choices.split(',').map((one) => `${before}${one}${after}`);
  });
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((file) => globSync(file, { cwd: ROOT }).length === 0)).toEqual([]);
});
