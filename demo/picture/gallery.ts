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
/** A picture higher than this is hard to look at; the next one goes on. */
const SHOWN_AT_ONCE = { phone: 12, desktop: 8 } as const;

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
    // The renderer reads formatting into plain text, where Slack reads none: masked digits keep their asterisks.
    blocks: JSON.parse(
      JSON.stringify(golden.blocks).replace(/\*{2,}/g, (stars) => '\u2217'.repeat(stars.length)),
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

function page(
  articles: readonly string[],
  theme: (typeof THEMES)[number],
  width: number,
  columns: number,
): string {
  return `<!doctype html><html data-theme="${theme}" class="${theme}"><meta charset="utf-8"><style>${styles}</style><style>
  body { margin: 0; padding: 12px; column-count: ${columns}; column-gap: 12px; width: ${columns * (width + 12)}px;
         font-family: Lato, "DejaVu Sans", sans-serif; background: ${theme === 'dark' ? '#0f1113' : '#e9ebee'} }
  article { break-inside: avoid; margin: 0 0 16px; width: ${width}px }
  .shown { overflow: hidden; border-radius: 8px; padding: 4px 10px; background: ${theme === 'dark' ? '#1a1d21' : 'white'}; color: ${theme === 'dark' ? '#d1d2d3' : '#1d1c1d'} }
  .shown > div { border: 0 !important; padding: 0 !important; width: 100% !important; max-width: none !important }
  h1 { font: 11px monospace; margin: 0 0 2px; color: #888 } h2 { font-size: 16px; margin: 4px 0 }
  .push { font-size: 12px; margin: 0 0 4px; padding: 6px 8px; border-radius: 10px; background: ${theme === 'dark' ? '#333' : '#fff8dc'}; color: ${theme === 'dark' ? '#ddd' : '#333'} }
  .button { border: 1px solid #999; border-radius: 4px; padding: 3px 10px; font-size: 13px }
</style><body>${articles.join('')}</body></html>`;
}

const out = resolve(process.argv[2] ?? 'reports/pictures');
await mkdir(out, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'payout-desk-pictures-'));
const all = await readGoldens();
try {
  for (const device of ['phone', 'desktop'] as const) {
    for (const theme of THEMES) {
      const atOnce = SHOWN_AT_ONCE[device];
      for (let from = 0; from < all.length; from += atOnce) {
        const articles = all.slice(from, from + atOnce).map((golden) => draw(golden, theme));
        const html = join(folder, 'page.html');
        await writeFile(html, page(articles, theme, WIDTHS[device], COLUMNS[device]));
        const picture = join(out, `${device}-${theme}-${String(from / atOnce + 1).padStart(2, '0')}.png`);
        await promisify(execFile)(process.env['CHROMIUM'] ?? 'chromium', [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-background-networking',
          '--hide-scrollbars',
          `--user-data-dir=${join(folder, 'browser')}`,
          `--window-size=${COLUMNS[device] * (WIDTHS[device] + 12) + 24},2400`,
          `--screenshot=${picture}`,
          `file://${html}`,
        ]);
        process.stdout.write(`${picture}\n`);
      }
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
