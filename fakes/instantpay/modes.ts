/** Owns how the local InstantPay may differ from what its client would like: every mode is something it may do one day. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Modes {
  /** Asked for ISSUED, PROCESSING comes along, as in the published sample (R1). */
  leakFilter: boolean;
  /** The most records on a page, whatever is asked (R2). */
  maxRecordsPerPage: number | undefined;
  /** A page of more records is refused with IRT (R2). */
  refusesPagesOver: number | undefined;
  /** What comes for a page past the last one. */
  pastEnd: 'empty' | 'repeats' | 'fails';
  /** After each of so many answers of the list the first link of the page leaves it (R2). */
  leavingLinks: number;
  /** How far its clock is ahead of the one it was given (R24). */
  clockAheadMs: number;
  /** Track and list are answered with the samples of the published pages, byte for byte. */
  published: boolean;
}

export const USUAL: Readonly<Modes> = {
  leakFilter: false,
  maxRecordsPerPage: undefined,
  refusesPagesOver: undefined,
  pastEnd: 'empty',
  leavingLinks: 0,
  clockAheadMs: 0,
  published: false,
};

/** The answer of a published page as its bytes. */
export function publishedSample(operation: 'list' | 'track'): Buffer {
  return readFileSync(join(import.meta.dirname, 'published', `link-${operation}.txt`));
}
