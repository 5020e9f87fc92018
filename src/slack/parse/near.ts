/** Owns what a word that is no command may have meant, and which commands may be suggested for it. */

import { ALIASES, CHANGING_COMMANDS, COMMAND_NAMES, type CommandName, SYNONYMS } from './vocabulary.ts';

/** Longer words are near to no command. */
const WORD_MAX = 40;
const SUGGESTIONS = 3;

/** How many letters are added, left out, changed or swapped with the next one. */
export function edits(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && swapped) least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1);
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
}

/** The nearest known word within so many edits; never all of a word’s letters. */
export function nearest<Word extends string>(
  typed: string,
  known: readonly Word[],
  within: number,
): Word | undefined {
  const word = typed.toLowerCase();
  if (word.length > WORD_MAX) return undefined;
  let best: { word: Word; steps: number } | undefined;
  for (const candidate of known) {
    const steps = edits(word, candidate.toLowerCase());
    if (steps <= within && steps < word.length && (!best || steps < best.steps)) {
      best = { word: candidate, steps };
    }
  }
  return best?.word;
}

const WORDS: readonly string[] = [...COMMAND_NAMES, ...ALIASES.keys()];

const meaning = (word: string): CommandName | undefined =>
  COMMAND_NAMES.find((name) => name === word) ?? ALIASES.get(word);

/** The command that is one edit away, for a mistyped command; undefined for a word of its own. */
export function mistyped(word: string): CommandName | undefined {
  return meaning(nearest(word, WORDS, 1) ?? '');
}

/** What a person may have meant, for the help: any command. */
export function meant(word: string): CommandName | undefined {
  const lower = word.toLowerCase();
  return SYNONYMS.get(lower) ?? mistyped(lower) ?? meaning(twoAway(lower, WORDS) ?? '') ?? nearSynonym(lower);
}

/** Short words are close to too many others. */
function twoAway<Word extends string>(word: string, known: readonly Word[]): Word | undefined {
  return word.length < 5 ? undefined : nearest(word, known, 2);
}

function nearSynonym(word: string): CommandName | undefined {
  return SYNONYMS.get(twoAway(word, [...SYNONYMS.keys()]) ?? '');
}

/** Commands to suggest, the nearest first; one that changes something only when the word is one edit away from it. */
export function suggested(word: string): CommandName[] {
  const lower = word.toLowerCase();
  const near = mistyped(lower);
  const names = [near, SYNONYMS.get(lower), meaning(twoAway(lower, WORDS) ?? ''), nearSynonym(lower)].filter(
    (name) => name !== undefined,
  );
  return [...new Set(names)]
    .filter((name) => name === near || !CHANGING_COMMANDS.has(name))
    .slice(0, SUGGESTIONS);
}
