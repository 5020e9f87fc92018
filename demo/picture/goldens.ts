/** Owns the sheets of golden messages, forms and Homes, drawn as the page draws them. */

import { readdir, readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { readMrkdwn } from '../../fakes/slack/mrkdwn.ts';
import { drawMessage, drawView, type DrawNames } from '../page/render/draw.ts';
import type { Look } from './looks.ts';

/** In CSS pixels: a phone, and Slack's column on a desktop. */
const WIDTHS = { phone: 390, desktop: 640 } as const;
const GAP = 16;
/** In CSS pixels: a higher picture is hard to look at, so the next one goes on. */
const SHEET_HEIGHT = 2_400;

const golden = z.object({
  /** As a notification and a screen reader read it; undefined for forms and Home. */
  text: z.string().optional(),
  type: z.enum(['modal', 'home']).optional(),
  title: z.object({ text: z.string() }).optional(),
  submit: z.object({ text: z.string() }).optional(),
  close: z.object({ text: z.string() }).optional(),
  blocks: z.array(z.record(z.string(), z.unknown())),
});
type Golden = z.output<typeof golden> & { name: string };

const FOLDER = new URL('../../test/slack/views/golden/', import.meta.url);
const CSS = new URL('../page/browser/page.css', import.meta.url);

const PEOPLE: Readonly<Record<string, string>> = {
  U0REQ: 'Meera Iyer',
  U0APP: 'Vikram Shah',
  U0AP2: 'Farah Khan',
  U0DEP: 'Dev Menon',
  U0ADM: 'Kavya Nair',
  U0ADMIN: 'Kavya Nair',
  U0OPS: 'Asha Rao',
  S0FIN: 'finance',
  S0FINANCE: 'finance',
  C0DIGESTS: 'payout-digests',
  C0APPROVALS: 'payout-approvals',
};
const nameOf = (id: string): string => PEOPLE[id] ?? id;
const NAMES: DrawNames = {
  user: nameOf,
  channel: nameOf,
  group: nameOf,
  people: ['U0APP', 'U0AP2', 'U0DEP'].map((id) => ({ id, name: nameOf(id) })),
  channels: ['C0DIGESTS', 'C0APPROVALS'].map((id) => ({ id, name: nameOf(id) })),
};

/** Every golden of such a name, in the order of the names. */
export async function readGoldens(wanted: RegExp): Promise<Golden[]> {
  const names = (await readdir(FOLDER)).map((file) => file.replace(/\.json$/, ''));
  return await Promise.all(
    names
      .filter((name) => wanted.test(name))
      .toSorted()
      .map(async (name) => ({
        ...golden.parse(JSON.parse(await readFile(new URL(`${name}.json`, FOLDER), 'utf8'))),
        name,
      })),
  );
}

/** What comes by a channel or a direct message; an answer that only one person sees has no push. */
const PUSHED = /^(card-|digest(?!-(show|duplicates))|escalation-|nudge$|requester-)/;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function draw(one: Golden, device: Look['device']): string {
  const { name, text, type, title, submit, close } = one;
  const blocks = one.blocks;
  if (type !== undefined) {
    const body = drawView({ id: name, view: { type, blocks }, chosen: {}, errors: {} }, NAMES);
    const buttons = [
      ...(close ? [`<span class="button">${escape(close.text)}</span>`] : []),
      ...(submit ? [`<span class="button primary">${escape(submit.text)}</span>`] : []),
    ].join('');
    const head = title ? `<div class="form-head"><h2>${escape(title.text)}</h2></div>` : '';
    const end = buttons ? `<div class="dialog-buttons">${buttons}</div>` : '';
    return `<div class="form">${head}<div class="form-body drawn">${body}</div>${end}</div>`;
  }
  const body = drawMessage({ channel: 'C0', ts: name, text: text ?? '', blocks, unfurls: {} }, NAMES);
  const push =
    device === 'phone' && text !== undefined && PUSHED.test(name)
      ? `<div class="lock"><div class="push"><span class="push-head">Slack · Payout Desk</span><span class="push-text">${escape(readMrkdwn(text, NAMES))}</span></div></div>`
      : '';
  return `${push}<div class="message"><article><span class="avatar bot">₹</span><div class="message-main"><p class="by"><strong>Payout Desk</strong><span class="tag">app</span><time>10:00</time></p><div class="drawn">${body}</div></div></article></div>`;
}

const STYLE = `
  html, body { height: auto } body { display: flex; gap: ${GAP}px; align-items: flex-start; padding: ${GAP}px; overflow: visible; width: max-content }
  .sheet-column { display: grid; gap: ${GAP}px }
  .golden { overflow: hidden; background: var(--panel); border: 1px solid var(--line); border-radius: 10px }
  .golden .lock { background: linear-gradient(165deg, #22406b, #2a2147); padding: 12px }
  .golden .form > .dialog-buttons { display: flex } .form-body { overflow: visible }
  .named { font: 11px monospace; color: var(--soft); padding: 4px 10px 0 }`;

interface SheetOptions {
  look: Look;
  goldens: readonly Golden[];
  columns: number;
  /** Into as many pictures as it takes to keep each low; otherwise one. */
  isSplit: boolean;
}

/** Draws each golden with the name of its file above it. */
export async function drawSheets(
  browser: Browser,
  { look, goldens, columns, isSplit }: SheetOptions,
): Promise<Buffer[]> {
  const width = WIDTHS[look.device];
  const page = await browser.newPage({
    // As wide as the page on a desktop, which has other buttons on a narrow one.
    viewport: { width: Math.max(1280, columns * (width + GAP) + GAP), height: 800 },
    colorScheme: look.theme,
  });
  const css = await readFile(CSS, 'utf8');
  const html = (sheet: readonly (readonly string[])[]): string =>
    `<!doctype html><html lang="en"><meta charset="utf-8"><style>${css}${STYLE}.golden { width: ${width}px }</style><body>${sheet.map((column) => `<div class="sheet-column ${look.device === 'phone' ? 'phone' : ''}">${column.join('')}</div>`).join('')}</body></html>`;
  try {
    const drawn = goldens.map(
      (one) => `<section class="golden"><p class="named">${one.name}</p>${draw(one, look.device)}</section>`,
    );
    await page.setContent(html([drawn]));
    const boxes = await Promise.all((await page.locator('.golden').all()).map((one) => one.boundingBox()));
    const heights = boxes.map((box) => box?.height ?? 0);
    const pictures: Buffer[] = [];
    for (const sheet of sheetsOf(drawn, heights, columns, isSplit ? SHEET_HEIGHT : Infinity)) {
      await page.setContent(html(sheet));
      pictures.push(await page.locator('body').screenshot());
    }
    return pictures;
  } finally {
    await page.close();
  }
}

/** Fills columns from the top, and sheets from the left, in order: as few sheets as it takes, and those as low. */
export function sheetsOf<Drawn>(
  drawn: readonly Drawn[],
  heights: readonly number[],
  columns: number,
  highest: number = SHEET_HEIGHT,
): Drawn[][][] {
  const fewest = fill(drawn, heights, columns, highest);
  const all = heights.reduce((sum, height) => sum + height + GAP, 0);
  for (let room = all / columns / fewest.length; room < Math.min(highest, all); room *= 1.03) {
    const sheets = fill(drawn, heights, columns, room);
    if (sheets.length === fewest.length) return sheets;
  }
  return fewest;
}

function fill<Drawn>(
  drawn: readonly Drawn[],
  heights: readonly number[],
  columns: number,
  room: number,
): Drawn[][][] {
  const sheets: Drawn[][][] = [];
  let filled = Infinity;
  for (const [at, one] of drawn.entries()) {
    const height = (heights[at] ?? 0) + GAP;
    let sheet = sheets.at(-1);
    if (!sheet || filled + height > room) {
      filled = 0;
      if (!sheet || sheet.length === columns) sheets.push((sheet = []));
      sheet.push([]);
    }
    sheet.at(-1)?.push(one);
    filled += height;
  }
  return sheets;
}
