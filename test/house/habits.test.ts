/** Owns the habits of the house: sizes, names, opening sentences, how tests are written, and the terms of comments. */

import { expect, test } from 'vitest';
import { type Source, sourcesOf } from './sources.ts';

const src = sourcesOf('src');
const tests = sourcesOf('test');
const all = [...src, ...tests, ...['fakes', 'demo', 'bench', 'bundle'].flatMap(sourcesOf)];

const pathsOf = (sources: readonly Source[]): string[] => sources.map(({ path }) => path);

test('no file over 300 lines in src', () => {
  expect(pathsOf(src.filter(({ text }) => text.trimEnd().split('\n').length > 300))).toEqual([]);
});

test('every file opens with one comment on what it owns', () => {
  const opening = /^\/\*\*[\s*]+Owns .*?\*\//s;
  expect(pathsOf(all.filter(({ text }) => !opening.test(text)))).toEqual([]);
});

test('names are kebab-case, and none says nothing', () => {
  const name = /^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/;
  const empty = /(utils?|helpers?|manager|service|common|misc|index)\.ts$/;
  const bad = pathsOf(all).filter((path) => {
    const file = path.split('/').at(-1) ?? '';
    return !name.test(file) || empty.test(file);
  });
  expect(bad).toEqual([]);
});

test('no module mocks in the tests', () => {
  const mocks = new RegExp(['vi', '\\.', '(mock|doMock|spyOn|stubGlobal)\\('].join(''));
  expect(pathsOf(tests.filter(({ text }) => mocks.test(text)))).toEqual([]);
});

test('a test is called test, and none is skipped or run alone', () => {
  const other = /^\s*(it(\.\w+)?|(test|describe)\.(only|skip|todo))\(/m;
  expect(pathsOf(tests.filter(({ text }) => other.test(text)))).toEqual([]);
});

test('every view that makes a message is tested with hostile text and for its size', () => {
  const views = src.filter(
    ({ path, text }) =>
      path.startsWith('src/slack/views/') && /^(?:export function .*|\)): Message \{/m.test(text),
  );
  expect(views.length).toBeGreaterThan(8);
  for (const name of ['outside-text', 'budget']) {
    const suite = tests.find(({ path }) => path === `test/slack/views/${name}.test.ts`);
    const shown = new Set(suite?.imports.map(({ from }) => from));
    expect(pathsOf(views.filter(({ path }) => !shown.has(path)))).toEqual([]);
  }
});

// ---- The terms of comments ---------------------------------------------------------------------------------

/** Write instead: Payout Desk (the product), a replica (a process), expires, an approval, emergency approval; plain words. */
const OLD_TERMS =
  /(?<!payout[ -])\bdesks?\b|\blaps(e|es|ed)\b|\bbreak(ing)? glass\b|\bvotes?\b|\bvoters?\b|\b(whoever|shall|anew|unless told|all the same|for good)\b/i;

/** Every comment, without code and names in backticks. */
function commentsOf(text: string): string[] {
  return [...text.matchAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm)].map(([comment]) =>
    comment.replace(/`[^`]*`/g, ''),
  );
}

test('comments use the terms of the field', () => {
  const old = all.flatMap(({ path, text }) =>
    commentsOf(text)
      .filter((comment) => OLD_TERMS.test(comment))
      .map((comment) => `${path}: “${OLD_TERMS.exec(comment)?.[0]}” in ${comment.replace(/\s+/g, ' ')}`),
  );
  expect(old).toEqual([]);
});

test('the search finds old terms, and leaves names in backticks alone', () => {
  const source = (...words: string[]): string =>
    ['a = 1; //', ...words, '\n/**', ...words, '\n * soon */'].join(' ');
  const found = (text: string): boolean[] => commentsOf(text).map((comment) => OLD_TERMS.test(comment));
  expect(found(source('asks', 'the', 'desk'))).toEqual([true, true]);
  expect(found(source('Payout Desk reads `BREAK_GLASS`.'))).toEqual([false, false]);
});
