/**
 * Owns the six scenes in a real browser: by pointer and by keyboard alone, as the guide says, without an error in the
 * console and without serious findings of axe. Needs a Chromium; without one it is left out, except where CHROMIUM is set.
 */

import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShow, type Show } from '../../demo/page/show.ts';
import { SCENES, type SceneId } from '../../demo/page/protocol.ts';
import { findChromium, openChromium } from '../../demo/picture/chromium.ts';
import { type Hands, keyboard, pointer } from './page-hands.ts';

const path = findChromium();
const isWanted = process.env['CHROMIUM'] !== undefined;
if (path === undefined && !isWanted)
  process.stdout.write('No Chromium was found: the page is not tried in a browser. Set CHROMIUM to one.\n');

/** Only what hangs runs into this: alone on a machine, a play takes twenty seconds. */
const HANGS_MS = 400_000;

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

let browser: Browser;
const shows: Show[] = [];
beforeAll(async () => {
  if (path !== undefined || isWanted) browser = await openChromium(path);
});
afterAll(async () => {
  await Promise.all([browser?.close(), ...shows.map((show) => show.close())]);
});

interface Opened {
  page: Page;
  /** Errors in its console, and those that nobody caught. */
  errors: string[];
}

async function open(address = '', viewport = WIDE): Promise<Opened> {
  const show = await openShow({ say: () => {} });
  shows.push(show);
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (line) => void (line.type() === 'error' && errors.push(line.text())));
  page.on('pageerror', ({ message }) => void errors.push(message));
  await page.goto(`${show.url}${address}`);
  await page.locator('#scenes li').last().waitFor({ state: 'attached' });
  return { page, errors };
}

type Doing = (page: Page, hands: Hands) => Promise<void>;

/** Goes where the step says, and uses what is pointed at. */
async function useWhatIsShown(page: Page, hands: Hands): Promise<void> {
  await hands.use(page.locator('#where'));
  await hands.use(page.locator('button.pointed, .pointed input').first());
}

const press: Doing = useWhatIsShown;
const wait: Doing = () => Promise.resolve();
const enter: Doing = async (page, hands) => {
  await hands.use(page.locator('#where'));
  await page.locator('#composer-text.pointed').waitFor();
  await hands.send();
};
const request: Doing = async (page, hands) => {
  await useWhatIsShown(page, hands);
  await hands.use(page.locator('#form input[value="duplicate"]'));
  await hands.use(page.locator('#form [data-act="submit"]'));
};
const confirm: Doing = async (page, hands) => {
  await useWhatIsShown(page, hands);
  await hands.use(page.locator('#confirm .dialog-buttons button').last());
};
const confirmFiveTimes: Doing = async (page, hands) => {
  await useWhatIsShown(page, hands);
  await hands.use(page.locator('#confirm .demo-only button'));
};
/** There is little time: straight to the button. */
const kill: Doing = (page, hands) => hands.use(page.locator('#kill'));
const pressOnceItRuns: Doing = async (page, hands) => {
  await page.locator('#desk[data-desk="running"]').waitFor();
  await useWhatIsShown(page, hands);
};

/** One for each step. */
const PLAY: Readonly<Record<SceneId, readonly Doing[]>> = {
  look: [enter, enter],
  cancel: [enter, request, confirm, confirmFiveTimes],
  unknown: [press, enter, request, confirm, wait, press],
  kill: [enter, request, confirm, kill, pressOnceItRuns],
  digest: [press, confirm, press, enter],
  audit: [enter, enter, wait],
};

/** Each scene by its button, each step as the guide says; InstantPay gets one cancel call for each cancellation. */
async function playAll(page: Page, hands: Hands, after: (scene: SceneId) => Promise<void>): Promise<void> {
  let calls = 0;
  for (const scene of SCENES) {
    await hands.use(page.locator(`#scenes [data-act="${scene}"]`));
    await page.locator(`#scenes [data-act="${scene}"][aria-current="step"]`).waitFor();
    expect(await page.locator('#steps li').count()).toBe(PLAY[scene].length);
    for (const [at, doing] of PLAY[scene].entries()) {
      const isDone = page.locator(`#steps li:nth-child(${at + 1}).done`);
      // What was seen in an earlier scene counts.
      if ((await isDone.count()) > 0) continue;
      try {
        await doing(page, hands);
        await isDone.waitFor({ state: 'attached' });
      } catch (error) {
        await page.screenshot({ path: `reports/page-${scene}-${at + 1}.png` });
        throw new Error(`step ${at + 1} of ${scene} was not done`, { cause: error });
      }
    }
    await page.locator(`#scenes [data-act="${scene}"].done`).waitFor();
    if (scene === 'cancel' || scene === 'unknown' || scene === 'kill') calls += 1;
    expect(await page.locator('#cancel-calls').textContent()).toBe(String(calls));
    await after(scene);
  }
}

/** What axe finds serious or critical, with where it is. In another theme nothing but colours is another. */
async function findingsOf(page: Page, isDark: boolean): Promise<string[]> {
  await page.evaluate(`window.axe === undefined && (() => { ${axe.source} })()`);
  const { violations }: axe.AxeResults = await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"] ${isDark ? ', runOnly: ["color-contrast"]' : ''} })`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

const inBrowser = test.runIf(path !== undefined || isWanted);

inBrowser.concurrent(
  'the six scenes by pointer; axe finds nothing serious, wide and narrow, light and dark',
  async () => {
    const { page, errors } = await open();
    const findings: string[] = [];
    await playAll(page, pointer(page), async (scene) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const viewport of [WIDE, NARROW]) {
          await page.setViewportSize(viewport);
          const found = await findingsOf(page, colorScheme === 'dark');
          findings.push(...found.map((one) => `${scene}, ${colorScheme}, ${viewport.width}: ${one}`));
        }
        await page.setViewportSize(WIDE);
      }
    });
    expect(findings).toEqual([]);
    expect(errors).toEqual([]);
  },
  HANGS_MS,
);

inBrowser.concurrent(
  'the six scenes by keyboard alone',
  async () => {
    const { page, errors } = await open();
    await playAll(page, keyboard(page), () => Promise.resolve());
    expect(errors).toEqual([]);
  },
  HANGS_MS,
);
