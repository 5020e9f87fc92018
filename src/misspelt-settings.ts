/** Owns finding misspelt settings: such a name has no effect, and the setting keeps its default. */

import { distance } from 'fastest-levenshtein';
import type { Env } from './config.ts';
import { SETTING_NAMES } from './config-schema.ts';

export interface Misspelt {
  name: string;
  /** The setting it is one or two letters away from. */
  meant: string;
}

/** Returns one entry a misspelt name. Names of four letters or fewer are too close to those of other programs. */
export function misspeltSettings(env: Env): Misspelt[] {
  return Object.keys(env).flatMap((name) => {
    if (SETTING_NAMES.includes(name)) return [];
    const meant = SETTING_NAMES.find((setting) => setting.length > 4 && distance(setting, name) <= 2);
    return meant ? [{ name, meant }] : [];
  });
}
