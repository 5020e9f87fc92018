/** Owns reading single words of a typed command, and the two results of a parser. */

import { distance } from 'fastest-levenshtein';
import { parseLinkId } from '../../payouts/links/link.ts';
import { maskText } from '../../payouts/mask.ts';
import type { Command, NotUnderstood, Parsed } from './command.ts';
import { clean } from '../block-kit/text.ts';
import type { CommandName } from './vocabulary.ts';

export function yes(command: Command): Parsed {
  return { ok: true, command };
}

export function no(problem: string, about: CommandName | undefined, didYouMean?: string): NotUnderstood {
  return { ok: false, problem, about, didYouMean };
}

export function firstWord(text: string): [word: string, rest: string] {
  const match = /^(\S+)\s*([\s\S]*)$/.exec(text);
  return [match?.[1] ?? '', match?.[2]?.trim() ?? ''];
}

export const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** A short clip of what was typed, numbers and addresses masked: answers stay in Slack. */
export const quote = (text: string): string => `“${clean(maskText(clean(text, 60)), 40)}”`;

/** The nearest known word within two edits (one for short words). */
export function nearest<Word extends string>(word: string, known: readonly Word[]): Word | undefined {
  const given = word.slice(0, 40).toLowerCase();
  const allowed = given.length <= 3 ? 1 : 2;
  let best: { word: Word; steps: number } | undefined;
  for (const candidate of known) {
    const steps = distance(given, candidate.toLowerCase());
    if (steps <= allowed && steps < given.length && (!best || steps < best.steps)) {
      best = { word: candidate, steps };
    }
  }
  return best?.word;
}

/** Without marks pasted along with a word. */
export const unwrapped = (word: string): string => word.replace(/^[`'"([]+|[`'")\],;.]+$/g, '');

export const digits = (text: string): number => text.replace(/\D/g, '').length;

/** Without the quotation marks around the whole. */
export function unquoted(text: string): string {
  return quotedStart(text)?.rest === '' ? (quotedStart(text)?.quoted ?? text) : text;
}

/** A beginning in quotation marks of any kind, and what follows it. */
export function quotedStart(text: string): { quoted: string; rest: string } | undefined {
  const match = /^(?:["“”„«]([^"“”„«»]+)["“”»]|'([^']+)'(?=\s|$)|‘([^’]+)’(?=\s|$))\s*([\s\S]*)$/.exec(text);
  const quoted = match?.[1] ?? match?.[2] ?? match?.[3];
  return quoted === undefined ? undefined : { quoted: quoted.trim(), rest: match?.[4]?.trim() ?? '' };
}

/** What was typed, for a suggestion: whole or undefined, since a clip would mean something else. */
export function echo(text: string): string | undefined {
  const line = clean(text, 80);
  // A link ID looks like a long number, but is not private.
  const others = words(line)
    .map((word) => (parseLinkId(word) ? 'link' : word))
    .join(' ');
  const isPrivate = maskText(others) !== others;
  return text !== '' && text.length <= 80 && !isPrivate ? line : undefined;
}
