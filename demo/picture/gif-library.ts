/** Owns what is used of gifenc, which has no types of its own. */

import { createRequire } from 'node:module';

type Palette = number[][];

interface FrameOptions {
  palette?: Palette;
  /** In milliseconds. */
  delay?: number;
  transparent?: boolean;
  transparentIndex?: number;
  /** 1: the next frame is drawn over this one. */
  dispose?: number;
}

interface Encoder {
  writeFrame(pixels: Uint8Array, width: number, height: number, options?: FrameOptions): void;
  finish(): void;
  bytes(): Uint8Array;
}

interface Gifenc {
  GIFEncoder(): Encoder;
  /** `rgba`: four bytes a pixel. */
  quantize(rgba: Uint8Array, colors: number): Palette;
}

// It has two builds that differ in what they export by default: by `require` it is the same one everywhere.
const require = createRequire(import.meta.url);
export const gifenc: Gifenc = require('gifenc');
