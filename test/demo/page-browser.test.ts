/**
 * Owns the six scenes in a real browser: by pointer and by keyboard alone, as the guide says, without an error in the
 * console and without serious findings of axe. Needs a Chromium; without one it is left out, except where CHROMIUM is set.
 */

import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
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

const TABS = ['slack', 'phone', 'instantpay', 'guide'] as const;

type Doing = (page: Page, hands: Hands) => Promise<void>;

/** Goes where the step says, and uses what is pointed at. */
async function useWhatIsShown(page: Page, hands: Hands): Promise<void> {
  const shown = page.locator('button.pointed, .pointed input').first();
  await hands.use(page.locator('#where'));
  await hands.use(shown);
}

const press: Doing = useWhatIsShown;
const wait: Doing = () => Promise.resolve();
const enter: Doing = async (page, hands) => {
  await hands.use(page.locator('#where'));
  await page.locator('#composer-text.pointed').waitFor();
  await hands.send();
};
/** A message that is drawn again in between takes the press with it: people press once more. */
async function openBy(page: Page, hands: Hands, dialog: '#form' | '#confirm'): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await useWhatIsShown(page, hands);
    try {
      await page.locator(`${dialog}[open]`).waitFor({ timeout: 15_000 });
      return;
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
const request: Doing = async (page, hands) => {
  await openBy(page, hands, '#form');
  await hands.use(page.locator('#form input[value="duplicate"]'));
  await hands.use(page.locator('#form [data-act="submit"]'));
};
const confirm: Doing = async (page, hands) => {
  await openBy(page, hands, '#confirm');
  await hands.use(page.locator('#confirm .dialog-buttons button').last());
};
const confirmFiveTimes: Doing = async (page, hands) => {
  await openBy(page, hands, '#confirm');
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
  'the six scenes by pointer; axe finds nothing serious, wide in light and narrow in dark, or the other way round',
  async () => {
    const { page, errors } = await open();
    const findings: string[] = [];
    await playAll(page, pointer(page), async (scene) => {
      const at = SCENES.indexOf(scene);
      const [light, dark] = at % 2 === 0 ? [WIDE, NARROW] : [NARROW, WIDE];
      for (const [colorScheme, viewport] of [
        ['light', light],
        ['dark', dark],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        if (viewport === NARROW) await page.locator(`#tabs [data-tab="${TABS[at % TABS.length]}"]`).click();
        const found = await findingsOf(page, colorScheme === 'dark');
        findings.push(...found.map((one) => `${scene}, ${colorScheme}, ${viewport.width}: ${one}`));
      }
      await page.setViewportSize(WIDE);
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

inBrowser.concurrent(
  'a scene by its address; commands completed by keys; what is wrong in a form is said at its input; starting over',
  async () => {
    const { page, errors } = await open('#scene=unknown');
    await page.locator('#scenes [data-act="unknown"][aria-current="step"]').waitFor();
    const composer = page.locator('#composer-text');
    await composer.focus();
    await page.keyboard.type('/payout t');
    await page.keyboard.press('ArrowDown');
    expect(await composer.getAttribute('aria-activedescendant')).toBe('command-0');
    expect(await page.locator('#commands [aria-selected="true"] code').textContent()).toBe(
      '/payout track <link>',
    );
    await page.keyboard.press('Tab');
    expect(await composer.inputValue()).toBe('/payout track ');
    await composer.fill('/payout ');
    await page.keyboard.press('Escape');
    expect(await composer.getAttribute('aria-expanded')).toBe('false');

    await composer.fill(`/payout ${WELL_KNOWN_PEOPLE.issued.name}`);
    await page.keyboard.press('Enter');
    await page.locator('#messages [data-action="link.cancel"]').click();
    // What came is said to who does not see it.
    expect(await page.locator('#said').textContent()).toContain('Payout Desk in #payouts: ');
    const form = page.locator('#form');
    await form.locator('[data-act="submit"]').click();
    expect(await form.locator('fieldset .error').textContent()).toBe('Fill in this field.');
    await form.locator('input[value="other"]').check();
    await form.locator('[data-act="submit"]').click();
    const details = form.locator('textarea[aria-invalid="true"]');
    await details.waitFor();
    const describedBy = (await details.getAttribute('aria-describedby')) ?? '';
    const said = describedBy.split(' ').map((id) => page.locator(`[id="${id}"]`).textContent());
    expect((await Promise.all(said)).join(' ')).toMatch(/Details|reason/);
    // What was chosen outlives the form's next version.
    expect(await form.locator('input[value="other"]').isChecked()).toBe(true);
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'hidden' });

    const theme = page.locator('#theme');
    await theme.click();
    expect(await theme.getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');

    // Started over, Slack counts its forms from the beginning: one that was closed before is opened again.
    await page.locator('#reset').click();
    await page.locator('#welcome').waitFor();
    await composer.fill(`/payout ${WELL_KNOWN_PEOPLE.issued.name}`);
    await page.keyboard.press('Enter');
    await page.locator('#messages [data-action="link.cancel"]').click();
    await form.locator('input[value="other"]').waitFor();
    expect(errors).toEqual([]);
  },
  HANGS_MS,
);

inBrowser.concurrent(
  'on a phone nothing is wider than the screen, and what is pressed is 44 pixels high',
  async () => {
    const { page, errors } = await open('', NARROW);
    await page.locator('#composer-text').fill(`/payout ${WELL_KNOWN_PEOPLE.issued.name}`);
    await page.locator('#send').click();
    await page.locator('#messages [data-action="link.cancel"]').waitFor();
    // The second time as with a system's font that is wider than others.
    for (const spacing of ['0', '0.05em']) {
      await page.addStyleTag({ content: `* { letter-spacing: ${spacing} !important }` });
      for (const tab of TABS) {
        await page.locator(`#tabs [data-tab="${tab}"]`).click();
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect({ tab, width }).toEqual({ tab, width: NARROW.width });
        expect({ tab, small: await page.evaluate(TOO_SMALL) }).toEqual({ tab, small: [] });
      }
    }
    expect(errors).toEqual([]);
  },
  HANGS_MS,
);

/** Runs in the page: what is seen, can be pressed, and is lower than 44 pixels; a box counts with its label. */
const TOO_SMALL = `[...document.querySelectorAll('button, summary, select, input, a.button')]
  .map((one) => one.closest('label') ?? one)
  .filter((one) => one.offsetParent !== null && !one.closest('.for-readers'))
  .filter((one) => one.getBoundingClientRect().height < 43.5)
  .map((one) => one.outerHTML.slice(0, 120))`;

inBrowser.concurrent(
  'a line that is lost is found again',
  async () => {
    const { page } = await open();
    const show = shows.find(({ url }) => page.url().startsWith(url));
    const port = Number(new URL(page.url()).port);
    await show?.close();
    await page.locator('#connection').waitFor();
    shows.push(await openShow({ say: () => {}, port }));
    await page.locator('#connection').waitFor({ state: 'hidden' });
    await page.locator('#composer-text').fill(`/payout ${WELL_KNOWN_PEOPLE.issued.name}`);
    await page.locator('#send').click();
    await page.locator('#messages [data-action="link.cancel"]').waitFor();
  },
  HANGS_MS,
);
