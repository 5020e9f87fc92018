/** Owns rich text and tables: sections, lists, quotes, preformatted text, and cells. */

import type { ReactNode } from 'react';
import type { JsonObject } from '../../../fakes/slack/json.ts';
import { listOf, objectOf, objectsOf, textOf } from '../../../fakes/slack/json.ts';
import type { Drawing } from './drawing.ts';
import { h } from './drawing.ts';
import { drawLeaf, drawText } from './text.ts';

export function drawRichText(node: JsonObject, drawing: Drawing, key?: number): ReactNode {
  const inner = objectsOf(node.elements).map((element, at) =>
    Array.isArray(element.elements)
      ? drawRichText(element, drawing, at)
      : drawLeaf(element, drawing.names, at),
  );
  switch (node.type) {
    case 'rich_text':
      return h('div', { key, className: 'rich-text' }, inner);
    case 'rich_text_preformatted':
      return h('pre', { key, tabIndex: 0 }, inner);
    case 'rich_text_quote':
      return h('blockquote', { key }, inner);
    case 'rich_text_list':
      return h(
        node.style === 'ordered' ? 'ol' : 'ul',
        { key },
        inner.map((item, at) => h('li', { key: at }, item)),
      );
    default:
      return h('div', { key }, inner);
  }
}

export function drawTable(block: JsonObject, drawing: Drawing): ReactNode {
  const [head = [], ...rows] = listOf(block.rows).map((row) => objectsOf(row));
  const align = listOf(block.column_settings).map((column) => textOf(objectOf(column).align) || 'left');
  const cells = (row: readonly JsonObject[], tag: 'th' | 'td'): ReactNode[] =>
    row.map((cell, at) =>
      h(
        tag,
        { key: at, className: align[at], ...(tag === 'th' && { scope: 'col' }) },
        drawCell(cell, drawing),
      ),
    );
  return h(
    'div',
    { className: 'table', tabIndex: 0, role: 'region', 'aria-label': 'Table' },
    h(
      'table',
      null,
      h('thead', null, h('tr', null, cells(head, 'th'))),
      h(
        'tbody',
        null,
        rows.map((row, at) => h('tr', { key: at }, cells(row, 'td'))),
      ),
    ),
  );
}

function drawCell(cell: JsonObject, drawing: Drawing): ReactNode {
  if (cell.type === 'rich_text') return drawRichText(cell, drawing);
  return drawText({ ...cell, type: 'plain_text', emoji: false }, drawing.names);
}
