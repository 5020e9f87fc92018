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
  const through = (map: Map<string, string>, value: unknown): unknown => {
    if (map.size === 0) return value;
    const anyId = new RegExp(`\\b(?:${[...map.keys()].join('|')})\\b`, 'g');
    return mapStrings(value, (text) => text.replace(anyId, (id) => map.get(id) ?? id));
  };
  return {
    add(their, our) {
      theirs.set(our, their);
      ours.set(their, our);
    },
    toTheirs: (value) => through(theirs, value),
    toOurs: (value) => through(ours, value),
  };
}
