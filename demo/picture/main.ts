/**
 * Owns `npm run pictures`: plays the three minutes on the page of the demo, and draws it with every card, form, Home, digest
 * and push into docs/pictures; with `--all` every golden message and every moment of the page, into reports/pictures.
 */

import '../../src/node-version.ts';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { openShow } from '../page/show.ts';
import { animate } from './animation.ts';
import { createRecorder, takePictures } from './camera.ts';
import { NO_BROWSER, findChromium, openChromium } from './chromium.ts';
import { drawSheets, readGoldens } from './goldens.ts';
import { createHands } from './hands.ts';
import { type Look, LOOKS, VIEWPORTS } from './looks.ts';
import { playScenes } from './scenes.ts';
import { smallPng } from './small-png.ts';

const ROOT = join(import.meta.dirname, '../..');
const USAGE = `npm run pictures            cards, forms, Home, digests and the page, into docs/pictures
npm run pictures -- --all   also every other message and moment, into reports/pictures
                            --only cards or --only page: a part of it
`;

/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

/** What the documents show, by the beginning of the golden's name. */
const SETS = {
  cards: /^card-/,
  links: /^(link|transaction)s?(-|$)/,
  forms: /^form-/,
  home: /^home-/,
  digest: /^digest(-|$)/,
} as const;
const COLUMNS = { phone: 3, desktop: 2 } as const;

interface Task {
  browser: Browser;
  out: string;
  all: boolean;
}

async function save(out: string, name: string, picture: Uint8Array): Promise<void> {
  await writeFile(join(out, name), picture);
  process.stdout.write(`${join(out, name)} ${Math.ceil(picture.length / 1_024)} KB\n`);
}

const named = (what: string, { device, theme }: Look): string => `${what}-${device}-${theme}.png`;

async function drawCards({ browser, out, all }: Task): Promise<void> {
  const sets = all ? { all: /^/ } : SETS;
  for (const [set, wanted] of Object.entries(sets)) {
    const goldens = await readGoldens(wanted);
    for (const look of LOOKS) {
      const columns = COLUMNS[look.device];
      const sheets = await drawSheets(browser, { look, goldens, columns, isSplit: all });
      for (const [at, png] of sheets.entries()) {
        const name = all ? `${set}-${String(at + 1).padStart(2, '0')}` : set;
        await save(out, named(name, look), smallPng(png));
      }
    }
  }
}

/** What is looked at for less only leads to the next. */
const SHORT_MS = 800;

async function drawPage({ browser, out, all }: Task): Promise<void> {
  const show = await openShow({ say: () => {} });
  try {
    const page = await browser.newPage({
      viewport: VIEWPORTS.desktop,
      colorScheme: 'light',
      // What comes is there at once: a picture is never of half a movement.
      reducedMotion: 'reduce',
    });
    await page.goto(show.url);
    await page.locator('#people input').first().waitFor();
    const recorder = await createRecorder(browser, page);
    const hands = createHands(page, (target) => recorder.point(target));
    let at = 0;
    await playScenes({
      hands,
      administrator: show.stage.slack.people.admin.name,
      async moment(moment) {
        at += 1;
        await recorder.take(moment);
        const { picture, scene } = moment;
        if (all ? moment.forMs < SHORT_MS : !picture) return;
        const name = all ? `page-${String(at).padStart(2, '0')}-${scene}` : (picture?.name ?? scene);
        for (const { look, png } of await takePictures(hands, moment, LOOKS))
          await save(out, named(name, look), smallPng(png));
      },
    });
    await save(out, 'three-minutes.gif', animate(recorder.frames));
  } finally {
    await show.close();
  }
}

function readOptions(): { all: boolean; only: string | undefined } {
  const { all = false, only } = parseArgs({
    options: { all: { type: 'boolean' }, only: { type: 'string' } },
  }).values;
  if (only !== undefined && !['cards', 'page'].includes(only))
    throw new TypeError(`There is no part ${only}.`);
  return { all, only };
}

async function main({ all, only }: ReturnType<typeof readOptions>): Promise<number> {
  const path = findChromium();
  if (path === undefined) {
    process.stderr.write(`${NO_BROWSER}\n`);
    return 1;
  }
  process.env['TZ'] = 'Asia/Kolkata';
  const out = join(ROOT, all ? 'reports/pictures' : 'docs/pictures');
  await mkdir(out, { recursive: true });
  const browser = await openChromium(path);
  try {
    if (only !== 'page') await drawCards({ browser, out, all });
    if (only !== 'cards') await drawPage({ browser, out, all });
  } finally {
    await browser.close();
  }
  return 0;
}

let options: ReturnType<typeof readOptions> | undefined;
try {
  options = readOptions();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = EXIT_USAGE;
}
try {
  if (options) process.exitCode = await main(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
