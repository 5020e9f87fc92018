/** Owns the time stamps of messages on a clock that is not the real one: emulate mints its own from the real time. */

import { type JsonObject, mapStrings, objectOf } from './json.ts';

export interface Stamps {
  mint(): string;
  /** Towards emulate. */
  toTheirs(body: JsonObject): JsonObject;
  /** Towards the app and the people: what was not seen before was made just now. */
  toOurs(answer: JsonObject): JsonObject;
}

const STAMP = /^\d{10}\.\d{6}$/;

/** As emulate has them; its own count from 000001, and those minted here never meet them. */
export function realStamps(): Stamps {
  let minted = 0;
  return {
    mint: () => stampOf(Date.now(), 900_000 + (minted += 1)),
    toTheirs: (body) => body,
    toOurs: (answer) => answer,
  };
}

/** In the order in which they were made, here or at emulate. The clock never goes back. */
export function stampsBy(now: () => number): Stamps {
  const theirs = new Map<string, string>();
  const ours = new Map<string, string>();
  let minted = 0;
  const mint = (): string => stampOf(now(), (minted += 1));
  const learn = (their: string): string => {
    const our = ours.get(their) ?? mint();
    ours.set(their, our);
    theirs.set(our, their);
    return our;
  };
  return {
    mint,
    // Emulate does not look at the ends of a search in time, so that these need no translation.
    toTheirs: (body) => objectOf(mapStrings(body, (text) => theirs.get(text) ?? text)),
    toOurs: (answer) => objectOf(mapStrings(answer, (text) => (STAMP.test(text) ? learn(text) : text))),
  };
}

function stampOf(at: number, count: number): string {
  return `${Math.floor(at / 1_000)}.${String(count).padStart(6, '0')}`;
}
