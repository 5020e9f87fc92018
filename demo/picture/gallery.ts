/**
 * Owns `npm run pictures`: renders every golden message, form and Home in light and dark, on a phone and on a desktop,
 * into the folder that is given, so that a change of what people see can be looked at.
 */

import '../../src/node-version.ts';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Message } from 'slack-blocks-to-jsx';

/** Widths in CSS pixels: a phone, and Slack's column on a desktop. */
const WIDTHS = { phone: 390, desktop: 720 } as const;
const THEMES = ['light', 'dark'] as const;
/** Columns on one picture. */
const COLUMNS = { phone: 4, desktop: 2 } as const;
/** In CSS pixels: a higher picture is hard to look at, so the next one goes on. */
const SHEET_HEIGHT = 2_400;
const PADDING = 12;
const BELOW_EACH = 16;

interface Golden {
  name: string;
  /** As a notification and a screen reader read it; undefined for forms and Home. */
  text?: string;
  type?: string;
  title?: { text: string };
  submit?: { text: string };
  close?: { text: string };
  blocks: readonly { type: string }[];
}

process.env['TZ'] = 'Asia/Kolkata';

const goldens = new URL('../../test/slack/views/golden/', import.meta.url);

async function readGoldens(): Promise<Golden[]> {
  const files = (await readdir(goldens)).filter((file) => file.endsWith('.json')).toSorted();
  return Promise.all(
    files.map(async (file) => ({
      ...JSON.parse(await readFile(new URL(file, goldens), 'utf8')),
      name: file.replace(/\.json$/, ''),
    })),
  );
}

function draw(golden: Golden, theme: (typeof THEMES)[number]): string {
  const shown = createElement(Message, {
    name: 'Payout Desk',
    logo: 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"%3E%3Crect width="36" height="36" rx="6" fill="%231d3557"/%3E%3Ctext x="18" y="25" font-size="19" text-anchor="middle" fill="white" font-family="sans-serif"%3E₹%3C/text%3E%3C/svg%3E',
    time: new Date('2026-11-20T10:00:00+05:30'),
    theme,
    // The renderer reads formatting into plain text, where Slack reads none: masked digits keep their asterisks, and
    // the minutes of a time are no emoji.
    blocks: JSON.parse(
      JSON.stringify(golden.blocks)
        .replace(/\*{2,}/g, (stars) => '\u2217'.repeat(stars.length))
        .replace(/(\d):(\d\d):(\d)/g, '$1\u2236$2\u2236$3'),
    ),
    data: { users: [], channels: [] },
  });
  const title = golden.title ? `<h2>${escape(golden.title.text)}</h2>` : '';
  const buttons = [golden.close, golden.submit].flatMap((label) =>
    label ? [`<span class="button">${escape(label.text)}</span>`] : [],
  );
  const push = golden.text ? `<p class="push">${escape(golden.text)}</p>` : '';
  return `<article><h1>${golden.name}</h1>${push}<div class="shown">${title}${renderToStaticMarkup(shown)}<p>${buttons.join(' ')}</p></div></article>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const styles = await readFile(
  createRequire(import.meta.url)
    .resolve('slack-blocks-to-jsx')
    .replace(/index\.\w+$/, 'style.css'),
  'utf8',
);

interface Look {
  theme: (typeof THEMES)[number];
  width: number;
}

/** `columns`: each with its articles. */
function page(columns: readonly (readonly string[])[], { theme, width }: Look): string {
  return `<!doctype html><html data-theme="${theme}" class="${theme}"><meta charset="utf-8"><style>${styles}</style><style>
  body { margin: 0; padding: ${PADDING}px; display: flex; gap: 12px; align-items: flex-start;
         font-family: Lato, "DejaVu Sans", sans-serif; background: ${theme === 'dark' ? '#0f1113' : '#e9ebee'} }
  article { margin: 0; padding: 0 0 ${BELOW_EACH}px; width: ${width}px }
  .shown { overflow: hidden; border-radius: 8px; padding: 4px 10px; background: ${theme === 'dark' ? '#1a1d21' : 'white'}; color: ${theme === 'dark' ? '#d1d2d3' : '#1d1c1d'} }
  .shown > div { border: 0 !important; padding: 0 !important; width: 100% !important; max-width: none !important }
  h1 { font: 11px monospace; margin: 0 0 2px; color: #888 } h2 { font-size: 16px; margin: 4px 0 }
  .push { font-size: 12px; margin: 0 0 4px; padding: 6px 8px; border-radius: 10px; background: ${theme === 'dark' ? '#333' : '#fff8dc'}; color: ${theme === 'dark' ? '#ddd' : '#333'} }
  .button { border: 1px solid #999; border-radius: 4px; padding: 3px 10px; font-size: 13px }
</style><body>${columns.map((articles) => `<div>${articles.join('')}</div>`).join('')}</body></html>`;
}

const MEASURE = `<script>document.documentElement.dataset.heights =
  [...document.querySelectorAll('article')].map(({ offsetHeight }) => offsetHeight).join()</script>`;

interface Sheet {
  columns: string[][];
  height: number;
}

/** An article that is higher than a sheet goes on in the next column. */
function partsOf(article: string, height: number): { part: string; height: number }[] {
  const room = SHEET_HEIGHT - 2 * PADDING;
  return Array.from({ length: Math.ceil(height / room) }, (_none, index) => {
    const shown = Math.min(room, height - index * room);
    const part = `<div style="height: ${shown}px; overflow: hidden"><div style="margin-top: -${index * room}px">${article}</div></div>`;
    return { part, height: shown };
  });
}

/** Fills columns from the top, and sheets from the left, in order. */
function sheetsOf(articles: readonly string[], heights: readonly number[], columns: number): Sheet[] {
  const sheets: Sheet[] = [];
  let filled = Infinity;
  for (const { part, height } of articles.flatMap((article, index) =>
    partsOf(article, heights[index] ?? 0),
  )) {
    let sheet = sheets.at(-1);
    if (!sheet || filled + height > SHEET_HEIGHT - 2 * PADDING) {
      filled = 0;
      if (!sheet || sheet.columns.length === columns) sheets.push((sheet = { columns: [], height: 0 }));
      sheet.columns.push([]);
    }
    sheet.columns.at(-1)?.push(part);
    filled += height;
    sheet.height = Math.max(sheet.height, filled + 2 * PADDING);
  }
  return sheets;
}

const out = resolve(process.argv[2] ?? 'reports/pictures');
await mkdir(out, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'payout-desk-pictures-'));

async function browse(html: string, ...options: readonly string[]): Promise<string> {
  const file = join(folder, 'page.html');
  await writeFile(file, html);
  const { stdout } = await promisify(execFile)(
    process.env['CHROMIUM'] ?? 'chromium',
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--hide-scrollbars',
      `--user-data-dir=${join(folder, 'browser')}`,
      ...options,
      `file://${file}`,
    ],
    { maxBuffer: 100_000_000 },
  );
  return stdout;
}

try {
  const all = await readGoldens();
  for (const device of ['phone', 'desktop'] as const) {
    for (const theme of THEMES) {
      const look = { theme, width: WIDTHS[device] };
      const articles = all.map((golden) => draw(golden, theme));
      const measured = await browse(page([articles], look) + MEASURE, '--dump-dom');
      const heights = /data-heights="([\d,]+)"/.exec(measured)?.[1]?.split(',').map(Number) ?? [];
      for (const [index, { columns, height }] of sheetsOf(articles, heights, COLUMNS[device]).entries()) {
        const picture = join(out, `${device}-${theme}-${String(index + 1).padStart(2, '0')}.png`);
        const width = COLUMNS[device] * (WIDTHS[device] + 12) + PADDING;
        await browse(page(columns, look), `--window-size=${width},${height}`, `--screenshot=${picture}`);
        process.stdout.write(`${picture}\n`);
      }
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
