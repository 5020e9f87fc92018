/** Owns the vocabulary of what people read: no sentence in the product uses a word, quote or spelling that the glossary rules out. */

import { expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { sourcesOf } from './sources.ts';

/** What must not be read, and what to write instead. */
const RULES: readonly [name: string, pattern: RegExp, instead: string][] = [
  ['the desk', /\b(the|this|that|every|a) desk\b|(?<!Payout )\bdesk[’']s\b/i, 'Payout Desk'],
  ['lapse', /\blaps(e|ed|es|ing)\b/i, 'expires, expired'],
  ['four eyes', /\bfour[- ]eyes\b/i, 'maker-checker, in the help alone'],
  ['break glass', /\bbreak(s|ing)?[- ]glass\b/i, 'emergency approval'],
  ['alone', /\balone\b/i, 'emergency approval; only visible to you'],
  ['a cancel', /\b(a|an|the|this|that|every|another|your|for) cancel\b(?! link)/i, 'cancellation'],
  ['cancel request', /\bcancel requests?\b|\bthe cancelling\b/i, 'cancellation request'],
  ['asked by', /\basked by\b|\bapproval asked\b|\basks? (for a|a second)\b/i, 'requested by; request'],
  ['notify again', /\bnotif(y|ied) again\b/i, 'send a reminder'],
  ['any more', /\bany ?more\b/i, 'no longer'],
  ['not told', /\b(not|did not) (told|tell)\b/i, 'unknown; did not report'],
  [
    'literary',
    /\b(whoever|whatever|shall|is owed|stands|met a problem|all the same|may or may not)\b/i,
    'plain words',
  ],
  [
    'setting name',
    /\b(VIEWERS|OPERATORS|APPROVERS|ADMINS|APPROVAL_CHANNEL|NOTIFY_COOLDOWN)\b/,
    'Contact your administrator.',
  ],
  ['e-mail', /\be-mail/i, 'email'],
  ['id', /(?<![\w.:])[Ii]ds?(?![\w.:])/, 'ID'],
  ['exclamation mark', /(?<!<)!(?!=)/, 'a full stop'],
  [
    'contraction',
    /n[’']t\b|\b(I|you|we|they|it|he|she|that|there|here|who|what|let)[’'](s|re|ve|ll|d|m)\b/i,
    'both words',
  ],
  ['straight quote', /['"]/, 'curly quotes ’ “ ”'],
];

/** Files whose texts may reach a person; mask.ts holds patterns, no sentences. */
const READ = /^src\/(slack\/|instantpay\/|payouts\/(?!mask\.ts)|store\/failure\.ts)/;

/** Calls and keys whose texts no person reads: log lines, patterns, keys of the audit, what was typed. */
const UNREAD_CALLS =
  /\b(log|logger)\b.*\.(trace|debug|info|warn|error|fatal)$|(RegExp|Set|RangeError|TypeError|\w+\.(split|join|startsWith|endsWith|includes|describe|createHash|update|digest))$/;
const UNREAD_KEYS = new Set(['action', 'outcome', 'what', 'usage', 'examples', 'kind', 'type', 'from']);

type Node = Record<string, unknown> & { type: string; start: number };

/** A text with the place it stands at. */
interface Text {
  at: string;
  words: string;
}

function textsOf(path: string, source: string): Text[] {
  const texts: Text[] = [];
  const add = (node: Node, words: string): void => {
    const line = source.slice(0, node.start).split('\n').length;
    // One word is a key, a label or a unit; what people read as a sentence has spaces. Typed commands are no sentences.
    if (/\s\S/.test(words.trim()) && !words.startsWith('/payout '))
      texts.push({ at: `${path}:${line}`, words });
  };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isNode(value)) return;
    if (isUnread(value, source)) return;
    if (value.type === 'Literal' && typeof value['value'] === 'string') add(value, value['value']);
    if (value.type === 'TemplateLiteral') {
      const quasis = Array.isArray(value['quasis']) ? value['quasis'].filter(isNode) : [];
      add(value, quasis.map((quasi) => source.slice(quasi.start, Number(quasi['end']))).join(' … '));
    }
    for (const key of Object.keys(value)) visit(value[key]);
  };
  visit(parseAst(source, { lang: 'ts' }));
  return texts;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function isUnread(node: Node, source: string): boolean {
  const textOf = (part: unknown): string => {
    if (!isNode(part)) return '';
    return source.slice(part.start, Number(part['end']));
  };
  if (/^(Import|ExportAll|TS)/.test(node.type)) return !/^TS(As|Satisfies|NonNull)/.test(node.type);
  if (node.type === 'CallExpression' || node.type === 'NewExpression')
    return UNREAD_CALLS.test(textOf(node['callee']).replace(/\s+/g, ''));
  if (node.type === 'Property') return UNREAD_KEYS.has(textOf(node['key']));
  return node.type === 'SwitchCase' ? false : node.type === 'BinaryExpression' && node['operator'] !== '+';
}

function complaints({ at, words }: Text): string[] {
  return RULES.filter(([, pattern]) => pattern.test(words)).map(
    ([name, , instead]) => `${at} “${words.replace(/\s+/g, ' ').trim()}”: ${name} -> ${instead}`,
  );
}

test('no text that people read breaks the glossary', () => {
  const found = sourcesOf('src')
    .filter(({ path }) => READ.test(path))
    .flatMap(({ path, text }) => textsOf(path, text))
    .flatMap(complaints);
  expect(found).toEqual([]);
});

test('the search finds texts in every form, and no key, log line or typed command', () => {
  const source = [
    "import { x } from 'the desk';",
    "const plain = 'The desk lapses.';",
    'const built = md`Break glass: ${x} cannot be approved alone!`;',
    "log.info({ a: 'the desk' }, 'the desk lapsed');",
    "const row = { action: 'cancel request expired', usage: '/payout cancel \"Asha Rao\"' };",
    "throw new Forbidden('You can\\'t ask for a cancel any more.');",
  ].join('\n');
  const found = textsOf('src/x.ts', source).flatMap(complaints);
  expect(found.map((complaint) => complaint.replace(/ “.*”:(.*) -> .*$/, ':$1'))).toEqual([
    'src/x.ts:2: the desk',
    'src/x.ts:2: lapse',
    'src/x.ts:3: break glass',
    'src/x.ts:3: alone',
    'src/x.ts:3: exclamation mark',
    'src/x.ts:6: a cancel',
    'src/x.ts:6: asked by',
    'src/x.ts:6: any more',
    'src/x.ts:6: contraction',
    'src/x.ts:6: straight quote',
  ]);
});
