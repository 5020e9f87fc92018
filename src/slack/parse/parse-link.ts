/** Owns parsing the link of `track` and `notify`. */

import { parseLinkId } from '../../payouts/links/link.ts';
import { linkIdProblem, type LinkTarget, readTarget } from '../../payouts/links/target.ts';
import type { NotUnderstood, Parsed } from './command.ts';
import { PROBLEMS } from './problems.ts';
import { digits, firstWord, no, quotedStart, suggest, unquoted, unwrapped, words, yes } from './words.ts';

export const INSTANT_URL = /^(https?:\/\/)?(www\.)?instant\.pe\/\S+$/i;

export function exactLink(word: string): LinkTarget | undefined {
  const bare = unwrapped(word);
  return parseLinkId(bare) || /^https?:\/\//i.test(bare) || INSTANT_URL.test(bare)
    ? readTarget(bare)
    : undefined;
}

function readContact(text: string): LinkTarget {
  return readTarget(unquoted(unwrapped(text) || text));
}

export function missingLink(name: 'track' | 'notify' | 'cancel'): NotUnderstood {
  return { ...no(PROBLEMS.noLink, name), missing: true };
}

export function parseLink(name: 'track' | 'notify', rest: string): Parsed {
  if (rest === '') return missingLink(name);
  const [word, more] = firstWord(rest);
  const mobile = leadingMobile(rest);
  const only =
    exactLink(word) || isAddress(word)
      ? { link: word, more }
      : mobile && { link: mobile.number, more: mobile.rest };
  if (only) {
    const link = unwrapped(only.link);
    return only.more === ''
      ? found(name, readTarget(link))
      : no(PROBLEMS.textAfterLink, name, suggest(name, link));
  }
  const problem = linkIdProblem(unwrapped(word));
  if (problem && more === '') return no(problem, name);
  return found(name, readContact(rest));
}

function found(name: 'track' | 'notify', target: LinkTarget): Parsed {
  return name === 'track' ? yes({ name, target }) : yes({ name, targets: [target] });
}

/** Whether it begins with a link that cannot be part of a name: an ID, an address, a number, or words in quotes. */
export function startsWithLink(text: string): boolean {
  const [word] = firstWord(text);
  return (
    exactLink(word) !== undefined ||
    isAddress(word) ||
    leadingMobile(text) !== undefined ||
    quotedStart(text) !== undefined
  );
}

export const isAddress = (word: string): boolean => /^[^@\s]+@[^@\s]+$/.test(word);

/** A mobile number at the start, written in one word or several: "+91 98765 43210 duplicate". */
export function leadingMobile(text: string): { number: string; rest: string } | undefined {
  const all = words(text);
  for (let taken = 1; taken <= all.length; taken += 1) {
    if (!/^\+?[\d().-]+$/.test(all[taken - 1] ?? '')) return undefined;
    const number = all.slice(0, taken).join(' ');
    if (digits(number) > 13) return undefined;
    if (digits(number) >= 10) return { number, rest: all.slice(taken).join(' ') };
  }
  return undefined;
}
