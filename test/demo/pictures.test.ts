/** Owns the making of pictures: a browser is found or missed in one line, sheets, palettes and the animated picture. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { animate } from '../../demo/picture/animation.ts';
import { findChromium, NO_BROWSER } from '../../demo/picture/chromium.ts';
import { sheetsOf } from '../../demo/picture/goldens.ts';
import { indexesOf, paletteOf } from '../../demo/picture/palette.ts';
import { smallPng } from '../../demo/picture/small-png.ts';
import { ROOT } from '../house/sources.ts';

describe('the browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'payout-desk-browser-'));
  const program = (path: string, mode = 0o755): string => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    chmodSync(file, mode);
    return file;
  };
  const home = join(folder, 'home');
  const system = program('bin/google-chrome');
  const own = program('own/chromium');
  const older = program('home/.cache/ms-playwright/chromium-999/chrome-linux/chrome');
  const newer = program('home/.cache/ms-playwright/chromium-1200/chrome-linux/chrome');
  const PATH = join(folder, 'bin');

  test('is that of CHROMIUM, by path or by name, and no other then', () => {
    expect(findChromium({ PATH, CHROMIUM: own }, home)).toBe(own);
    expect(findChromium({ PATH, CHROMIUM: 'google-chrome' }, home)).toBe(system);
    expect(findChromium({ PATH, CHROMIUM: join(folder, 'none') }, home)).toBeUndefined();
  });
  test('is the system’s before Playwright’s, the newest of those', () => {
    expect(findChromium({ PATH }, home)).toBe(system);
    expect([newer, older]).toContain(findChromium({ PATH: '' }, home));
    expect(findChromium({ PATH: '' }, home)).toBe(newer);
  });
  test('is a program: a file that cannot be run is passed over', () => {
    const data = program('data/chromium', 0o644);
    expect(findChromium({ PATH: dirname(data) }, join(folder, 'nobody'))).toBeUndefined();
  });
  test('that is missing ends `npm run pictures` in one line, with exit code 1', () => {
    const ended = spawnSync(process.execPath, [join(ROOT, 'demo/picture/main.ts')], {
      env: { PATH: folder, HOME: folder, CHROMIUM: join(folder, 'none') },
      encoding: 'utf8',
    });
    expect(ended.stderr.replace(/^\(.*\n/gm, '')).toBe(`${NO_BROWSER}\n`);
    expect(ended.status).toBe(1);
  });
  test.each([['--what'], ['--only', 'cats']])('%s: how it is used, and exit code 64', (...given) => {
    const ended = spawnSync(process.execPath, [join(ROOT, 'demo/picture/main.ts'), ...given], {
      env: { PATH: folder, HOME: folder },
      encoding: 'utf8',
    });
    expect(ended.stderr).toContain('npm run pictures -- --all');
    expect(ended.status).toBe(64);
  });
});

test('sheets keep the order, lose nothing, and are as few and as low as they can be', () => {
  const names = Array.from({ length: 40 }, (_none, at) => `golden ${at}`);
  const heights = names.map((_name, at) => 100 + ((at * 37) % 400));
  const sheets = sheetsOf(names, heights, 3);
  expect(sheets.flat(2)).toEqual(names);
  for (const sheet of sheets) expect(sheet.length).toBeLessThanOrEqual(3);
  const all = heights.reduce((sum, height) => sum + height, 0);
  expect(sheets).toHaveLength(Math.ceil(all / 3 / 2_400));
  expect(sheetsOf(['one', 'two', 'three'], [500, 300, 100], 2)).toEqual([[['one'], ['two', 'three']]]);
});

/** A picture of these colours, one a column. */
function stripes(colors: readonly [number, number, number][], height = 4): PNG {
  const png = new PNG({ width: colors.length, height });
  for (let y = 0; y < height; y += 1)
    for (const [x, color] of colors.entries()) png.data.set([...color, 255], (y * colors.length + x) * 4);
  return png;
}

const RED = [200, 20, 40] as const;
const CREAM = [250, 248, 242] as const;
const WHITE = [255, 255, 255] as const;
const TINTS = [[...WHITE], [...CREAM], [...RED]] satisfies [number, number, number][];

test('what most pixels have keeps its colour, however near another is', () => {
  const many = Array.from({ length: 4_000 }, (_none, at): [number, number, number] => [
    (at * 7) % 256,
    (at * 13) % 256,
    (at * 29) % 256,
  ]);
  const flat = Array.from({ length: 900 }, (_none, at) => (at % 2 ? TINTS[0]! : TINTS[1]!));
  const { data } = stripes([...flat, ...many]);
  const palette = paletteOf(data, 256);
  expect(palette.length).toBeLessThanOrEqual(256);
  expect(palette).toContainEqual([...CREAM]);
  expect(palette).toContainEqual([...WHITE]);
  const indexes = indexesOf(data, palette);
  expect(palette[indexes[0]!]).toEqual([...CREAM]);
  expect(palette[indexes[1]!]).toEqual([...WHITE]);
});

test('a small picture is the same picture', () => {
  const png = stripes(TINTS);
  const small = smallPng(PNG.sync.write(png));
  const read = PNG.sync.read(small);
  expect([read.width, read.height]).toEqual([png.width, png.height]);
  expect(read.data.equals(png.data)).toBe(true);
  expect(small.includes('PLTE')).toBe(true);
});

test('the animated picture has each frame that differs, for as long as it is looked at', () => {
  const frame = (colors: [number, number, number][], forMs: number) => ({
    png: PNG.sync.write(stripes(colors)),
    forMs,
  });
  const [white, cream, red] = TINTS;
  const gif = Buffer.from(
    animate([frame([white!, cream!], 500), frame([white!, cream!], 250), frame([white!, red!], 1_000)]),
  );
  expect(gif.subarray(0, 6).toString()).toBe('GIF89a');
  expect([gif.readUInt16LE(6), gif.readUInt16LE(8)]).toEqual([2, 4]);
  // Graphic control extensions: the delay of each frame in hundredths of a second.
  const delays: number[] = [];
  for (let at = gif.indexOf('21f904', 0, 'hex'); at >= 0; at = gif.indexOf('21f904', at + 1, 'hex'))
    delays.push(gif.readUInt16LE(at + 4));
  expect(delays).toEqual([75, 100]);
  // It begins again after the last.
  expect(gif.includes('NETSCAPE2.0')).toBe(true);
});

test('every picture of the documents is there, and small enough to be looked at on the way', async () => {
  const pages = await Promise.all(
    ['README.md', 'docs/tour.md', 'docs/pictures.md'].map(async (page) => ({
      page,
      text: await readFile(join(ROOT, page), 'utf8'),
    })),
  );
  const named = pages.flatMap(({ page, text }) =>
    [...text.matchAll(/(?:\]\(|src="|srcset=")([^)"]+\.(?:png|gif))/g)].map(([, file = '']) =>
      join(ROOT, dirname(page), file),
    ),
  );
  expect(named.length).toBeGreaterThan(10);
  const sizes = await Promise.all([...new Set(named)].map(async (file) => (await stat(file)).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(12_000_000);
  expect(Math.max(...sizes)).toBeLessThan(3_000_000);
});
