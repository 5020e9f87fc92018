/** Owns reading single words of a typed command, and the two results of a parser. */

import { maskText } from '../../payouts/mask.ts';
import type { Command, NotUnderstood, Parsed, Suggestion } from './command.ts';
import { clean } from '../block-kit/text.ts';
import { escapeSlack, unescapeSlack } from './unescape.ts';
import type { CommandName } from './vocabulary.ts';

export function yes(command: Command): Parsed {
  return { ok: true, command };
}

export function no(
  problem: string,
  about: CommandName | undefined,
  ...suggestions: readonly Suggestion[]
): NotUnderstood {
  return { ok: false, problem, about, suggestions };
}

export function firstWord(text: string): [word: string, rest: string] {
  const match = /^(\S+)\s*([\s\S]*)$/.exec(text);
  return [match?.[1] ?? '', match?.[2]?.trim() ?? ''];
}

export const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** A short clip of what was typed, numbers and addresses masked: answers stay in Slack. */
export const quote = (text: string): string => `“${clean(maskText(clean(text, 60)), 40)}”`;

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

/** A command to suggest, from words as they were read. */
export function suggest(name: CommandName, ...parts: readonly string[]): Suggestion {
  const text = [name, ...parts].filter((part) => part !== '').join(' ');
  return { name, typed: escapeSlack(text), shown: shownCommand(text) };
}

/** The same from what Slack sent: its mention of a person is more than the name. */
export function suggestRaw(name: CommandName, rawRest: string): Suggestion {
  const text = `${name} ${rawRest}`.trim();
  return { name, typed: text, shown: shownCommand(unescapeSlack(text)) };
}

const SHOWN_LENGTH = 60;

const shownCommand = (text: string): string => clean(`/payout ${maskText(clean(text, 200))}`, SHOWN_LENGTH);
