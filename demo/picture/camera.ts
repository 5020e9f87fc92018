/** Owns the two ways to look at a moment on the page: pictures in every look, and frames of the recording. */

import type { Browser, CDPSession, Locator, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import type { Frame } from './animation.ts';
import type { Hands } from './hands.ts';
import { type Look, VIEWPORTS } from './looks.ts';
import type { Moment, View } from './scenes.ts';

/** In pixels of the recording. */
const WIDTH = 800;
const HEIGHT = 560;
const CAPTION = 64;
/** Before a press, the ring that shows where. */
const POINTING_MS = 420;

/** What is seen of the page, in its CSS pixels; each as wide to high as a frame. */
const VIEWS: Readonly<Record<View, { x: number; y: number; width: number }>> = {
  page: { x: 0, y: 0, width: 1280 },
  slack: { x: 0, y: 214, width: 952 },
  instantpay: { x: 624, y: 160, width: 656 },
};

/** Takes the moment in each look, and puts the page back as it was. */
export async function takePictures(
  hands: Hands,
  moment: Moment,
  looks: readonly Look[],
): Promise<{ look: Look; png: Buffer }[]> {
  const { page } = hands;
  const pictures: { look: Look; png: Buffer }[] = [];
  for (const look of looks) {
    await page.setViewportSize(VIEWPORTS[look.device]);
    await page.emulateMedia({ colorScheme: look.theme });
    if (moment.picture) await hands.look(moment.picture.part);
    pictures.push({ look, png: await page.screenshot() });
  }
  if (moment.picture) await hands.look('slack');
  await page.setViewportSize(VIEWPORTS.desktop);
  await page.emulateMedia({ colorScheme: 'light' });
  return pictures;
}

export interface Recorder {
  frames: Frame[];
  /** Shows where the next press is, under the caption of before. */
  point(target: Locator): Promise<void>;
  take(moment: Moment): Promise<void>;
}

export async function createRecorder(browser: Browser, page: Page): Promise<Recorder> {
  const session = await page.context().newCDPSession(page);
  const captions = await browser.newPage({ viewport: { width: WIDTH, height: CAPTION } });
  const frames: Frame[] = [];
  let last: { moment: Moment; caption: Buffer } | undefined;

  async function captionOf({ scene, says }: Moment, number: number): Promise<Buffer> {
    const calls = (await page.locator('#cancel-calls').textContent()) ?? '';
    await captions.setContent(captionHtml({ number, says, calls, scene }));
    return await captions.screenshot();
  }
  return {
    frames,
    async point(target) {
      if (!last) return;
      const view = VIEWS[last.moment.view];
      await target.scrollIntoViewIfNeeded().catch(() => {});
      const box = await target.boundingBox().catch(() => null);
      const scale = WIDTH / view.width;
      const at = box && {
        x: (box.x + Math.min(box.width / 2, 60) - view.x) * scale,
        y: (box.y + box.height / 2 - view.y) * scale,
      };
      // What is outside of what is seen would be pointed at in vain.
      if (!at || at.x < 0 || at.x > WIDTH || at.y < 0 || at.y > HEIGHT) return;
      const picture = PNG.sync.read(await capture(session, view));
      drawRing(picture, at);
      frames.push({ png: stack(last.caption, PNG.sync.write(picture)), forMs: POINTING_MS });
    },
    async take(moment) {
      const caption = await captionOf(moment, SCENE_NUMBERS[moment.scene]);
      last = { moment, caption };
      frames.push({ png: stack(caption, await capture(session, VIEWS[moment.view])), forMs: moment.forMs });
    },
  };
}

const SCENE_NUMBERS = { look: 1, cancel: 2, unknown: 3, kill: 4, digest: 5, audit: 6 } as const;

/** Drawn at the size it is shown in, so that words stay sharp. */
async function capture(session: CDPSession, view: (typeof VIEWS)[View]): Promise<Buffer> {
  const { x, y, width } = view;
  const clip = { x, y, width, height: (width * HEIGHT) / WIDTH, scale: WIDTH / width };
  const { data } = await session.send('Page.captureScreenshot', { format: 'png', clip });
  return Buffer.from(data, 'base64');
}

function captionHtml(shown: { number: number; says: string; calls: string; scene: string }): string {
  const { number, says, calls } = shown;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><style>
    body { margin: 0; height: ${CAPTION}px; display: flex; align-items: center; gap: 14px; padding: 0 18px; background: #1b2a44; color: #fff;
           font: 600 21px system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif; box-sizing: border-box }
    .number { width: 30px; height: 30px; border-radius: 50%; background: #2f6fb4; display: grid; place-items: center; font-size: 16px }
    .says { flex: 1 } .calls { text-align: right; font-size: 13px; font-weight: 500; color: #ccd7e8; line-height: 1.2 }
    b { font-size: 34px; color: #fff }
  </style><body><span class="number">${number}</span><span class="says">${says}</span><span class="calls">cancel calls<br>so far</span><b>${calls}</b></body></html>`;
}

/** One above the other; both as wide as the recording. */
function stack(above: Buffer, below: Buffer): Buffer {
  const [top, bottom] = [PNG.sync.read(above), PNG.sync.read(below)];
  const both = new PNG({ width: WIDTH, height: CAPTION + HEIGHT });
  PNG.bitblt(top, both, 0, 0, WIDTH, CAPTION, 0, 0);
  PNG.bitblt(bottom, both, 0, 0, WIDTH, Math.min(HEIGHT, bottom.height), 0, CAPTION);
  return PNG.sync.write(both);
}

const RING = { inner: 15, outer: 20, color: [224, 138, 0] } as const;

function drawRing({ data, width, height }: PNG, at: { x: number; y: number }): void {
  const { inner, outer, color } = RING;
  for (let y = Math.max(0, Math.floor(at.y - outer)); y <= Math.min(height - 1, at.y + outer); y += 1)
    for (let x = Math.max(0, Math.floor(at.x - outer)); x <= Math.min(width - 1, at.x + outer); x += 1) {
      const away = Math.hypot(x - at.x, y - at.y);
      if (away >= inner && away <= outer) data.set(color, (y * width + x) * 4);
    }
}
