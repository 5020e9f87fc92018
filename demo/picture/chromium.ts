/** Owns finding a Chromium on this machine, and opening it without anything of its user. */

import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

export const NO_BROWSER =
  'No Chromium was found. Install Chromium or Chrome, or set CHROMIUM to the path of one.';

/** As packages and installers call it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const MAC_APPS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
/** Inside a folder such as chromium-1200 of Playwright's cache. */
const IN_CACHE = [
  'chrome-linux/chrome',
  'chrome-linux64/chrome',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
];

type Env = Readonly<Record<string, string | undefined>>;

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Returns the path of a browser: that of CHROMIUM alone when it is set, else the system's, else Playwright's. */
export function findChromium(env: Env = process.env, home = homedir()): string | undefined {
  const wanted = env['CHROMIUM'];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const inPath = (name: string): string[] => folders.map((folder) => join(folder, name));
  if (wanted) return (wanted.includes('/') ? [wanted] : inPath(wanted)).find(isProgram);
  return [...NAMES.flatMap(inPath), ...MAC_APPS, ...cached(env, home)].find(isProgram);
}

function cached(env: Env, home: string): string[] {
  const caches = [
    env['PLAYWRIGHT_BROWSERS_PATH'] ?? '',
    join(home, '.cache/ms-playwright'),
    join(home, 'Library/Caches/ms-playwright'),
  ].filter((folder) => folder !== '');
  return caches.flatMap((cache) => {
    const versions = namesIn(cache).filter((name) => /^chromium-\d+$/.test(name));
    return versions.toSorted(newestFirst).flatMap((name) => IN_CACHE.map((path) => join(cache, name, path)));
  });
}

const newestFirst = (one: string, other: string): number => other.localeCompare(one, 'en', { numeric: true });

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Rejects with one sentence when there is no browser. */
export async function openChromium(path = findChromium()): Promise<Browser> {
  if (path === undefined) throw new Error(NO_BROWSER);
  return await chromium.launch({
    executablePath: path,
    // In containers the process is often root, which Chromium's sandbox refuses; only pages of this machine are opened.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--font-render-hinting=none'],
  });
}
