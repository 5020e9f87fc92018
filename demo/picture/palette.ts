/** Owns the colours of a picture with a palette: what most pixels have stays exact, the rest comes near. */

import { gifenc } from './gif-library.ts';

/** Flat colours, such as the tint of a message: a palette by averages would turn them grey. */
const EXACT = 112;

/** `rgba`: four bytes a pixel. */
export function paletteOf(rgba: Uint8Array, colors: number): number[][] {
  const counts = new Map<number, number>();
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const frequent = [...counts].toSorted(([, one], [, other]) => other - one).slice(0, EXACT);
  const exact = frequent.map(([pixel]) => [pixel & 0xff, (pixel >> 8) & 0xff, (pixel >> 16) & 0xff]);
  if (counts.size <= EXACT) return exact;
  const taken = new Set(frequent.map(([pixel]) => pixel));
  const rest = pixels.filter((pixel) => !taken.has(pixel));
  return [...exact, ...gifenc.quantize(new Uint8Array(rest.buffer), colors - exact.length)];
}

/** The nearest colour of each pixel; each colour is looked up once. */
export function indexesOf(rgba: Uint8Array, palette: readonly number[][]): Uint8Array {
  const known = new Map<number, number>();
  return Uint8Array.from(new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4), (pixel) => {
    let at = known.get(pixel);
    if (at === undefined) known.set(pixel, (at = nearest(pixel, palette)));
    return at;
  });
}

function nearest(pixel: number, palette: readonly number[][]): number {
  let best = 0;
  let least = Infinity;
  for (const [at, [red = 0, green = 0, blue = 0]] of palette.entries()) {
    const away =
      (red - (pixel & 0xff)) ** 2 +
      (green - ((pixel >> 8) & 0xff)) ** 2 +
      (blue - ((pixel >> 16) & 0xff)) ** 2;
    if (away < least) [best, least] = [at, away];
  }
  return best;
}
