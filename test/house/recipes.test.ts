/** Owns what the recipes of CONTRIBUTING ask for and the compiler cannot see: tests of stores, rules, commands and jobs. */

import { expect, test } from 'vitest';
import { COMMAND_NAMES } from '../../src/slack/parse/vocabulary.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { sourcesOf } from './sources.ts';

const tests = sourcesOf('test').filter(({ path }) => path.endsWith('.test.ts'));
const within = (folder: string): string[] =>
  tests.filter(({ path }) => path.startsWith(folder)).map(({ text }) => text);

/** "cooldowns.claim": every operation of the store that the rules use. */
const operations = Object.entries(memoryStore()).flatMap(([part, port]) =>
  typeof port === 'function' ? [] : Object.keys(port).map((name) => `${part}.${name}`),
);

const unused = (texts: readonly string[]): string[] =>
  operations.filter((operation) => !texts.some((text) => text.includes(`.${operation}(`)));

test('every operation of the store is played on the memory and on the database', () => {
  expect(operations).toContain('cooldowns.claim');
  const played = sourcesOf('test/fakes').filter(({ path }) => /memory-store[\w.-]*\.ts$/.test(path));
  const texts = played.filter(({ path }) => !path.endsWith('/memory-store.ts')).map(({ text }) => text);
  expect(unused(texts)).toEqual([]);
});

test('every operation of the store is tested on both engines', () => {
  const suites = within('test/store/').filter((text) => text.includes('describe.each(ENGINES)'));
  expect(unused(suites)).toEqual([]);
});

test('every rule that asks for a permission is called by a test of the rules', () => {
  const rules = sourcesOf('src/payouts').filter(({ text }) => /await requirePermission\(/.test(text));
  expect(rules.length).toBeGreaterThan(5);
  const called = new Set(
    tests
      .filter(({ path }) => path.startsWith('test/payouts/'))
      .flatMap(({ imports }) => imports.filter(({ typeOnly }) => !typeOnly).map(({ from }) => from)),
  );
  expect(rules.map(({ path }) => path).filter((path) => !called.has(path))).toEqual([]);
});

test('every command is typed over HTTP', () => {
  const features = within('test/features/').join('\n');
  expect(COMMAND_NAMES.filter((name) => !new RegExp(`['"\`]${name}(?=[ '"\`])`).test(features))).toEqual([]);
});
