/** Owns the two-way translation of ids: emulate makes its own at random, people and settings use fixed ones. */

import { mapStrings } from './json.ts';

export interface IdTranslation {
  add(theirs: string, ours: string): void;
  /** Towards emulate. */
  toTheirs(value: unknown): unknown;
  /** Towards the app and the people. */
  toOurs(value: unknown): unknown;
}

const SHORTEST = 6;
/** A word of capitals and digits; a pattern of all known IDs took an eighth of a test's processor time. */
const ANY_ID = /\b[A-Z][A-Z0-9]{5,}\b/g;

export function createIdTranslation(): IdTranslation {
  const theirs = new Map<string, string>();
  const ours = new Map<string, string>();
  const through = (map: Map<string, string>, value: unknown): unknown =>
    mapStrings(value, (text) =>
      text.length < SHORTEST ? text : text.replace(ANY_ID, (id) => map.get(id) ?? id),
    );
  return {
    add(their, our) {
      if (![their, our].every((id) => id.replace(ANY_ID, '') === ''))
        throw new Error(`not IDs: ${their}, ${our}`);
      theirs.set(our, their);
      ours.set(their, our);
    },
    toTheirs: (value) => through(theirs, value),
    toOurs: (value) => through(ours, value),
  };
}
