/** Owns the two-way translation of ids: emulate makes its own at random, people and settings use fixed ones. */

import { mapStrings } from './json.ts';

export interface IdTranslation {
  add(theirs: string, ours: string): void;
  /** Towards emulate. */
  toTheirs(value: unknown): unknown;
  /** Towards the app and the people. */
  toOurs(value: unknown): unknown;
}

export function createIdTranslation(): IdTranslation {
  const theirs = new Map<string, string>();
  const ours = new Map<string, string>();
  /** Compiling a pattern of every ID takes longer than using it once. */
  const patterns = new Map<Map<string, string>, RegExp>();
  const through = (map: Map<string, string>, value: unknown): unknown => {
    if (map.size === 0) return value;
    const anyId = patterns.get(map) ?? new RegExp(`\\b(?:${[...map.keys()].join('|')})\\b`, 'g');
    patterns.set(map, anyId);
    return mapStrings(value, (text) => text.replace(anyId, (id) => map.get(id) ?? id));
  };
  return {
    add(their, our) {
      theirs.set(our, their);
      ours.set(their, our);
      patterns.clear();
    },
    toTheirs: (value) => through(theirs, value),
    toOurs: (value) => through(ours, value),
  };
}
