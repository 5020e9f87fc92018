/** Owns the habits of log lines: constant messages in lower case that grep finds; what varies is a field. */

import { expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { sourcesOf } from './sources.ts';

interface LogCall {
  path: string;
  /** The source text of each argument. */
  given: string[];
}

/** Every call of a level of a log: `log.warn(...)`, `options.log.error(...)`, `log[level](...)`. */
function logCalls(path: string, text: string): LogCall[] {
  const found: LogCall[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const each of node) visit(each);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    if (isCall(node)) {
      const callee = text.slice(node.callee.start, node.callee.end);
      if (/\blog(\.(trace|debug|info|warn|error|fatal)|\[[^\]]*\])$/s.test(callee)) {
        found.push({ path, given: node.arguments.map(({ start, end }) => text.slice(start, end)) });
      }
    }
    for (const value of Object.values(node)) visit(value);
  };
  visit(parseAst(text, { lang: 'ts' }));
  return found;
}

interface Span {
  start: number;
  end: number;
}

function isCall(node: object): node is { callee: Span; arguments: Span[] } {
  return 'type' in node && node.type === 'CallExpression' && 'callee' in node && 'arguments' in node;
}

/** Names keep their capitals. */
const NAMES = /\b(App Home|Bolt|InstantPay|Slack)\b/g;
const CONSTANT = /^'[a-z0-9 ,-]*'$/;

/** Messages that another constant of the file names. */
const NAMED = /^[a-z]\w*$/i;

const calls = sourcesOf('src').flatMap(({ path, text }) => logCalls(path, text));

test('the calls are found', () => {
  expect(calls.length).toBeGreaterThan(40);
});

test('a message is a constant in lower case without a full stop', () => {
  const bad = calls
    .map(({ path, given }) => ({ path, message: given.at(-1) ?? '' }))
    .filter(({ message }) => !NAMED.test(message) && !CONSTANT.test(message.replace(NAMES, '')))
    .map(({ path, message }) => `${path}: ${message}`);
  expect(bad).toEqual([]);
});

test('a message says what happened in plain words', () => {
  const literary = /^'(an?|the) |\b(somebody|nobody|person|found its way|passing word|did not take)\b/;
  const bad = calls
    .map(({ path, given }) => ({ path, message: given.at(-1) ?? '' }))
    .filter(({ message }) => literary.test(message))
    .map(({ path, message }) => `${path}: ${message}`);
  expect(bad).toEqual([]);
});
