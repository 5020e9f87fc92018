/** Owns the habit that a sentence stands once: a test takes it from the module that says it, and repeats none. */

import { expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { sourcesOf } from './sources.ts';

/** So many words in a row are a sentence; fewer are a label, a key or a fact. */
const WORDS = 5;

/** A word, a number or an amount; columns, metrics, patterns and IDs have other signs. */
const WORD = /^[\p{L}\p{N}’₹.,/-]+$/u;
const LOWER = /^\p{Ll}[\p{Ll}’-]*$/u;

interface Text {
  /** Where it begins in its file. */
  start: number;
  words: string;
}

type Node = Record<string, unknown> & { type: string; start: number; end: number };

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Every literal, each piece of a template and each pattern, but for the titles of tests and what is imported. */
function textsOf(source: string): Text[] {
  const texts: Text[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isNode(value) || value.type === 'ImportDeclaration') return;
    const words = wordsOf(value, source);
    if (words !== undefined) texts.push({ start: value.start, words });
    for (const key in value) {
      const part = value[key];
      if (typeof part !== 'object' || part === null) continue;
      visit(key === 'arguments' && isTest(value, source) && Array.isArray(part) ? part.slice(1) : part);
    }
  };
  visit(parseAst(source, { lang: 'ts' }));
  return texts;
}

function wordsOf(node: Node, source: string): string | undefined {
  if (node.type === 'TemplateElement') return source.slice(node.start, node.end);
  if (node.type !== 'Literal') return undefined;
  if ('regex' in node) return source.slice(node.start, node.end).replace(/\\([^\w\s])/g, '$1');
  return typeof node['value'] === 'string' ? node['value'] : undefined;
}

function isTest({ type, callee }: Node, source: string): boolean {
  return (
    type === 'CallExpression' &&
    isNode(callee) &&
    /^(test|describe)\b/.test(source.slice(callee.start, callee.end))
  );
}

/** Every run of `WORDS` words; without small words in it a run is a list of codes. */
function runsOf({ words }: Text): string[] {
  const given = words
    .replaceAll("'", '’')
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}₹<@#]+|[^\p{L}\p{N}]+$/gu, ''));
  return given
    .map((_word, index) => given.slice(index, index + WORDS))
    .filter((run) => run.length === WORDS && run.every((word) => WORD.test(word)))
    .filter((run) => run.filter((word) => LOWER.test(word)).length >= 2)
    .map((run) => run.join(' ').toLowerCase());
}

interface File {
  path: string;
  text: string;
}

const placeOf = (path: string, text: string, { start }: Text): string =>
  `${path}:${text.slice(0, start).split('\n').length}`;

function repeated(src: readonly File[], tests: readonly File[]): string[] {
  const owners = new Map<string, string>();
  for (const { path, text } of src)
    for (const said of textsOf(text))
      for (const run of runsOf(said)) if (!owners.has(run)) owners.set(run, placeOf(path, text, said));
  return tests.flatMap(({ path, text }) =>
    textsOf(text).flatMap((said) => {
      const run = runsOf(said).find((one) => owners.has(one));
      return run === undefined ? [] : [`${placeOf(path, text, said)} “${run}” is said by ${owners.get(run)}`];
    }),
  );
}

test('no test repeats a sentence of src', () => {
  const tests = sourcesOf('test').filter(({ path }) => !/^test\/(house|fakes)\//.test(path));
  expect(tests.length).toBeGreaterThan(150);
  expect(repeated(sourcesOf('src'), tests)).toEqual([]);
});

test('the search finds a sentence in every form, and no title, comment, label, code or column', () => {
  const src = [
    "/** The link was cancelled by nobody at all. */\nimport x from './the/link/was/cancelled.ts';",
    'const gone = md`*The link is gone for good.* Ask ${person} to look for it there.`;',
    "const later = 'Try again in a minute. Don’t hurry.', codes = 'RPI IAN IRA ITI ISP';",
    'const rows = sql`select id from digest_runs where finished_at is null`;',
  ].join('\n');
  const tests = [
    "test('the link is gone for good', () => {",
    "  say('You read: the link is gone for good');",
    '  say(/^The link is gone for good\\. Ask/);',
    '  say(`${person} to look for it there`);',
    "  say('Try again in a'); say('RPI IAN IRA ITI ISP');",
    "  say('again in a minute, don\\'t hurry'); // to look for it there",
    "  say('the link was cancelled by nobody at all', 'select id from digest_runs where finished_at is null');",
    '});',
  ].join('\n');
  const found = repeated([{ path: 'src/x.ts', text: src }], [{ path: 'test/x.test.ts', text: tests }]);
  expect(found).toEqual([
    'test/x.test.ts:2 “the link is gone for” is said by src/x.ts:3',
    'test/x.test.ts:3 “the link is gone for” is said by src/x.ts:3',
    'test/x.test.ts:4 “to look for it there” is said by src/x.ts:3',
    'test/x.test.ts:6 “again in a minute don’t” is said by src/x.ts:4',
  ]);
});
