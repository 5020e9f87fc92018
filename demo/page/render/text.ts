/** Owns how Slack reads text: plain text as it stands, mrkdwn with its marks, mentions and links. React escapes both. */

import type { ReactNode } from 'react';
import type { JsonObject } from '../../../fakes/slack/json.ts';
import { objectOf, textOf } from '../../../fakes/slack/json.ts';
import type { DrawNames } from './drawing.ts';
import { h } from './drawing.ts';
import { emojiOf, withEmoji } from './emoji.ts';

/** A text object. Line breaks are kept by the style sheet (`white-space: pre-line`). */
export function drawText(text: unknown, names: DrawNames): ReactNode {
  const { type, text: words, emoji } = objectOf(text);
  if (type === 'mrkdwn') return drawMrkdwn(textOf(words), names);
  return emoji === false ? textOf(words) : withEmoji(textOf(words));
}

/** The same as words alone, for attributes and names. */
export function wordsOf(text: unknown): string {
  const { text: words, emoji } = objectOf(text);
  return emoji === false ? textOf(words) : withEmoji(textOf(words));
}

export function drawMrkdwn(text: string, names: DrawNames): ReactNode {
  return text
    .split(/(```[\s\S]*?```|^&gt; ?.*(?:\n&gt; ?.*)*$)/m)
    .map((part, at) => {
      if (at % 2 === 0) return inline(part, names);
      if (part.startsWith('```'))
        return h('pre', { key: at }, unescape(part.slice(3, -3).replace(/^\n/, '')));
      return h('blockquote', { key: at }, inline(part.replace(/^&gt; ?/gm, ''), names));
    })
    .filter((part) => part !== '');
}

/** The edges of a word, as in the local Slack: marks in the middle of a word format nothing. */
const SPAN = (mark: string): string =>
  `(?<=^|[^\\p{L}\\p{N}])${mark}(?=\\S)(?:[^\\n]*?\\S)??${mark}(?=$|[^\\p{L}\\p{N}])`;
const PIECE = new RegExp(
  `(\`[^\`\\n]+\`|<[^<>\\n]+>|${SPAN('\\*')}|${SPAN('_')}|${SPAN('~')}|:[a-z0-9_+-]+:)`,
  'gmu',
);
const TAGS: Readonly<Record<string, string>> = { '*': 'strong', _: 'em', '~': 's' };

function inline(text: string, names: DrawNames): ReactNode {
  const pieces = text.split(PIECE);
  if (pieces.length === 1) return unescape(text);
  return pieces.map((piece, at) => (at % 2 === 0 ? unescape(piece) : marked(piece, at, names)));
}

function marked(piece: string, key: number, names: DrawNames): ReactNode {
  const tag = TAGS[piece[0] ?? ''];
  const inner = piece.slice(1, -1);
  if (tag) return inner === '' ? piece : h(tag, { key }, inline(inner, names));
  if (piece.startsWith('`')) return h('code', { key }, unescape(inner));
  if (piece.startsWith(':')) return withEmoji(piece);
  return token(inner, key, names);
}

/** What stands between `<` and `>`. */
function token(inner: string, key: number, names: DrawNames): ReactNode {
  const [target = '', label] = inner.split('|', 2);
  if (/^@[UW]/.test(target)) return mention(`@${names.user(target.slice(1))}`, key);
  if (/^#[CG]/.test(target)) return mention(`#${names.channel(target.slice(1))}`, key);
  if (target.startsWith('!date^')) return unescape(label ?? '');
  if (target.startsWith('!subteam^')) {
    const id = target.slice('!subteam^'.length);
    return mention(label ?? `@${names.group?.(id) ?? id}`, key);
  }
  if (/^!(here|channel|everyone)$/.test(target)) return mention(`@${target.slice(1)}`, key);
  return link(unescape(target), unescape(label ?? target), key);
}

function mention(words: string, key: number): ReactNode {
  return h('span', { key, className: 'mention' }, unescape(words));
}

/** A link when it leads to the web; else its words alone. */
export function link(target: string, words: string, key?: number): ReactNode {
  if (!/^(https?:\/\/|mailto:|tel:)/i.test(target)) return words;
  return h('a', { key, href: target, target: '_blank', rel: 'noopener noreferrer' }, words);
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** An element of rich text that holds no others. */
export function drawLeaf(leaf: JsonObject, names: DrawNames, key: number): ReactNode {
  switch (leaf.type) {
    case 'text':
      return styled(textOf(leaf.text), leaf.style, key);
    case 'link':
      return link(textOf(leaf.url), textOf(leaf.text) || textOf(leaf.url), key);
    case 'user':
      return mention(`@${names.user(textOf(leaf.user_id))}`, key);
    case 'channel':
      return mention(`#${names.channel(textOf(leaf.channel_id))}`, key);
    case 'usergroup':
      return mention(`@${names.group?.(textOf(leaf.usergroup_id)) ?? textOf(leaf.usergroup_id)}`, key);
    case 'broadcast':
      return mention(`@${textOf(leaf.range)}`, key);
    case 'emoji':
      return emojiOf(textOf(leaf.name));
    case 'date':
      return textOf(leaf.fallback);
    default:
      return textOf(leaf.text) || `(${String(leaf.type)})`;
  }
}

function styled(words: string, style: unknown, key: number): ReactNode {
  const { bold, italic, strike, code } = objectOf(style);
  let drawn: ReactNode = words;
  for (const [on, tag] of [
    [code, 'code'],
    [strike, 's'],
    [italic, 'em'],
    [bold, 'strong'],
  ] as const)
    if (on === true) drawn = h(tag, { key }, drawn);
  return drawn;
}
