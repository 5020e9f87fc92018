/**
 * Owns drawing one chart: the data comes as JSON on stdin, the picture leaves as PNG on stdout. A process of its own, since
 * the libraries are large, block for some 200 ms, and the one that renders is native code.
 */

import '../node-version.ts';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { parse, View, Warn } from 'vega';
import { compile } from 'vega-lite';
import { z } from 'zod';
import { KNOWN_STATUSES } from '../payouts/links/link.ts';
import { chartSpec, FONT } from './spec.ts';

const chartData = z.object({
  timezone: z.string(),
  days: z.array(z.string()),
  statuses: z.array(z.enum(KNOWN_STATUSES)),
  totals: z.array(
    z.object({
      day: z.string(),
      status: z.enum(KNOWN_STATUSES),
      count: z.number(),
      totalPaise: z.string().transform(BigInt),
    }),
  ),
});

const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) =>
  fileURLToPath(new URL(`ttf/${name}`, import.meta.resolve('dejavu-fonts-ttf/package.json'))),
);
/** Twice the size that is shown, for phones. */
const SCALE = 2;

async function draw(input: unknown): Promise<Uint8Array> {
  const { spec } = compile(chartSpec(chartData.parse(input)));
  const view = new View(parse(spec), { renderer: 'none', logLevel: Warn });
  const svg = await view.toSVG();
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    // The machine's fonts differ, and a container has none.
    font: { loadSystemFonts: false, fontFiles: FONT_FILES, defaultFontFamily: FONT },
  });
  return picture.render().asPng();
}

const input: unknown = JSON.parse((await buffer(process.stdin)).toString('utf8'));
process.stdout.write(await draw(input));
