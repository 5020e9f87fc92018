/** Owns the animated picture: frames with one palette, each of which holds only what changed. */

import { PNG } from 'pngjs';
import { gifenc } from './gif-library.ts';
import { indexesOf, paletteOf } from './palette.ts';

export interface Frame {
  png: Buffer;
  forMs: number;
}

/** One is left for "as before". */
const COLORS = 255;
/** Pixels that the palette is made from: enough to know every colour of a page of flat colours. */
const SAMPLES = 600_000;

/** Frames of one size; it begins again after the last. Frames that are the same are one, which stays longer. */
export function animate(frames: readonly Frame[]): Uint8Array {
  const pictures = frames.map(({ png, forMs }) => {
    const { data, width, height } = PNG.sync.read(png);
    return { data, width, height, forMs };
  });
  const palette = paletteOf(sampleOf(pictures), COLORS);
  const unchanged = palette.length;
  const encoder = gifenc.GIFEncoder();
  let before: Uint8Array | undefined;
  let waiting: { pixels: Uint8Array; width: number; height: number; delay: number } | undefined;
  const write = (): void => {
    if (!waiting) return;
    const { pixels, width, height, delay } = waiting;
    encoder.writeFrame(pixels, width, height, {
      palette: [...palette, [0, 0, 0]],
      delay,
      transparent: true,
      transparentIndex: unchanged,
      dispose: 1,
    });
  };
  for (const { data, width, height, forMs } of pictures) {
    const pixels = indexesOf(data, palette);
    const last = before;
    const changed = last ? pixels.map((pixel, at) => (pixel === last[at] ? unchanged : pixel)) : pixels;
    if (waiting && changed.every((pixel) => pixel === unchanged)) {
      waiting.delay += forMs;
      continue;
    }
    write();
    waiting = { pixels: changed, width, height, delay: forMs };
    before = pixels;
  }
  write();
  encoder.finish();
  return encoder.bytes();
}

/** Some pixels of every frame. */
function sampleOf(pictures: readonly { data: Buffer }[]): Uint8Array {
  const all = pictures.reduce((sum, { data }) => sum + data.length / 4, 0);
  // Odd, so that it walks over every column.
  const step = Math.max(1, Math.floor(all / SAMPLES)) | 1;
  const taken = pictures.map(({ data }) => {
    const pixels = new Uint8Array(Math.ceil(data.length / 4 / step) * 4);
    for (let at = 0, to = 0; at < data.length; at += step * 4, to += 4)
      pixels.set(data.subarray(at, at + 4), to);
    return pixels;
  });
  return new Uint8Array(Buffer.concat(taken));
}
