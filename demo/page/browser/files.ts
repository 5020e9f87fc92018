/** Owns files in messages: a picture with its alt text, the first rows of a CSV file, and the way to download it. */

import type { PageFile } from '../protocol.ts';
import { el } from './elements.ts';

const ROWS = 5;
const COLUMNS = 7;

export function drawFile(file: PageFile): HTMLElement {
  const address = `/files/${encodeURIComponent(file.id)}`;
  const name = el('strong', {}, file.title || file.name);
  if (file.kind === 'picture')
    return el(
      'figure',
      { class: 'file' },
      el('img', { src: address, alt: file.altText, loading: 'lazy' }),
      el('figcaption', {}, name),
    );
  const preview = el('div', {
    class: 'table',
    tabindex: '0',
    role: 'region',
    'aria-label': `First rows of ${file.name}`,
  });
  const download = el('a', { href: address, download: file.name, class: 'button' }, 'Download');
  const head = el('p', { class: 'file-head' }, name, el('span', {}, file.name), download);
  if (file.kind !== 'csv') return el('div', { class: 'file' }, head);
  void showRows(address, preview);
  return el('div', { class: 'file' }, head, preview);
}

async function showRows(address: string, preview: HTMLElement): Promise<void> {
  const answer = await fetch(address).catch(() => undefined);
  if (!answer?.ok) return preview.remove();
  const rows = rowsOf(await answer.text());
  const [head = [], ...rest] = rows;
  const cells = (row: readonly string[], tag: 'th' | 'td'): HTMLElement[] =>
    row.slice(0, COLUMNS).map((cell) => el(tag, tag === 'th' ? { scope: 'col' } : {}, cell));
  const left = rest.length - ROWS;
  preview.append(
    el(
      'table',
      {},
      el('thead', {}, el('tr', {}, ...cells(head, 'th'))),
      el('tbody', {}, ...rest.slice(0, ROWS).map((row) => el('tr', {}, ...cells(row, 'td')))),
    ),
  );
  if (left > 0)
    preview.append(el('p', { class: 'hint' }, left === 1 ? '… 1 more row' : `… ${left} more rows`));
}

/** Rows and cells of a CSV text; a quoted cell may hold commas, quotes and line breaks. */
export function rowsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/gy;
  const body = text.replace(/^\ufeff/, '');
  for (;;) {
    const found = cell.exec(body);
    if (!found) return rows;
    const [, quoted, plain = '', end] = found;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    if (end === '' || cell.lastIndex >= body.length) return rows;
  }
}
